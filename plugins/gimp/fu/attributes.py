"""Puts the attributes and methods of GIMP 2's objects on GIMP 3's own classes.

So every layer has them, wherever it came from, and nothing is wrapped. GIMP 3's names stay as they
are; what they do with pixels first hands over what a script wrote to regions.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from gi.repository import Gimp

from plugins.gimp.fu.dual import attribute
from plugins.gimp.fu.image_attributes import ImageMembers
from plugins.gimp.fu.item_attributes import DrawableMembers, ItemMembers
from plugins.gimp.fu.layer_attributes import ChannelMembers, LayerMembers
from plugins.gimp.fu.pages import settle
from plugins.gimp.fu.path_attributes import PathMembers

MEMBERS = (
    (Gimp.Image, ImageMembers),
    (Gimp.Item, ItemMembers),
    (Gimp.Drawable, DrawableMembers),
    (Gimp.Layer, LayerMembers),
    (Gimp.Channel, ChannelMembers),
    (Gimp.Path, PathMembers),
)
DONE = "_gimpfu_members"

WITH_PIXELS = {
    Gimp.Drawable: """append_filter merge_filter merge_filters brightness_contrast color_balance
        colorize_hsl curves_explicit curves_spline desaturate edit_bucket_fill edit_clear
        edit_fill edit_gradient_fill edit_stroke_item edit_stroke_selection equalize
        extract_component foreground_extract get_buffer get_sub_thumbnail get_thumbnail
        histogram hue_saturation invert levels levels_stretch posterize shadows_highlights
        threshold update""",
    Gimp.Item: """transform_2d transform_flip transform_flip_simple transform_matrix
        transform_perspective transform_rotate transform_rotate_simple transform_scale
        transform_shear transform_translate delete""",
    Gimp.Layer: """add_alpha add_mask copy create_mask flatten remove_mask resize
        resize_to_image_size scale""",
    Gimp.Image: """autocrop convert_grayscale convert_indexed convert_precision convert_rgb crop
        delete duplicate flatten flip get_thumbnail merge_down merge_visible_layers pick_color
        remove_layer resize rotate scale select_color select_contiguous_color select_item""",
    Gimp.Procedure: "run",
}
"""GIMP's calls that read or change pixels: what a script wrote must be there by then."""


def install() -> None:
    """Once for a process, however often it is called."""
    if getattr(Gimp.Image, DONE, False):
        return
    setattr(Gimp.Image, DONE, True)
    for target, members in MEMBERS:
        for each in reversed(members.__mro__[:-1]):
            for name, member in vars(each).items():
                if not name.startswith("__"):
                    setattr(target, name, member)
    Gimp.Display.ID = attribute("get_id")
    for target, names in WITH_PIXELS.items():
        for name in names.split():
            _settle_before(target, name)
    for name in ("displays_flush", "file_save", "edit_copy", "edit_cut", "edit_copy_visible"):
        _settle_before(Gimp, name)


def _settle_before(target: Any, name: str) -> None:
    original: Callable[..., Any] | None = getattr(target, name, None)
    if original is None:  # not in this GIMP
        return

    @functools.wraps(original)
    def settled(*given: Any, **named: Any) -> Any:
        settle()
        return original(*given, **named)

    setattr(target, name, settled)
