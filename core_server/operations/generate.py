"""generate: text → pictures; with an image, refine it; with a control, hold it to that."""

from core_server.operations.common import (
    COUNT,
    MODEL,
    NEGATIVE_PROMPT,
    PROMPT,
    RANK,
    SAMPLING,
    SEED,
    TRANSPARENT,
    strength,
    style,
    tile,
)  # fmt: skip
from core_server.operations.styles import Style
from protocol.params import Image, Number, Operation

CONTROL_KINDS = ("depth",)
"""What a control may be, by the name of its input."""

CONTROL = Image(
    "control", "Depth picture", "How far away everything is: white is near, black is nothing.",
    role="control", min_count=0, names=CONTROL_KINDS,
)  # fmt: skip
CONTROL_STRENGTH = Number(
    "control_strength", "Hold to the depth",
    "With a depth picture: 0 ignores it, 1 follows it closely.",
    visibility="advanced", when={CONTROL.name: CONTROL_KINDS},
    minimum=0.0, maximum=1.5, step=0.05, default=0.8,
)  # fmt: skip


def _side(name: str, label: str) -> Number:
    return Number(
        name, label, "Empty: the image's size, or the model's own.",
        minimum=16, maximum=8192, step=8, integer=True, nullable=True, unit="px",
    )  # fmt: skip


def generate(styles: dict[str, Style]) -> Operation:
    return Operation(
        "generate",
        "Generate",
        "Paint a picture from words, or refine a picture.",
        (
            PROMPT,
            NEGATIVE_PROMPT,
            style(styles),
            Image(
                "image", "Image", "Refine this picture instead of starting from nothing.",
                role="image", min_count=0,
            ),
            strength(0.6, "With an image: how much of it may change."),
            CONTROL,
            CONTROL_STRENGTH,
            _side("width", "Width"),
            _side("height", "Height"),
            TRANSPARENT,
            COUNT,
            SEED,
            MODEL,
            tile("Make the picture wrap around, for textures.", "advanced"),
            *SAMPLING,
            RANK,
        ),
    )  # fmt: skip
