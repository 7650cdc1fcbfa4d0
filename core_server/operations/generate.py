"""generate: text → pictures; with an image, refine it."""

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
