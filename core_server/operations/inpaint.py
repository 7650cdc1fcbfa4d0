"""inpaint: repaint a region by intent."""

from core_server.operations.common import (
    COUNT,
    IMAGE,
    MODEL,
    NEGATIVE_PROMPT,
    PROMPT,
    RANK,
    SAMPLING,
    SEED,
    strength,
    style,
)  # fmt: skip
from core_server.operations.styles import Style
from protocol.params import Choice, Image, Number, Operation, Option


def _side(name: str) -> Number:
    return Number(
        name, name.capitalize(), f"Pixels to add at the {name}.",
        when={"intent": ("expand",)},
        minimum=0, maximum=4096, step=8, default=0, integer=True, unit="px",
    )  # fmt: skip


def inpaint(styles: dict[str, Style]) -> Operation:
    return Operation(
        "inpaint",
        "Inpaint",
        "Repaint the selected region; everything outside stays as it is.",
        (
            IMAGE,
            Image(
                "mask", "Mask", "Where to repaint; without one, everywhere.",
                role="mask", min_count=0,
            ),
            Choice(
                "intent", "Intent", "What shall happen in the selection.", default="fill",
                options=(
                    Option("fill", "Fill", "Paint the prompt in, guided by the surroundings."),
                    Option("replace", "Replace", "Start afresh, ignoring what is there."),
                    Option("remove", "Remove", "Take it away; no prompt needed."),
                    Option("expand", "Expand", "Make the picture larger at its sides."),
                ),
            ),
            PROMPT,
            NEGATIVE_PROMPT,
            style(styles),
            strength(1.0, "How much of the selection may change."),
            _side("left"),
            _side("top"),
            _side("right"),
            _side("bottom"),
            COUNT,
            SEED,
            MODEL,
            Number(
                "grow", "Grow", "Widen the selection first. Empty: from its size.",
                visibility="advanced", minimum=0, maximum=256, step=1, integer=True,
                nullable=True, unit="px",
            ),
            Number(
                "feather", "Feather", "Soften the border outwards. Empty: from its size.",
                visibility="advanced", minimum=0, maximum=256, step=1, integer=True,
                nullable=True, unit="px",
            ),
            Number(
                "context", "Context", "Further surroundings the model shall see.",
                visibility="advanced", minimum=0, maximum=4096, step=8, default=0,
                integer=True, unit="px",
            ),
            *SAMPLING,
            RANK,
        ),
    )  # fmt: skip
