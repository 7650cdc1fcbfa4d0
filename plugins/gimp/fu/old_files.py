"""GIMP 2's calls that load and save files, which were given the name twice, and one drawable.

Every function stands for what it is decorated with; the first line says what it calls in GIMP 3.

GIMP 2 saved the drawable that it was given, and only formats with layers had the whole image. GIMP
3 exports all that is visible. The functions here save what GIMP 2 did.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from gi.repository import Gimp

from plugins.gimp.fu import pages
from plugins.gimp.fu.calls import done, native
from plugins.gimp.fu.old_image import Numbers, counted
from plugins.gimp.fu.renamed_names import LOADERS
from plugins.gimp.fu.stand_ins import stands_for

WITH_LAYERS = frozenset(
    {".xcf", ".gz", ".bz2", ".xz", ".ora", ".psd", ".gif", ".pdf", ".gih", ".ico", ".cur", ".ani"}
    | {".webp", ".tif", ".tiff", ".mng", ".fli", ".flc", ".xmc"}
)
"""Endings of formats that keep several layers, or frames."""


@contextmanager
def _alone(image: Any, drawable: Any) -> Iterator[Any]:
    """An image with nothing but the drawable: the image itself where that is all there is."""
    pages.settle()
    if drawable is None or _is_all(image, drawable):
        yield image
        return
    made = done(
        Gimp.Image.new_with_precision(
            drawable.get_width(),
            drawable.get_height(),
            Gimp.ImageBaseType.RGB,
            image.get_precision(),
        )
    )
    try:
        if profile := image.get_color_profile():
            made.set_color_profile(profile)
        layer = done(Gimp.Layer.new_from_drawable(drawable, made))
        done(made.insert_layer(layer, None, 0))
        layer.set_offsets(0, 0)
        layer.set_opacity(100.0)
        layer.set_mode(Gimp.LayerMode.NORMAL)
        layer.set_visible(True)
        _convert(made, image.get_base_type())
        yield made
    finally:
        made.delete()


def _is_all(image: Any, drawable: Any) -> bool:
    layers = image.get_layers()
    return (
        len(layers) == 1
        and layers[0].get_id() == drawable.get_id()
        and tuple(drawable.offsets) == (0, 0)
        and drawable.get_width() == image.get_width()
        and drawable.get_height() == image.get_height()
        and drawable.get_mask() is None
        and drawable.get_opacity() == 100.0
    )


def _convert(made: Any, kind: Any) -> None:
    """GIMP 2 saved gray as gray and indexed as indexed."""
    if kind == Gimp.ImageBaseType.GRAY:
        done(made.convert_grayscale())
    elif kind == Gimp.ImageBaseType.INDEXED:
        palette = Gimp.ConvertPaletteType.GENERATE
        done(made.convert_indexed(Gimp.ConvertDitherType.NONE, palette, 256, False, False, ""))


# ---- loading -------------------------------------------------------------------------------------


@stands_for("gimp-file-load")
def file_load(name: Any, raw_name: Any = None, *_: Any) -> Any:
    """The same, with one name."""
    return native("gimp-file-load")(name)


@stands_for("gimp-file-load-layers")
def file_load_layers(image: Any, name: Any) -> Numbers:
    """The same, as a count and numbers."""
    return counted(native("gimp-file-load-layers")(image, name))


@stands_for("gimp-xcf-load")
def xcf_load(*given: Any) -> Any:
    """The same, with one name; GIMP 2 had a number before it."""
    names = [each for each in given if not isinstance(each, int)]
    return native("gimp-xcf-load")(names[0])


def _loader(name: str) -> Any:
    def load(file: Any, raw_name: Any = None, *more: Any) -> Any:
        """The same, with one name."""
        return native(name)(file, *more)

    return load


for _name in LOADERS:
    stands_for(_name)(_loader(_name))


# ---- saving --------------------------------------------------------------------------------------


@stands_for("gimp-file-save")
def file_save(image: Any, *given: Any) -> None:
    """The same, for one drawable; formats with layers get the whole image."""
    drawable = given[0] if isinstance(given[0], Gimp.Drawable) else None
    if isinstance(given[0], list | tuple):
        drawable = given[0][0] if len(given[0]) == 1 else None
    name = next(each for each in given if isinstance(each, str) or hasattr(each, "get_path"))
    ending = os.path.splitext(name if isinstance(name, str) else name.get_path() or "")[1].lower()
    if ending in WITH_LAYERS:
        drawable = None
    with _alone(image, drawable) as alone:
        native("gimp-file-save")(alone, name)


@stands_for("gimp-xcf-save")
def xcf_save(*given: Any) -> None:
    """The same, with the image and one name; GIMP 2 had a number before, and a drawable."""
    image = next(each for each in given if isinstance(each, Gimp.Image))
    name = next(each for each in given if isinstance(each, str))
    pages.settle()
    native("gimp-xcf-save")(image, name)


def export(kind: str, image: Any, drawable: Any, name: Any, **options: Any) -> None:
    with _alone(image, drawable) as alone:
        native(f"file-{kind}-export")(alone, name, **options)


def export_all(kind: str, image: Any, name: Any, **options: Any) -> None:
    pages.settle()
    native(f"file-{kind}-export")(image, name, **options)


@stands_for("file-png-save", "file-png-save2")
def png_save(
    image: Any,
    drawable: Any,
    name: Any,
    raw_name: Any = None,
    interlace: object = False,
    compression: int = 9,
    bkgd: object = False,
    gama: object = False,
    offs: object = False,
    phys: object = False,
    time: object = False,
    comment: object = False,
    svtrans: object = False,
) -> None:
    """file-png-export; GIMP 3 writes no gAMA."""
    export(
        "png",
        image,
        drawable,
        name,
        interlaced=interlace,
        compression=compression,
        bkgd=bkgd,
        offs=offs,
        phys=phys,
        time=time,
        include_comment=comment,
        save_transparent=svtrans,
    )


@stands_for("file-png-save-defaults")
def png_save_defaults(image: Any, drawable: Any, name: Any, raw_name: Any = None) -> None:
    """file-png-export, as it is set."""
    export("png", image, drawable, name)


@stands_for("file-jpeg-save")
def jpeg_save(
    image: Any,
    drawable: Any,
    name: Any,
    raw_name: Any = None,
    quality: float = 0.9,
    smoothing: float = 0.0,
    optimize: object = True,
    progressive: object = True,
    comment: str = "",
    subsampling: int = 2,
    baseline: object = True,
    restart: int = 0,
    dct: int = 0,
) -> None:
    """file-jpeg-export; the comment becomes the image's."""
    with _alone(image, drawable) as alone:
        if comment:
            alone.attach_new_parasite("gimp-comment", 1, comment.encode() + b"\0")
        native("file-jpeg-export")(
            alone,
            name,
            quality=quality,
            smoothing=smoothing,
            optimize=optimize,
            progressive=progressive,
            sub_sampling=subsampling,
            baseline=baseline,
            restart=restart,
            dct=dct,
            include_comment=bool(comment),
        )


@stands_for("file-gif-save", "file-gif-save2")
def gif_save(
    image: Any,
    drawable: Any,
    name: Any,
    raw_name: Any = None,
    interlace: object = False,
    loop: object = False,
    delay: int = 100,
    dispose: int = 0,
    as_animation: object = None,
    *_: Any,
) -> None:
    """file-gif-export of the whole image: an animation where it has several layers."""
    several = len(image.get_layers()) > 1 if as_animation is None else as_animation
    export_all(
        "gif",
        image,
        name,
        interlace=interlace,
        loop=loop,
        default_delay=delay,
        default_dispose=dispose,
        as_animation=several,
    )


@stands_for("file-tiff-save", "file-tiff-save2")
def tiff_save(
    image: Any, drawable: Any, name: Any, raw_name: Any = None, compression: int = 1, *_: Any
) -> None:
    """file-tiff-export."""
    export("tiff", image, drawable, name, compression=compression)


@stands_for("file-bmp-save", "file-bmp-save2")
def bmp_save(image: Any, drawable: Any, name: Any, raw_name: Any = None, *_: Any) -> None:
    """file-bmp-export."""
    export("bmp", image, drawable, name)


@stands_for("file-tga-save")
def tga_save(
    image: Any,
    drawable: Any,
    name: Any,
    raw_name: Any = None,
    rle: object = True,
    origin: int = 0,
) -> None:
    """file-tga-export."""
    origin_name = "top-left" if int(origin) else "bottom-left"
    export("tga", image, drawable, name, rle=rle, origin=origin_name)


@stands_for("file-webp-save", "file-webp-save2")
def webp_save(
    image: Any,
    drawable: Any,
    name: Any,
    raw_name: Any = None,
    preset: Any = 0,
    lossless: object = False,
    quality: float = 90.0,
    alpha_quality: float = 100.0,
    animation: object = False,
    *_: Any,
) -> None:
    """file-webp-export; a quality below 1 is taken for a part of 100."""
    export(
        "webp",
        image,
        None if animation else drawable,
        name,
        preset=preset,
        lossless=lossless,
        quality=quality,
        alpha_quality=alpha_quality,
        animation=animation,
    )
