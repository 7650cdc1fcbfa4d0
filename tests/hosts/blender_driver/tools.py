"""What a job inside Blender has at hand: arguments, objects, images, pixels, renders, the window.

Knows nothing about the extension under test. Runs in Blender's own Python, which has numpy here.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import bpy
import numpy as np


class Tools:
    """arguments: what the test passed. kept: yours; in a window it lasts from one job to the next.
    folder: of this run, for files. Names of datablocks may be kept, references not: an undo makes
    them invalid."""

    bpy = bpy

    def __init__(self, folder: Path, arguments: dict[str, Any], kept: dict[str, Any]) -> None:
        self.folder = folder
        self.arguments = arguments
        self.kept = kept

    # ---- waiting ---------------------------------------------------------------------------------

    def until(self, true: Callable[[], object], timeout_s: float = 60) -> Generator[int, None, Any]:
        """`yield from` it: waits until it is true, and gives what it was."""
        deadline = time.monotonic() + timeout_s
        while not (value := true()):
            assert time.monotonic() < deadline, f"it did not become true within {timeout_s:g} s"
            yield 50
        return value

    # ---- scenes ----------------------------------------------------------------------------------

    def new_file(self) -> None:
        """An empty scene, as File ▸ New ▸ General without its three objects."""
        bpy.ops.wm.read_homefile(use_empty=True)

    def add(self, kind: str = "cube", **where: Any) -> Any:
        """A mesh with UVs, active and alone selected: cube, plane, uv_sphere, monkey."""
        getattr(bpy.ops.mesh, f"primitive_{kind}_add")(calc_uvs=True, **where)
        return bpy.context.object

    def add_camera(self, location: Sequence[float] = (0, 0, 4), fov: float = 0.8) -> Any:
        """The scene's, looking at the origin."""
        from mathutils import Vector

        data = bpy.data.cameras.new("camera")
        data.angle = fov
        camera = bpy.data.objects.new("camera", data)
        camera.location = location
        camera.rotation_euler = Vector(location).to_track_quat("Z", "Y").to_euler()
        bpy.context.scene.collection.objects.link(camera)
        bpy.context.scene.camera = camera
        return camera

    def add_sun(self, strength: float = 3.0, rotation: Sequence[float] = (0, 0, 0)) -> Any:
        sun = bpy.data.objects.new("sun", bpy.data.lights.new("sun", "SUN"))
        sun.data.energy = strength
        sun.rotation_euler = rotation
        bpy.context.scene.collection.objects.link(sun)
        return sun

    def render(self, path: str | Path, width: int = 96, height: int = 72, samples: int = 4) -> str:
        """A PNG by Cycles on the CPU, with plain sRGB; the path. Takes half a second."""
        scene = bpy.context.scene
        scene.render.engine = "CYCLES"
        scene.cycles.device = "CPU"
        scene.cycles.samples = samples
        scene.cycles.use_denoising = False  # Debian's Blender came without, and would fail
        scene.view_settings.view_transform = "Standard"
        scene.render.resolution_x, scene.render.resolution_y = width, height
        scene.render.resolution_percentage = 100
        scene.render.filepath = str(path)
        scene.render.image_settings.file_format = "PNG"
        bpy.ops.render.render(write_still=True)
        return str(path)

    # ---- images ----------------------------------------------------------------------------------

    def new_image(
        self,
        name: str,
        width: int,
        height: int,
        fill: Sequence[float] = (1.0, 1.0, 1.0, 1.0),
        is_float: bool = False,
        pack: bool = True,
    ) -> Any:
        """fill: as the image stores it: sRGB in bytes, linear in floats."""
        image = bpy.data.images.new(name, width, height, alpha=True, float_buffer=is_float)
        self.set_pixels(image, np.tile(np.asarray(fill, np.float32), (height, width, 1)))
        if pack:
            image.pack()
        return image

    def pixels(self, image: Any) -> Any:
        """Floats, (height, width, 4), the top row first."""
        width, height = image.size
        flat = np.empty(width * height * 4, np.float32)
        image.pixels.foreach_get(flat)
        return flat.reshape(height, width, 4)[::-1]

    def set_pixels(self, image: Any, pixels: Any) -> None:
        """The other way; not packed, so that it is gone when the file is opened again."""
        rows = np.ascontiguousarray(np.asarray(pixels, np.float32)[::-1])
        image.pixels.foreach_set(rows.ravel())
        image.update()

    def rgba8(self, image: Any) -> bytes:
        """What a byte image holds, the top row first."""
        return np.rint(self.pixels(image) * 255).clip(0, 255).astype(np.uint8).tobytes()

    # ---- the window ------------------------------------------------------------------------------

    def show(self, kind: str) -> Any:
        """Make the largest area an editor of a kind: VIEW_3D, IMAGE_EDITOR, NODE_EDITOR."""
        areas = bpy.context.window_manager.windows[0].screen.areas
        area = max(areas, key=lambda one: one.width * one.height)
        area.ui_type = {"NODE_EDITOR": "ShaderNodeTree"}.get(kind, kind)
        return area

    def area(self, kind: str) -> Any:
        """The largest area of a kind that is open."""
        areas = bpy.context.window_manager.windows[0].screen.areas
        there = [area for area in areas if area.type == kind]
        assert there, f"there is no {kind} but {sorted({area.type for area in areas})}"
        return max(there, key=lambda one: one.width * one.height)

    def inside(self, kind: str) -> AbstractContextManager[Any]:
        """For operators that want an area: `with tools.inside("VIEW_3D"): bpy.ops.…`"""
        area = self.area(kind)
        region = next(region for region in area.regions if region.type == "WINDOW")
        window = bpy.context.window_manager.windows[0]
        return bpy.context.temp_override(window=window, area=area, region=region)

    def sidebar(self, kind: str, tab: str, width: int = 0) -> Generator[int, None, dict[str, int]]:
        """`yield from` it: opens the sidebar (N) of an area at a tab; gives where it is on the
        screen, as `x`, `y`, `width`, `height` from the top left, for clicks and crops."""
        area = self.area(kind)
        area.spaces.active.show_region_ui = True
        region = next(region for region in area.regions if region.type == "UI")
        yield from self.until(lambda: region.width > 1, 10)
        yield 300  # until it is drawn: before, it has no tabs
        region.active_panel_category = tab
        area.tag_redraw()
        yield 500
        height = bpy.context.window_manager.windows[0].height
        return {
            "x": region.x,
            "y": height - region.y - region.height,
            "width": region.width,
            "height": region.height,
        }
