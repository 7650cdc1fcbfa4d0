"""What Blender has rendered, as a picture; and pictures as files, for animations.

Starts no render and changes no setting that it does not put back.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

import bpy

from plugins.blender.host import images
from plugins.common.host import HostError, Work
from plugins.common.phrases import say
from protocol.jobs import Picture

_PNG = {"media_type": "IMAGE", "file_format": "PNG", "color_mode": "RGBA", "color_depth": "8"}


def last_render(scene: bpy.types.Scene | None = None) -> Work[Picture]:
    """The last render as it is shown, its view transform applied: rgba8. Raises HostError."""
    scene = scene or bpy.context.scene
    result = next((one for one in bpy.data.images if one.type == "RENDER_RESULT"), None)
    if result is None:
        raise HostError(say("Nothing has been rendered yet; render a picture first (F12)."))
    folder = tempfile.mkdtemp(prefix="impasto-")
    path = Path(folder) / "render.png"
    try:
        with _settings(scene.render.image_settings, {**_PNG, "color_management": "FOLLOW_SCENE"}):
            try:
                result.save_render(str(path), scene=scene)
            except RuntimeError as error:
                text = say("Nothing has been rendered yet; render a picture first (F12).")
                raise HostError(text) from error
        yield
        return (yield from read_file(path))
    finally:
        with suppress(OSError):
            path.unlink(missing_ok=True)
            os.rmdir(folder)


def read_file(path: str | Path) -> Work[Picture]:
    """A picture file, as Blender reads it: a rendered frame, for one. Raises HostError."""
    try:
        image = bpy.data.images.load(str(path), check_existing=False)
    except RuntimeError as error:
        raise HostError(say("The picture {path} cannot be read.", path=path)) from error
    key = images.key_of(image)
    try:
        return (yield from images.read_image(image, images.canvas_of(image)))
    finally:
        with suppress(HostError):
            bpy.data.images.remove(images.find_image(key))


def write_file(picture: images.Pixels, path: str | Path) -> Work[None]:
    """A picture as 8-bit PNG; complete or not there at all. Raises HostError."""
    kind = images.plain_kind(False, images.SRGB)
    numbers = yield from images.converted(picture, kind)
    path = Path(path)
    part = path.with_name(f"{path.stem}.part.png")
    image = bpy.data.images.new(path.stem, picture.width, picture.height, alpha=True)
    try:
        image.pixels.foreach_set(numbers)
        image.filepath_raw, image.file_format = str(part), "PNG"
        path.parent.mkdir(parents=True, exist_ok=True)
        image.save()
        os.replace(part, path)
    except (OSError, RuntimeError) as error:
        raise HostError(say("The picture {path} cannot be written.", path=path)) from error
    finally:
        bpy.data.images.remove(image)


@contextmanager
def _settings(
    thing: bpy.types.ImageFormatSettings, wanted: dict[str, str]
) -> Generator[None, None, None]:
    """With other values, where this Blender has them, and with the artist's again at the end."""
    before = {name: getattr(thing, name) for name in wanted if hasattr(thing, name)}
    try:
        for name in before:
            setattr(thing, name, wanted[name])
        yield
    finally:
        for name, value in before.items():  # in this order: some depend on the ones before
            with suppress(TypeError):
                setattr(thing, name, value)
