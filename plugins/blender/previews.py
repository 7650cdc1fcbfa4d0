"""Candidates, and what a job has painted so far, as the small pictures that Blender's panels draw.

Without a window there are none: Blender has no icons there.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from typing import Any

import bpy
import bpy.utils.previews

from plugins.common.host import NewLayer
from plugins.common.tasks import Candidate, Task
from plugins.common.thumbnails import thumbnail
from protocol.geometry import Rect
from protocol.pixels import ColorSpace, PixelLayout

SIDE, ICON = 128, 32


class Pictures:
    """The icons that are drawn now. Keys are texts; a key's picture may change."""

    def __init__(self) -> None:
        self._icons: Any = None
        self._known: dict[str, object] = {}

    def candidate(self, candidate: Candidate) -> int:
        """Its icon; 0 where there are none."""
        key = f"{candidate.ticket.job}/{candidate.place}"
        return self._icon(key, candidate, candidate.layer)

    def progress(self, task: Task) -> int:
        """Of what the daemon showed last; 0 as long as that is nothing."""
        job, progress = task.job, task.progress
        if job is None or job.preview is None or progress is None or progress.preview is None:
            return 0
        size = progress.preview
        shown = NewLayer(
            "", Rect(0, 0, size.width, size.height), PixelLayout.RGBA8, ColorSpace.SRGB, job.preview
        )
        return self._icon(task.ticket.job, job.preview, shown)

    def keep_only(self, candidates: Iterable[Candidate], tasks: Iterable[Task]) -> None:
        """Forget the others: they take memory."""
        wanted = {f"{each.ticket.job}/{each.place}" for each in candidates}
        wanted |= {each.ticket.job for each in tasks}
        for key in set(self._known) - wanted:
            del self._known[key]
            if self._icons is not None and key in self._icons:
                del self._icons[key]

    def close(self) -> None:
        self._known.clear()
        if self._icons is not None:
            bpy.utils.previews.remove(self._icons)
            self._icons = None

    def _icon(self, key: str, content: object, layer: NewLayer) -> int:
        if bpy.app.background:
            return 0
        if self._icons is None:
            self._icons = bpy.utils.previews.new()
        preview = self._icons.get(key) or self._icons.new(key)
        if self._known.get(key) is not content:
            self._known[key] = content
            _draw(preview, layer)
        return int(preview.icon_id)


def _draw(preview: Any, layer: NewLayer) -> None:
    """In a square, so that pictures of all shapes stand in even rows."""
    width, height, pixels = thumbnail(layer, SIDE)
    for kind, side in (("image", SIDE), ("icon", ICON)):
        setattr(preview, f"{kind}_size", (side, side))
        step = -(-max(width, height) // side)
        whole = array("i")  # Blender takes a pixel's four bytes as one number
        whole.frombytes(_square(pixels, width, height, side, step))
        getattr(preview, f"{kind}_pixels").foreach_set(whole)


def _square(pixels: bytes, width: int, height: int, side: int, step: int) -> bytes:
    """Every `step`th pixel in the middle of a square of `side`, the bottom row first; small
    pictures are enlarged."""
    across, high = -(-width // step), -(-height // step)
    times = max(1, side // max(across, high, 1))
    left, low = (side - across * times) // 2, (side - high * times) // 2
    square = bytearray(4 * side * side)
    for row in range(high):
        start = row * step * width * 4
        line = array("I", pixels[start : start + width * 4])[::step]
        wide = array("I", [each for each in line for _ in range(times)]) if times > 1 else line
        for copy in range(times):
            at = ((low + (high - 1 - row) * times + copy) * side + left) * 4
            square[at : at + len(wide) * 4] = wide.tobytes()
    return bytes(square)


PICTURES = Pictures()
