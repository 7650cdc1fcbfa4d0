"""What GIMPFU.md says in words; `coverage.py` puts the tables between.

Words only; must stay importable without GIMP.
"""

from __future__ import annotations

from collections.abc import Mapping

HEAD = """\
# gimpfu on GIMP 3: what is covered

Made by `python -m plugins.gimp.fu.coverage`; do not edit.

GIMP 2's plug-ins in Python began with `from gimpfu import *`. This binding lets such a source,
moved to Python 3, run on GIMP 3.0 and 3.2. `impasto install gimp` makes `import gimpfu` work for
every plug-in of yours: put the source into a folder of its own name in GIMP's `plug-ins` folder
(`plug-ins/my-effect/my-effect.py`), executable, with `#!/usr/bin/env python3` as its first line.

No objects are wrapped: `gimp.Image` is GIMP 3's `Gimp.Image` with GIMP 2's attributes added, so
calls of GIMP 2 and of GIMP 3 can stand side by side. What is not covered raises
`gimpfu.NotSupported`, which names what to use instead.

## Moving a source from Python 2 to Python 3

| Python 2 | Python 3 |
| --- | --- |
| `print x` | `print(x)` |
| `except Error, e:` | `except Error as e:` |
| `raise Error, "text"` | `raise Error("text")` |
| `width / 2` as a place in the picture | `width // 2` |
| `xrange(n)`, `raw_input()`, `unicode(s)` | `range(n)`, `input()`, `str(s)` |
| `d.has_key(k)`, `d.iteritems()` | `k in d`, `d.items()` |
| `map(f, x)[0]`, `zip(a, b)[0]` | `list(map(f, x))[0]`, `list(zip(a, b))[0]` |
| `ord(rgn[x, y][0])` | `rgn[x, y][0]`: bytes give numbers |
| `rgn[x, y] = chr(r) + chr(g) + chr(b)` | works; better `rgn[x, y] = bytes((r, g, b))` |
| `array("B", rgn[0:w, 0:h]).tostring()` | `array("B", rgn[0:w, 0:h]).tobytes()` |
| `file(name)`, `string.letters` | `open(name)`, `string.ascii_letters` |
| `gettext.install(…, unicode=True)` | without `unicode` |
| `0777`, `0xFFL`, `<>`, backquotes | `0o777`, `0xFF`, `!=`, `repr()` |
| `import gtk`, `import gimpui` | GTK 3: `from gi.repository import Gtk, GimpUi` |

`2to3` or `python -m lib2to3` of an older Python does most of this by itself.

"""

PARAMETERS: Mapping[str, str] = {
    "PF_INT, PF_INT8, PF_INT16, PF_INT32": "whole number, in the range of its kind",
    "PF_FLOAT": "number",
    "PF_SLIDER, PF_SPINNER, PF_ADJUSTMENT": "number with a range; whole if all of it is whole",
    "PF_BOOL, PF_TOGGLE": "`True` or `False`",
    "PF_STRING, PF_VALUE, PF_TEXT": "str",
    "PF_COLOR, PF_COLOUR": "`gimpcolor.RGB`, which counts as a tuple of 0 to 255",
    "PF_OPTION": "the entry's place; in GIMP 3 a choice",
    "PF_RADIO": "the entry's value, number or text; in GIMP 3 a choice",
    "PF_FILE, PF_FILENAME, PF_DIRNAME": "path as str",
    "PF_FONT, PF_BRUSH, PF_PATTERN, PF_GRADIENT, PF_PALETTE": (
        "the name as str, which still knows the resource that it names"
    ),
    "PF_IMAGE, PF_ITEM, PF_REGION, PF_LAYER, PF_CHANNEL, PF_DRAWABLE": (
        "the object; the first image and drawable come from GIMP"
    ),
    "PF_VECTORS, PF_PATH, PF_SELECTION, PF_DISPLAY": "the object",
    "PF_LAYERARRAY, PF_DRAWABLEARRAY, PF_IMAGEARRAY": "a list of objects; not in GIMP 2",
    "PF_INTARRAY, PF_INT32ARRAY, PF_INT16ARRAY, PF_INT8ARRAY": "list of numbers, or bytes",
    "PF_FLOATARRAY, PF_STRINGARRAY": "list of numbers or texts",
    "PF_PARASITE": "`gimp.Parasite`",
    "PF_CUSTOM, PF_COLORARRAY": "**not supported**: the error says what to use",
}
"""Types of register() → what the function gets."""

PIXELS = """\
## Pixel regions and tiles

`drawable.get_pixel_rgn(x, y, w, h, dirty=TRUE, shadow=FALSE)` gives a region; `rgn[x, y]`,
`rgn[x1:x2, y]`, `rgn[x, y1:y2]`, `rgn[x1:x2, y1:y2]` and `rgn[:, :]` read bytes and take bytes,
bytearray, `array`, sequences of numbers or text of characters below 256. `rgn.x`, `.y`, `.w`,
`.h`, `.bpp`, `.rowstride`, `.dirty`, `.shadow`, `.drawable` and `.resize()` are there.
`drawable.get_tile(shadow, row, column)` and `get_tile2(shadow, x, y)` give tiles of 64 × 64,
smaller at the right and bottom: `tile[x, y]`, `tile[i]`, `len(tile)`, `.ewidth`, `.eheight`,
`.bpp`, `.tile_num`, `.dirty`, `.flush()`.

- Pixels are 8 bits a channel, as GIMP 2's scripts saw them, whatever the image is made of: 3 or 4
  bytes in RGB, 1 or 2 in gray (with the image's gamma, in its own colour space), the index in
  indexed images (and alpha), 1 linear byte in channels, masks and the selection. In images of
  more than 8 bits reading rounds; writing changes only the pixels whose bytes differ from what
  was read, so all others keep their precision exactly.
- A region, once read, is kept: a loop over each pixel of 256 × 256 takes about a tenth of a
  second. What was written reaches GIMP at `drawable.flush()`, at the next call of `pdb` or of a
  drawable, and at the end of the plug-in.
- With `shadow=TRUE` the writing is one step to undo after `drawable.merge_shadow(TRUE)`, inside
  the selection alone. Where nothing was written, the shadow is as the drawable is (in GIMP 2 it
  was empty). Without a shadow it goes to the drawable at once, past undo and selection, as in
  GIMP 2.

"""

DIFFERENCES = """\
## Known differences

- GIMP 2 counted with the numbers that are stored, with their gamma. GIMP 3.0 takes the gamma away
  first in levels, curves, brightness and contrast, colorize and equalize, 3.2 in some of them, and
  in blurs and other filters. Called through `pdb` they give GIMP 2's results in both, under their
  names of GIMP 2 and of 2.10 (`gimp-levels`, `gimp-drawable-levels`); `drawable.levels(…)` is GIMP
  3's own. Other filters give what GEGL gives today; random ones use other random numbers.
- `NORMAL_MODE`, `MULTIPLY_MODE`, … are GIMP 3's "legacy" modes, with the numbers and the effect
  they had in GIMP 2; `LAYER_MODE_NORMAL` and the like are the new ones.
- `gimp-file-save` and `file-…-save` save the drawable they are given, as GIMP 2 did; formats with
  layers or frames (.xcf, .psd, .ora, .gif, .pdf, .tif, .webp, …) get the whole image with
  `gimp-file-save`.
- `layer.linked` is always 0, and setting it to `TRUE` raises an error: GIMP 3 has no linked
  layers.
- `gimp-file-save-thumbnail` fails on GIMP 3.0.4, whose own `gimp-file-create-thumbnail` does.
- Calls that gave a count and numbers of items (`pdb.gimp_image_get_layers`) still do;
  `image.layers` gives the layers themselves.
- `gimpshelf.shelf` keeps values as JSON until GIMP ends: numbers, text, bytes, lists, tuples,
  sets, dictionaries, colours, images and items; no other objects.
- `import gimpui` raises an error that names GimpUi: it was made of GTK 2's widgets.
"""

REGISTER = """\
## register()

All of GIMP 2's arguments, with `menu=`, `domain=`, `on_query=`, `on_run=`; results; `main()`.
Only here: `advanced=` (parameters that the dialog keeps in an expander) and `exact_name=`.

"""

MODULE = """\
## The module gimp

Classes that can be called as in GIMP 2: `gimp.Image`, `gimp.Layer`, `gimp.GroupLayer`,
`gimp.TextLayer`, `gimp.Channel`, `gimp.Vectors`, `gimp.Display`, `gimp.Parasite`,
`gimp.VectorsBezierStroke`. Functions:

"""

MEMBERS = """\
## Attributes and methods

Those of GIMP 2; all of GIMP 3's are there too. Where a name is an attribute in GIMP 2 and a
method in GIMP 3 (`layer.has_alpha`, `.type`, `.mask_bounds`, …), it is both.

"""

CONSTANTS = """\
## Constants

All constants of GIMP 3 under the names they have in C, without `GIMP_` (`RGB`, `RGBA_IMAGE`,
`CHANNEL_OP_ADD`, `FILL_WHITE`, `RUN_INTERACTIVE`, …): looked up in the running GIMP. The old
names below mean the new ones. Bare numbers of fills and palettes, whose order changed, are
understood as GIMP 2 numbered them. Only numbers, for calls that the binding answers itself:

"""

PROCEDURES = """\
## Procedures: pdb

`pdb.gimp_image_new(…)` and `pdb["gimp-image-new"](…)`, positions coerced by declared types,
`run_mode=` as a keyword, counts before arrays dropped. Every procedure of GIMP 3 can be called.
{resigned} procedures are called with GIMP 2's arguments, and {renamed} only have another name.

### With GIMP 2's arguments

"""

FILTERS = """\
## Filters

{filters} plug-ins of GIMP 2 became GEGL operations. They are called with the old arguments (image
and drawable first), applied for good, inside the selection, in one step to undo. Numbers beyond
an operation's range go to its end.

"""

REMOVED_HEAD = """\
## Not covered

Calling these raises `NotSupported` with the sentence below; a name that is neither here nor in
GIMP 3 raises an error that says so.

"""
