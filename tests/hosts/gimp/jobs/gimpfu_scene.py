# ruff: noqa: F403, F405 - written as scripts for GIMP 2 are
"""What the calls of gimpfu_every_call.py work on: 48 × 40, two layers with gradients, a channel, a
path; and what some of them need to be there before."""

import gimpfu
from gi.repository import Gimp
from gimpfu import *

pdb, gimp = gimpfu.pdb, gimpfu.gimp
WIDTH, HEIGHT = 48, 40


class Scene:
    """What the calls work on. folder: for files."""

    def __init__(self, folder):
        self.folder = folder
        gimp.set_foreground(200, 30, 40)
        gimp.set_background(20, 130, 240)
        self.image = gimp.Image(WIDTH, HEIGHT, RGB)
        self.below = self.add("below")
        self.layer = self.add("layer")
        self.channel = gimp.Channel(self.image, "channel", WIDTH, HEIGHT, 50.0, (255, 0, 0))
        self.image.add_channel(self.channel, 0)
        self.path = gimp.Vectors(self.image, "path")
        self.image.add_vectors(self.path, 0)
        self.stroke = self.path.bezier_stroke_new_moveto(4, 4)
        self.path.bezier_stroke_lineto(self.stroke, 30, 20)
        self.image.active_layer = self.layer

    def add(self, name):
        layer = gimp.Layer(self.image, name, WIDTH, HEIGHT, RGBA_IMAGE, 100, NORMAL_MODE)
        self.image.add_layer(layer, 0)
        data = bytes(
            value
            for y in range(HEIGHT)
            for x in range(WIDTH)
            for value in (40 + x * 3, 60 + y * 3, 220 if x > y else 50, 255 if x < 24 else 100)
        )
        layer.get_pixel_rgn(0, 0, WIDTH, HEIGHT)[:, :] = data
        layer.flush()
        return layer

    def file(self, name):
        return str(self.folder / name)

    def mask(self):
        mask = self.layer.create_mask(ADD_WHITE_MASK)
        self.layer.add_mask(mask)
        return mask

    def copied(self):
        pdb.gimp_edit_copy(self.layer)
        return self.layer

    def saved(self, ending):
        """A picture in a file, saved by GIMP 3's own call."""
        name = self.file(f"picture.{ending}")
        picture = self.image.duplicate()
        if ending not in ("xcf", "psd", "ora", "gif"):
            picture.flatten()
        if ending == "gif":
            picture.convert_indexed(0, 0, 32, False, False, "")
        pdb.native("gimp-file-save")(picture, name)
        picture.delete()
        return name


def noted(image):
    image.attach_new_parasite("note", 0, b"abc")
    return image


def named(kind):
    """A brush, gradient or palette of our own, by its name as GIMP 2 had it."""
    new = {"brush": Gimp.Brush, "gradient": Gimp.Gradient, "palette": Gimp.Palette}[kind]
    return new.new(f"our {kind}").get_name()


def with_entry():
    palette = Gimp.Palette.new("with an entry")
    pdb.gimp_palette_add_entry(palette.get_name(), "one", (255, 0, 0))
    return palette.get_name()


def bordered(s):
    """The layer with nothing in it but a square."""
    pdb.gimp_rect_select(s.image, 10, 10, 8, 8, CHANNEL_OP_REPLACE, False, 0)
    pdb.gimp_selection_invert(s.image)
    pdb.gimp_edit_clear(s.layer)
    pdb.gimp_selection_none(s.image)
    return s.layer


def stairs(s):
    """The layer in two colours, with a slanting edge that is not smooth."""
    pdb.gimp_edit_fill(s.layer, WHITE_FILL)
    pdb.gimp_free_select(s.image, 6, [2, 2, 40, 2, 15, 30], 2, False, False, 0)
    pdb.gimp_edit_fill(s.layer, FOREGROUND_FILL)
    pdb.gimp_selection_none(s.image)
    return s.layer


def indexed(s):
    s.image.flatten()
    s.image.convert_indexed(0, 0, 4, False, False, "")
    s.layer = s.image.layers[0]
    return s.image


def svg(s):
    name = s.file("ours.svg")
    with open(name, "w") as file:
        file.write(pdb.gimp_vectors_export_to_string(s.image, s.path))
    return name


def parts(s):
    images = pdb.plug_in_decompose(s.image, s.layer, "RGB", 0)
    return images[0], images[0].layers[0], images[1], images[2], None
