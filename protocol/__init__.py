"""What the daemon and every plugin agree on. Standard library only; `SPEC.md` is normative."""

from .errors import ImpastoError
from .geometry import Rect, context_rect
from .messages import PROTOCOL_VERSION
from .pixels import ColorSpace, PixelLayout, Rows

__all__ = [
    "PROTOCOL_VERSION",
    "ColorSpace",
    "ImpastoError",
    "PixelLayout",
    "Rect",
    "Rows",
    "context_rect",
]
