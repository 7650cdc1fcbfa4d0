"""What a job inside GIMP has at hand: arguments, procedure calls, images, pixels.

Knows nothing about the plugin under test. Runs in GIMP's own Python.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import gi

gi.require_version("Gimp", "3.0")
gi.require_version("Gegl", "0.4")
from gi.repository import Gegl, Gimp, Gio, GLib, GObject  # noqa: E402

STATUSES = ("execution-error", "calling-error", "pass-through", "success", "cancel")
RGBA8 = "R'G'B'A u8"
"""Safe on every precision but u8-linear; shared/reference/GIMP.md §3."""


class Called(NamedTuple):
    """What a procedure answered. status: one of STATUSES. values: those that it returns.
    message: why it failed; empty when it did not."""

    status: str
    values: list[Any]
    message: str


class Tools:
    """arguments: what the test passed. kept: yours; it lasts from one job in the same GIMP to the
    next. folder: of this run, for files."""

    Gimp, Gegl, Gio, GLib, GObject = Gimp, Gegl, Gio, GLib, GObject

    def __init__(self, folder: Path, arguments: dict[str, Any], kept: dict[str, Any]) -> None:
        Gegl.init(None)
        self.folder = folder
        self.arguments = arguments
        self.kept = kept

    # ---- procedures ------------------------------------------------------------------------------

    def call(self, procedure_name: str, /, **arguments: Any) -> Called:
        """Run a procedure, with `run_mode` NONINTERACTIVE unless given; `_` in names stands for
        `-`. Gives what it answered, an error too; raises where there is no such procedure or
        argument."""
        procedure = Gimp.get_pdb().lookup_procedure(procedure_name)
        assert procedure is not None, f"there is no procedure {procedure_name}"
        config = procedure.create_config()
        declared = {spec.name: spec for spec in procedure.get_arguments()}
        if "run-mode" in declared:
            arguments.setdefault("run_mode", Gimp.RunMode.NONINTERACTIVE)
        for name, value in arguments.items():
            spec = declared.get(name.replace("_", "-"))
            assert spec is not None, f"{procedure_name} has no {name}, but {', '.join(declared)}"
            set_argument(config, spec, value)
        return answered(procedure, procedure.run(config))

    # ---- images ----------------------------------------------------------------------------------

    def new_image(
        self,
        width: int,
        height: int,
        kind: str = "rgba",
        precision: str = "u8-non-linear",
        fill: Sequence[float] | None = (1.0, 1.0, 1.0, 1.0),
    ) -> Any:
        """An image with one layer of its size, "base"; delete it at the job's end.

        kind: rgb, rgba, gray, graya, indexed, indexeda. precision: as Gimp.Precision spells it.
        fill: sRGB 0…1 with alpha; None: no layer at all.
        """
        gray, indexed, alpha = "gray" in kind, "indexed" in kind, kind.endswith("a")
        base = Gimp.ImageBaseType.GRAY if gray else Gimp.ImageBaseType.RGB
        chosen = getattr(Gimp.Precision, precision.upper().replace("-", "_"))
        image = Gimp.Image.new_with_precision(width, height, base, chosen)
        if fill is not None:
            name = ("GRAY" if gray else "RGB") + ("A" if alpha else "") + "_IMAGE"
            layer = self.new_layer(image, "base", width, height, kind=name)
            self.fill(layer, fill)
        if indexed:
            dither, palette = Gimp.ConvertDitherType.NONE, Gimp.ConvertPaletteType.WEB
            assert image.convert_indexed(dither, palette, 255, False, False, "")
        return image

    def new_layer(
        self,
        image: Any,
        name: str,
        width: int,
        height: int,
        offsets: tuple[int, int] = (0, 0),
        kind: str = "",
    ) -> Any:
        """A new layer on top, selected. kind: of Gimp.ImageType; else the image's with alpha."""
        if not kind:
            kind = {0: "RGBA", 1: "GRAYA", 2: "INDEXEDA"}[int(image.get_base_type())] + "_IMAGE"
        chosen = getattr(Gimp.ImageType, kind)
        layer = Gimp.Layer.new(image, name, width, height, chosen, 100.0, Gimp.LayerMode.NORMAL)
        image.insert_layer(layer, None, 0)
        layer.set_offsets(*offsets)
        image.set_selected_layers([layer])
        return layer

    def fill(self, drawable: Any, rgba: Sequence[float]) -> None:
        """sRGB, 0…1, with alpha, whatever is selected."""
        color = Gegl.Color.new("black")
        color.set_rgba(*map(linear, rgba[:3]), rgba[3])
        buffer = drawable.get_buffer()
        buffer.set_color(rectangle(drawable, None), color)
        buffer.flush()
        drawable.update(0, 0, drawable.get_width(), drawable.get_height())

    def open(self, path: str | Path) -> Any:
        image = Gimp.file_load(Gimp.RunMode.NONINTERACTIVE, Gio.File.new_for_path(str(path)))
        assert image is not None, f"GIMP cannot open {path}"
        return image

    def save(self, image: Any, path: str | Path) -> str:
        """As the name's end says: .xcf keeps layers, .png flattens. Gives the path."""
        file = Gio.File.new_for_path(str(path))
        saved = Gimp.file_save(Gimp.RunMode.NONINTERACTIVE, image, file, None)
        assert saved, f"GIMP cannot save {path}"
        return str(path)

    def show(self, image: Any) -> Any:
        """A window of the image's own; only where GIMP has a screen."""
        display = Gimp.Display.new(image)
        Gimp.displays_flush()
        return display

    # ---- pixels ----------------------------------------------------------------------------------

    def pixels(
        self, drawable: Any, rect: Sequence[int] | None = None, layout: str = RGBA8
    ) -> bytes:
        """Packed rows, top-down. rect: (x, y, width, height) in the drawable; None: all of it.
        layout: a babl format; "" means the drawable's own."""
        return bytes(
            drawable.get_buffer().get(
                rectangle(drawable, rect), 1.0, layout or native(drawable), Gegl.AbyssPolicy.NONE
            )
        )

    def set_pixels(
        self,
        drawable: Any,
        data: bytes,
        rect: Sequence[int] | None = None,
        layout: str = RGBA8,
    ) -> None:
        """The other way, with no undo step, whatever is selected."""
        box = rectangle(drawable, rect)
        buffer = drawable.get_buffer()
        buffer.set(box, layout or native(drawable), data)
        buffer.flush()
        drawable.update(box.x, box.y, box.width, box.height)

    def selection(self, image: Any, rect: Sequence[int] | None = None) -> bytes:
        """One linear byte a pixel; rect in the image."""
        return self.pixels(image.get_selection(), rect, "Y u8")

    def layers(self, image: Any) -> list[dict[str, Any]]:
        """Name, offsets and size of the image's layers, groups' own too, top first."""
        found = []
        for layer in image.get_layers():
            found.append(described(layer))
            if layer.is_group():
                found += [described(child, layer.get_name()) for child in layer.get_children()]
        return found


def described(layer: Any, group: str = "") -> dict[str, Any]:
    _, x, y = layer.get_offsets()
    return {
        "name": layer.get_name(),
        "x": x,
        "y": y,
        "width": layer.get_width(),
        "height": layer.get_height(),
        "group": group,
        "parasites": list(layer.get_parasite_list()),
    }


def linear(value: float) -> float:
    """sRGB's curve; GEGL's colours are linear."""
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def rectangle(drawable: Any, rect: Sequence[int] | None) -> Any:
    return Gegl.Rectangle.new(*(rect or (0, 0, drawable.get_width(), drawable.get_height())))


def native(drawable: Any) -> str:
    gi.require_version("Babl", "0.1")
    from gi.repository import Babl

    return str(Babl.get_name(drawable.get_format()))


# ---- arguments and results -----------------------------------------------------------------------


def set_argument(config: Any, spec: Any, value: Any) -> None:
    name, kind = spec.name, spec.value_type.name
    if kind == "GimpCoreObjectArray":
        several = value if isinstance(value, Sequence) else [value]
        config.set_core_object_array(name, list(several))
    elif kind == "GFile" and isinstance(value, str | os.PathLike):
        config.set_property(name, Gio.File.new_for_path(os.fspath(value)))
    else:
        config.set_property(name, value)


def answered(procedure: Any, result: Any) -> Called:
    status = STATUSES[int(result.index(0))]
    if status != "success":
        first = result.index(1) if result.length() > 1 else ""
        last = Gimp.get_pdb().get_last_error() or ""
        return Called(status, [], first if isinstance(first, str) and first else last)
    kinds = [spec.value_type.name for spec in procedure.get_return_values()]
    return Called(status, [value_of(result, n + 1, kind) for n, kind in enumerate(kinds)], "")


def value_of(result: Any, index: int, kind: str) -> Any:
    """PyGObject makes nothing of an array of layers."""
    if kind == "GimpCoreObjectArray":
        return list(result.get_core_object_array(index))
    return result.index(index)
