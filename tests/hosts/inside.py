"""What the drivers inside the paint programs share; a copy of it lies beside each of them.

Imports nothing of the repository.
"""

from __future__ import annotations

import reprlib
from types import TracebackType


def seen_at(trace: TracebackType | None, source: str) -> str:
    """The variables of the job's innermost frame: a plain `assert` does not show them."""
    innermost = None
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == source:
            innermost = trace.tb_frame
        trace = trace.tb_next
    if innermost is None:
        return ""
    names = innermost.f_locals.items()
    return "".join(f"    {name} = {reprlib.repr(value)}\n" for name, value in names)
