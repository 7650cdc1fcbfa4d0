"""Where images are when Blender is not running: packed into the .blend, or in files beside it.

Changes no pixel.
"""

from __future__ import annotations

import re
from pathlib import Path

import bpy

from plugins.blender.host.images import LINEAR, WRITTEN, numbers_of
from plugins.common.host import HostError
from plugins.common.phrases import say


def pack_written() -> list[str]:
    """Pack what was written in place since; to be called before a file is saved. Their names.

    Not before: an undo after packing would bring the pixels back, but not the packed bytes. An
    image with a file of its own is saved by the artist, as after painting on it.
    """
    packed = []
    for image in bpy.data.images:
        if not image.get(WRITTEN) or image.library is not None:
            continue
        del image[WRITTEN]
        if image.is_dirty and (image.packed_file or image.source == "GENERATED"):
            _pack(image)
            packed.append(image.name)
    return packed


def _pack(image: bpy.types.Image) -> None:
    """As it is now. Floats are packed as EXR, in linear light and multiplied by alpha, whatever
    the image says of its numbers, and would be read as that: so it has to say the same."""
    if image.is_float and not image.colorspace_settings.is_data:
        is_right = image.colorspace_settings.name == LINEAR and image.alpha_mode != "STRAIGHT"
        if not is_right:
            numbers = numbers_of(image)  # changing the settings brings the packed bytes back
            image.colorspace_settings.name = LINEAR
            if image.alpha_mode == "STRAIGHT":
                image.alpha_mode = "PREMUL"
            image.pixels.foreach_set(numbers)
            image.update()
    image.pack()


def keep(image: bpy.types.Image, *, beside: bool) -> str:
    """Pack it, or write it into the folder `textures` beside the .blend; where it is: a path as
    Blender writes it, empty for packed. Without a .blend on disk it is packed. Raises HostError."""
    if image.is_dirty or not image.packed_file:
        _pack(image)
    image.pop(WRITTEN, None)
    if not beside or not bpy.data.filepath or image.packed_file is None:
        return ""
    # Image.save() would encode floats twice: the packed bytes are right, so they are the file.
    kind = "exr" if image.is_float else "png"
    folder = Path(bpy.data.filepath).parent / "textures"
    stem = re.sub(r"[^\w.-]+", "_", image.name).strip("._") or "texture"
    try:
        folder.mkdir(exist_ok=True)
        path = _free(folder, stem, kind)
        path.write_bytes(image.packed_file.data)
    except OSError as error:
        raise HostError(
            say(
                "The texture cannot be saved in {folder}: {why}.", folder=folder, why=error.strerror
            )
        ) from error
    colorspace, alpha_mode = image.colorspace_settings.name, image.alpha_mode
    image.filepath = f"//textures/{path.name}"
    image.unpack(method="REMOVE")
    if image.colorspace_settings.name != colorspace:
        image.colorspace_settings.name = colorspace
    if image.alpha_mode != alpha_mode:
        image.alpha_mode = alpha_mode
    return str(image.filepath)


def _free(folder: Path, stem: str, kind: str) -> Path:
    """A name that no file has."""
    number = 0
    while True:
        path = folder / f"{stem}{f'.{number:03}' if number else ''}.{kind}"
        if not path.exists():
            return path
        number += 1
