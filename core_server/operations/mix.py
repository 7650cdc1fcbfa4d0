"""mix: one picture out of two, or out of a picture and a text."""

from core_server.operations.common import (
    COUNT,
    MODEL,
    NEGATIVE_PROMPT,
    PROMPT,
    RANK,
    SAMPLING,
    SEED,
    TRANSPARENT,
)  # fmt: skip
from protocol.params import Image, Number, Operation


def mix() -> Operation:
    return Operation(
        "mix",
        "Mix",
        "Paint one picture out of two, or out of a picture and the prompt.",
        (
            Image(
                "image", "Images", "One or two pictures; with one, the prompt is the other.",
                role="image", max_count=2,
            ),
            PROMPT,
            Number(
                "weight", "Weight", "0: the first, 1: the second.",
                minimum=0.0, maximum=1.0, step=0.01, default=0.5,
            ),
            TRANSPARENT,
            NEGATIVE_PROMPT,
            COUNT,
            SEED,
            MODEL,
            *SAMPLING,
            RANK,
        ),
    )  # fmt: skip
