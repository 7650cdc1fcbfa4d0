"""The pictures of a job on disk: stored inputs as arrays, finished layers as raw files.

Must not filter or resample; `imaging` does.
"""

from __future__ import annotations

import hashlib
import mmap
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core_server.imaging.arrays import Image, Mask, slices
from core_server.imaging.layouts import (
    Native,
    from_working,
    mask_from_blob,
    pack,
    to_working,
    unpack,
)
from core_server.worker.wire import input_path, output_path
from protocol.errors import BadRequest
from protocol.geometry import Rect
from protocol.messages import Deliver, Input, Item, Output, Submit
from protocol.pixels import ColorSpace, PixelLayout

_WITH_ALPHA = {
    PixelLayout.GRAY8: PixelLayout.GRAYA8,
    PixelLayout.GRAY16: PixelLayout.GRAYA16,
    PixelLayout.GRAY32F: PixelLayout.GRAYA32F,
}


@dataclass(frozen=True)
class Picture:
    """One stored input. Pixels are mapped, not read: a crop of a large photograph is cheap."""

    input: Input
    path: Path

    @property
    def rect(self) -> Rect:
        return self.input.rect

    def native(self) -> Native:
        """(H, W, C) as in the document, read-only. Raises BadBlob on a wrong length."""
        size = self.rect.width, self.rect.height
        return unpack(self._mapped(), self.input.layout, *size, self.input.rows)

    def working(self, part: Rect | None = None) -> Image:
        """(H, W, 4) working float of a rectangle of the document inside this picture, or of all."""
        native = self.native()
        if part is not None:
            native = native[slices(part.shifted(-self.rect.x, -self.rect.y))]
        return to_working(native, self.input.space)

    def coverage(self) -> Mask:
        """(H, W) in [0, 1], of a mask. Raises BadBlob for a layout that is not gray."""
        size = self.rect.width, self.rect.height
        return mask_from_blob(self._mapped(), self.input.layout, *size, self.input.rows)

    def data(self) -> Image:
        """(H, W, 4) of a control, whose numbers are no colour: no curve bends them.

        They are held to [0, 1], and where there is nothing (alpha 0) they are 0.
        """
        image = to_working(self.native(), ColorSpace.SRGB)
        image[..., :3] = np.clip(image[..., :3], 0, 1) * image[..., 3:]
        image[..., 3] = 1
        return image

    def sha256(self) -> str:
        with self.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def _mapped(self) -> memoryview:
        with self.path.open("rb") as file:
            return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))


def stored(submit: Submit, folder: Path, role: str) -> tuple[Picture, ...]:
    """The inputs of a role, in their order."""
    return tuple(
        Picture(entry, input_path(folder, index))
        for index, entry in enumerate(submit.inputs)
        if entry.role == role
    )


def output_of(submit: Submit) -> Output:
    """How results are laid out: as asked, else like the first image, else rgba8.

    A gray picture's layer gets an alpha channel, since without it there would be no layer.
    """
    if submit.output is not None:
        return submit.output
    first = next((entry for entry in submit.inputs if entry.role == "image"), None)
    if first is None:
        return Output()
    layout = first.layout
    if submit.deliver is Deliver.LAYER:
        layout = _WITH_ALPHA.get(layout, layout)
    return Output(layout, first.rows, first.space)


def as_output(image: Image, output: Output) -> Native:
    """A working picture as the native array that `store` expects.

    Where the layout has no alpha, what is clear is white.
    """
    if not output.layout.has_alpha:
        image = on_white(image)
    return from_working(image, output.layout, output.space)


def same_numbers(picture: Picture, output: Output) -> bool:
    """Whether the picture's native array already is what `output` asks for."""
    entry = picture.input
    ours, theirs = entry.layout, output.layout
    same_type = (ours.channels, ours.bytes_per_channel, ours.is_float) == (
        theirs.channels,
        theirs.bytes_per_channel,
        theirs.is_float,
    )
    return same_type and entry.space is output.space


def store(pixels: Native, rect: Rect, place: int, folder: Path, output: Output) -> Item:
    """Write a result as output `place`. Raises OSError (disk full)."""
    output_path(folder, place).write_bytes(pack(pixels, output.layout, output.rows))
    return Item("layer", rect, output.layout, place, rows=output.rows, space=output.space)


def require_visible(image: Image, index: int = 0) -> None:
    """Raises BadRequest for a picture that is wholly transparent: there is nothing to work on."""
    if not image[..., 3].any():
        raise BadRequest(
            "The picture is fully transparent; choose a layer with something on it.",
            field=f"inputs.{index}",
        )


def on_white(image: Image) -> Image:
    """Laid over white: how a picture with holes looks on paper."""
    alpha = image[..., 3:]
    laid = np.ones_like(image)
    laid[..., :3] = image[..., :3] * alpha + (1 - alpha)
    return laid
