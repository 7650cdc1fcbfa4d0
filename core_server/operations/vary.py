"""vary: more pictures like this one."""

from core_server.operations.common import (
    COUNT,
    IMAGE,
    MODEL,
    NEGATIVE_PROMPT,
    PROMPT,
    RANK,
    SAMPLING,
    SEED,
    TRANSPARENT,
)  # fmt: skip
from protocol.params import Number, Operation


def vary() -> Operation:
    return Operation(
        "vary",
        "Vary",
        "Paint more pictures like this one.",
        (
            IMAGE,
            Number(
                "variation", "Variation", "0: as close as the model can; 1: freely.",
                minimum=0.0, maximum=1.0, step=0.01, default=0.5,
            ),
            PROMPT,
            TRANSPARENT,
            NEGATIVE_PROMPT,
            COUNT,
            SEED,
            MODEL,
            *SAMPLING,
            RANK,
        ),
    )  # fmt: skip
