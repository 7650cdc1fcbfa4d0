"""Calls every name of GIMP 2 that the binding stands for, once, as scripts of GIMP 2 did.

Each on an image of its own (gimpfu_scene.py). Needs the folder of this file in sys.path.
"""

import importlib
import re
import traceback

import gimpfu
import gimpfu_old_arguments
import gimpfu_old_arguments_2
from gi.repository import Gimp
from gimpfu_scene import Scene, named, noted, stairs

pdb, gimp = gimpfu.pdb, gimpfu.gimp
CALLS = {**gimpfu_old_arguments.CALLS, **gimpfu_old_arguments_2.CALLS}


def item_arguments(what):
    return {
        "delete": lambda it: (it.copy(),),
        "set-name": lambda it: (it, "new"),
        "set-tattoo": lambda it: (it, 77),
        "set-visible": lambda it: (it, False),
        "set-linked": lambda it: (it, False),
        "parasite-attach": lambda it: (it, gimp.Parasite("note", 0, b"x")),
        "parasite-detach": lambda it: (noted(it), "note"),
        "parasite-find": lambda it: (noted(it), "note"),
        "attach-new-parasite": lambda it: (it, "note", 0, 3, "abc"),
    }.get(what, lambda it: (it,))


def arguments(name, s):
    """The old arguments of a call, or None if it is not known how to call it."""
    if name in CALLS:
        return CALLS[name](s)
    for kind, item in (
        ("gimp-drawable-", s.layer),
        ("gimp-layer-", s.layer),
        ("gimp-channel-", s.channel),
        ("gimp-vectors-", s.path),
        ("gimp-item-", s.layer),
    ):
        what = name.removeprefix(kind)
        known = what.startswith(("get-", "set-", "is-", "parasite-", "attach-")) or what == "delete"
        if what != name and known:
            return item_arguments(what)(item)
    for kind in ("brush", "gradient", "palette"):
        what = name.removeprefix(f"gimp-{kind}-")
        if what in ("delete", "duplicate", "is-editable"):
            return (named(kind),)
        if what == "rename":
            return (named(kind), "another")
    if name.startswith("gimp-image-raise-"):
        return (s.image, s.below)
    if name.startswith("gimp-image-lower-"):
        return (s.image, s.layer)
    if name.startswith("gimp-image-get-") and name.endswith(("layers", "channels", "vectors")):
        return (s.image,)
    if name.startswith(("gimp-image-get-active", "gimp-image-freeze-")):
        return (s.image,)
    if name.endswith("-get-list") or name.endswith("-refresh"):
        return ("",)
    return None


NUMBERS = {
    "alienmap2": (1, 0, 1, 90, 1, 180, 0, 1, 1, 1),
    "apply-canvas": (0, 4),
    "applylens": (1.7, 1, 0, 0),
    "autostretch-hsv": (),
    "blur": (),
    "c-astretch": (),
    "cartoon": (7, 0.2),
    "color-enhance": (),
    "colorify": ((255, 128, 0),),
    "colors-channel-mixer": (0, 0, 1, 0, 1, 0, 0, 0, 0, 1),
    "colortoalpha": ((255, 255, 255),),
    "cubism": (10, 2.5, 1),
    "deinterlace": (1,),
    "diffraction": (0.8, 1.2, 1.1, 0.8, 0.8, 0.9, 0.6, 0.7, 0.6, 0.07, 37, -0.5),
    "dilate": (0, 0, 1, 0, 0, 255),
    "dog": (3, 1, 1, 1),
    "edge": (2, 2, 0),
    "emboss": (30, 45, 5, 1),
    "engrave": (4, 1),
    "erode": (0, 0, 1, 0, 0, 255),
    "exchange": (100, 120, 220, 255, 0, 0, 60, 60, 60),
    "flarefx": (10, 10),
    "fractal-trace": (-1, 0.5, -1, 1, 3, 0),
    "gauss": (5, 5, 0),
    "gauss-iir": (5, 1, 0),
    "gauss-iir2": (5, 0),
    "gauss-rle": (5, 1, 1),
    "gauss-rle2": (5, 5),
    "glasstile": (10, 10),
    "hsv-noise": (2, 30, 40, 40),
    "illusion": (8, 0),
    "laplace": (),
    "lens-distortion": (0, 0, 40, 0, 0, 0),
    "make-seamless": (),
    "maze": (4, 4, 0, 0, 42, 57, 1),
    "mblur": (0, 10, 30, 0, 0),
    "mblur-inward": (2, 10, 0, 20, 20),
    "mosaic": (8, 4, 1, 0.65, 1, 135, 0.2, 1, 1, 1, 0, 0),
    "neon": (5, 0),
    "newsprint": (6, 2, 100, 45, 0, 15, 0, 75, 1, 0, 2, 3),
    "noisify": (1, 0.2, 0.2, 0.2, 0),
    "normalize": (),
    "nova": (20, 20, (90, 100, 255), 5, 20, 0),
    "oilify": (8, 0),
    "oilify-enhanced": (1, 8, -1, 8, -1),
    "papertile": (10, 25, 2, 0, 1, 4, (0, 0, 0), 0),
    "photocopy": (10, 0.8, 0.2, 0.2),
    "pixelize": (8,),
    "pixelize2": (8, 4),
    "plasma": (42, 2.5),
    "polar-coords": (100, 0, 0, 1, 1),
    "randomize-hurl": (50, 1, 0, 42),
    "randomize-pick": (50, 1, 1, 42),
    "randomize-slur": (50, 1, 0, 42),
    "red-eye-removal": (50,),
    "rgb-noise": (1, 0, 0.2, 0.2, 0.2, 0),
    "ripple": (20, 5, 0, 1, 1, 1, 0),
    "scatter-hsv": (2, 30, 40, 40),
    "scatter-rgb": (1, 0, 0.2, 0.2, 0.2, 0),
    "sel-gauss": (5, 50),
    "semiflatten": (),
    "sharpen": (50,),
    "shift": (10, 0),
    "sinus": (15, 15, 1, 42, 1, 1, 2, (255, 0, 0), (0, 0, 255), 1, 1, 0, 0),
    "sobel": (1, 1, 1),
    "softglow": (10, 0.75, 0.85),
    "solid-noise": (0, 1, 42, 4, 4, 4),
    "spread": (5, 5),
    "threshold-alpha": (127,),
    "unsharp-mask": (5, 0.5, 0),
    "video": (2, 1, 0),
    "vinvert": (),
    "vpropagate": (0, 1, 1, 15, 0, 255),
    "waves": (20, 0, 10, 0, 0),
    "whirl-pinch": (90, 0, 1),
    "wind": (10, 1, 10, 0, 1),
}
for _name, _numbers in NUMBERS.items():
    CALLS[f"plug-in-{_name}"] = lambda s, numbers=_numbers: (s.image, s.layer, *numbers)
MATRIX = [0, 0, 0, 0, 0, 0, -1, -1, -1, 0, 0, -1, 9, -1, 0, 0, -1, -1, -1, 0, 0, 0, 0, 0, 0]
CALLS["plug-in-convmatrix"] = lambda s: (
    *(s.image, s.layer, 25, MATRIX, False, 1, 0, 5, [1, 1, 1, 1, 0], 0),
)
BUMPED = (135, 45, 3, 0, 0, 0, 0, True, False, 0)
CALLS["plug-in-antialias"] = lambda s: (s.image, stairs(s))
CALLS["plug-in-bump-map"] = lambda s: (s.image, s.layer, s.below, *BUMPED)
CALLS["plug-in-bump-map-tiled"] = lambda s: (s.image, s.layer, s.below, *BUMPED)
CALLS["plug-in-displace"] = lambda s: (s.image, s.layer, 10, 10, 1, 1, s.below, s.below, 1)
CALLS["plug-in-displace-polar"] = lambda s: (s.image, s.layer, 10, 10, 1, 0, s.below, s.below, 2)


def looks(layer):
    """All bytes of a layer, or what says that it is gone."""
    if not layer.is_valid():
        return b"gone"
    rgn = layer.get_pixel_rgn(0, 0, layer.width, layer.height, False, False)
    return rgn[:, :]


def job(tools):
    fu = gimpfu.register.__module__.rpartition(".")[0]
    renamed = importlib.import_module(f"{fu}.renamed")
    filters = importlib.import_module(f"{fu}.filters")
    loaders = importlib.import_module(f"{fu}.renamed_names").LOADERS
    names = {**renamed.RENAMED, **renamed.RESIGNED, **filters.FILTERS}
    failed, unchanged = {}, []
    wanted = tools.arguments.get("names") or sorted(names)
    for name in wanted:
        before = set(gimp.image_list())
        try:
            scene = Scene(tools.folder)
            if name in loaders:
                known = LOADABLE.get(name)
                given = (scene.saved(known), "raw") if known else None
            else:
                given = arguments(name, scene)
            if given is None:
                assert name in loaders, f"how is {name} called?"
                pdb.native(name)
                continue
            pixels = looks(scene.layer)
            pdb[name](*given)
            if name in filters.FILTERS and looks(scene.layer) == pixels:
                unchanged.append(name)
        except BaseException:
            failed[name] = traceback.format_exc(limit=-3)
        finally:
            for image in gimp.image_list():
                if image not in before:
                    image.delete()
    advised = {name for said in renamed.REMOVED.values() for name in PROCEDURES.findall(said)}
    wrong = sorted(name for name in advised if not hasattr(pdb, name))
    return {
        "count": len(wanted),
        "failed": failed,
        "unchanged": unchanged,
        "wrong advice": wrong,
        "removed but there": [name for name in renamed.REMOVED if there(name)],
        "renamed but there": [name for name in renamed.RENAMED if there(name)],
    }


def there(name):
    """Whether GIMP 3 itself has it."""
    return Gimp.get_pdb().lookup_procedure(name) is not None


PROCEDURES = re.compile(r"pdb\.([a-z0-9_]+)(?!\w|\()")


LOADABLE = {
    "file-png-load": "png",
    "file-jpeg-load": "jpg",
    "file-gif-load": "gif",
    "file-bmp-load": "bmp",
    "file-tiff-load": "tif",
    "file-tga-load": "tga",
    "file-psd-load": "psd",
    "file-openraster-load": "ora",
    "file-pnm-load": "ppm",
    "file-pcx-load": "pcx",
    "file-webp-load": "webp",
}
