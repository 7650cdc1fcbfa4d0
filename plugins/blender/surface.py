"""What a host alone does not do: pictures of an object from a view, baked back onto it, and the
maps of its surface.

Asks no daemon. Results are new, packed images, worn by the object in one undo step.
"""

from __future__ import annotations

from collections.abc import Sequence

import bpy

from plugins.blender.blender_host import BlenderHost
from plugins.blender.host import images, keeping, laying, material, undo
from plugins.blender.host.floats import require_numpy
from plugins.blender.host.images import Pixels
from plugins.common.host import HostError, NewLayer, Work
from plugins.common.phrases import say
from protocol.codec import Buffer
from protocol.jobs import Painted, Picture
from protocol.messages import Item

Matrix = tuple[tuple[float, ...], ...]
Seen = tuple[Matrix, tuple[int, int]]
"""A view, as `view_of` gives it: the world to clip space, and the size of its picture."""

COVERAGE = "impasto_coverage"
"""Custom property of a baked texture: the image that says how well each texel was seen."""

_PRECISE = {"height", "normal"}
"""Maps whose steps would show in 8 bits."""


def coverage_of(obj: bpy.types.Object | None) -> bpy.types.Image | None:
    """How well each texel of what an object wears was seen by earlier views; None without any.
    Loads no pixels: for panels, too."""
    texture = material.texture_of(obj)
    known = texture.get(COVERAGE) if texture is not None else None
    return known if isinstance(known, bpy.types.Image) else None


def view_of(
    host: BlenderHost,
    source: bpy.types.Object | bpy.types.RegionView3D | None = None,
    size: tuple[int, int] = (512, 512),
) -> Seen:
    """How the chosen object is seen, as plain numbers that may be kept until the result is there.

    source: a camera, a 3D view's `region_3d`; None: the scene's camera. The object fills the
    picture. Raises HostError.
    """
    require_numpy()
    from plugins.blender.host.projection import view_of as seen

    camera = source or bpy.context.scene.camera
    if camera is None:
        raise HostError(say("There is no camera; add one, or look at the object in a 3D view."))
    matrix, size = seen(material.require_mesh(host.object), camera, size)
    return matrix, size


def guide(host: BlenderHost, view: Seen) -> Work[Picture]:
    """The chosen object as it looks from a view now: `image` for a generate. What no view has
    painted yet has the mean colour of the rest. Raises HostError."""
    from plugins.blender.host import shading
    from plugins.blender.host import view as views

    obj = material.require_mesh(host.object)
    return (yield from shading.guide_picture(obj, views.View(*view), coverage_of(obj)))


def depth(host: BlenderHost, view: Seen) -> Work[Picture]:
    """How far everything is in a view, as gray16, white near. Raises HostError."""
    from plugins.blender.host import shading
    from plugins.blender.host import view as views

    obj = material.require_mesh(host.object)
    return (yield from shading.depth_picture(obj, views.View(*view)))


def project(
    host: BlenderHost,
    layer: NewLayer,
    view: Seen,
    size: tuple[int, int] = (1024, 1024),
    margin: int = 4,
    *,
    afresh: bool = False,
) -> Work[list[str]]:
    """Bake a picture painted for a view onto the chosen object, which wears the result. Keys of
    the texture and of its coverage, both new images. Raises HostError.

    size: of the texture, where the object has none with a coverage yet; else that one's is kept.
    The new view fills what earlier ones have not seen. afresh: forget those.
    """
    require_numpy()
    from plugins.blender.host import textures

    obj = material.require_mesh(host.object)
    name = obj.name
    known = None if afresh else coverage_of(obj)
    before = material.texture_of(obj) if known is not None else None
    ready = yield from textures.baked(obj, layer, view, size, margin, before, known)
    with laying.taken_back_on_failure() as made:
        for each in ready:
            made.append((yield from each.make()))
            yield
        host.show_preview(host.active_key, None)
        with undo.one_step(say("Impasto: {title}", title=layer.name)):
            colour, coverage = (images.find_image(key) for key in made)
            colour[COVERAGE] = coverage  # by itself: it is saved with it, and may be renamed
            if host.target.beside:
                keeping.keep(colour, beside=True)
                keeping.keep(coverage, beside=True)
            material.wear(_object(name), colour)
    return made


def _object(name: str) -> bpy.types.Object:
    found = bpy.data.objects.get(name)
    if found is None:
        raise HostError(say("The object is not there any more."))
    return found


def add_maps(
    host: BlenderHost,
    painted: Sequence[Painted],
    *,
    texture: str = "",
    depth: float = 0.05,
    relief: str = "auto",
    normal_format: str = "opengl",
) -> Work[dict[str, str]]:
    """The items of role `map` of a result as images, wired into the chosen object's material where
    there is one; key by name of map. texture: what the images are named after. See
    `material.wear_maps` for the rest. Raises HostError."""
    made: dict[str, str] = {}
    with laying.taken_back_on_failure() as keys:
        for item, pixels in painted:
            if item.role == "map":
                ready = yield from _prepared_map(item, pixels, texture or say("Texture"))
                keys.append((yield from ready.make()))
                made[item.name] = keys[-1]
                yield
        with undo.one_step(say("Impasto: {title}", title=say("Material maps"))):
            maps = {name: images.find_image(key) for name, key in made.items()}
            for image in maps.values():
                if host.target.beside:
                    keeping.keep(image, beside=True)
                image.use_fake_user = host.object is None
            if host.object is not None and maps:
                material.wear_maps(host.object, maps, depth, relief, normal_format)
    return made


def _prepared_map(item: Item, pixels: Buffer, texture: str) -> Work[laying.Prepared]:
    width, height = item.rect.width, item.rect.height
    is_float = item.name in _PRECISE and item.layout.bytes_per_channel > 1
    kind = images.plain_kind(is_float, images.DATA)
    picture = Pixels(width, height, item.layout, item.space, pixels, item.rows)
    numbers = yield from images.converted(picture, kind)
    return laying.Prepared(f"{texture} {say(item.name)}", width, height, kind, numbers, "")
