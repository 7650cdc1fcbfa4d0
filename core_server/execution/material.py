"""Carries out `material`: the maps of a surface, derived from its picture, without a model.

Must not ask the engines for anything, nor hold a finished map: each is written part by part.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from core_server.execution.painting import Job
from core_server.execution.pictures import Picture, require_visible
from core_server.execution.record import record_of_job
from core_server.execution.seams import Report
from core_server.imaging import material as surface
from core_server.imaging.arrays import Plane
from core_server.imaging.layouts import from_data, pack, to_working
from core_server.imaging.spectral import part_count, parts, wraps
from core_server.imaging.srgb import luminance
from core_server.operations.material import map_layouts, map_output
from core_server.worker.wire import Finished, output_path
from protocol.messages import Item
from protocol.pixels import ColorSpace, Rows

DERIVED = (
    "The maps are derived from the picture's brightness, not measured; where light parts lie deep, "
    "switch Light is deep on."
)
DERIVED_INVERTED = (
    "The maps are derived from the picture's brightness, not measured; light was taken for deep."
)

SEEMS_SEAMLESS = "This picture seems to be seamless; set Seamless, so that its maps are, too."
_FITS = 1.3
"""How much more a border may differ from the opposite one than neighbours inside do."""

_REPORT_EVERY_S = 0.1

PartOf = Callable[[slice], Plane]
"""Some rows of a map: (rows, W) or (rows, W, 3)."""


def material(job: Job) -> Finished:
    """One item of role `map` for every map asked for, with the picture's rectangle.

    Raises BadRequest for a picture with nothing to see, Cancelled, OSError (disk full).
    """
    begun = time.monotonic()
    wanted = tuple(map_layouts(job.submit))
    rect = job.images[0].rect
    steps = _Steps(job.report, part_count((rect.height, rect.width)) * _passes(wanted))
    found = _Surface.of(job, steps.part_done)
    items = tuple(
        _write(job, name, found.map(name), place, steps.part_done)
        for place, name in enumerate(wanted)
    )
    record = record_of_job(job, found.used(wanted), time.monotonic() - begun)
    return Finished(job.run.job, items, record, found.notes)


@dataclass
class _Steps:
    """Tells how many parts of how many are done, not more often than anybody can see."""

    report: Report
    total: int
    done: int = 0
    reported: float = field(default_factory=time.monotonic)

    def part_done(self) -> None:
        """Raises Cancelled."""
        self.done += 1
        now = time.monotonic()
        if now - self.reported >= _REPORT_EVERY_S or self.done == self.total:
            self.reported = now
            self.report.stepped(self.done, self.total)
        else:
            self.report.check()


@dataclass(frozen=True)
class _Surface:
    """What all maps come from."""

    params: Mapping[str, Any]
    brightness: Plane
    height: Plane
    relief: surface.Relief
    part_done: Callable[[], None]

    @classmethod
    def of(cls, job: Job, part_done: Callable[[], None]) -> _Surface:
        """Raises BadRequest where there is nothing to see."""
        params, axes = job.params, job.params["tile"]
        brightness = _brightness(job.images[0], part_done)
        height = surface.height_from(
            brightness, params["detail"], params["invert"], axes, part_done
        )
        relief = surface.Relief.of(height, params["relief"], axes, part_done)
        return cls(params, brightness, height, relief, part_done)

    def map(self, name: str) -> PartOf:
        """One of MAPS, whole or by parts."""
        params = self.params
        if name == "normal":
            is_directx = params["normal_format"] == "directx"
            return partial(surface.normals, self.relief, directx=is_directx)
        plane = self.height
        if name == "roughness":
            levels = params["roughness_base"], params["roughness_contrast"]
            axes = params["tile"]
            plane = surface.roughness_from(
                self.brightness, self.height, *levels, axes, self.part_done
            )
        elif name == "occlusion":
            strength = params["occlusion_strength"]
            plane = surface.occlusion_from(self.relief, self.radius, strength, self.part_done)
        return lambda rows: plane[rows]

    @property
    def radius(self) -> int:
        """How far occlusion reaches, pixels."""
        return int(self.params["occlusion_radius"] or surface.usual_radius_px(self.height.shape))

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences for the artist."""
        derived = DERIVED_INVERTED if self.params["invert"] else DERIVED
        told = wraps(self.params["tile"])
        fits = _fits(self.brightness, 1), _fits(self.brightness, 0)
        missed = any(fit and not known for fit, known in zip(fits, told, strict=True))
        return (derived, SEEMS_SEAMLESS) if missed else (derived,)

    def used(self, wanted: Collection[str]) -> dict[str, float]:
        """What the maps were made with, where the parameters leave it open. Pixels.

        depth_px: how much higher white lies than black in the height map, for displacement.
        """
        found: dict[str, float] = {"depth_px": round(self.relief.depth_px, 3)}
        if "occlusion" in wanted:
            found["occlusion_radius"] = self.radius
        return found


def _write(job: Job, name: str, part_of: PartOf, place: int, part_done: Callable[[], None]) -> Item:
    """Write a map as output `place`. Raises OSError (disk full)."""
    rect = job.images[0].rect
    order = map_output(job.submit).rows
    layout = map_layouts(job.submit)[name]
    strips = list(parts(rect.height, part_count((rect.height, rect.width))))
    with output_path(job.folder, place).open("wb") as file:
        for rows in strips if order is Rows.TOP else reversed(strips):
            file.write(pack(from_data(part_of(rows), layout), layout, order))
            part_done()
    return Item("map", rect, layout, place, name, order, ColorSpace.LINEAR)


def _fits(brightness: Plane, axis: int) -> bool:
    """Whether the first and the last line differ no more than neighbours do; never if flat."""
    if brightness.shape[axis] < 3:
        return False
    first, last = brightness.take(0, axis), brightness.take(-1, axis)
    inside = float(np.abs(np.diff(brightness, axis=axis)).mean(dtype=np.float64))
    return inside > 0 and float(np.abs(first - last).mean()) <= _FITS * inside


def _passes(wanted: Collection[str]) -> int:
    """How often the picture is gone over in all."""
    count = 1 + surface.HEIGHT_PASSES + surface.RELIEF_PASSES + len(wanted)
    if "roughness" in wanted:
        count += surface.ROUGHNESS_PASSES
    if "occlusion" in wanted:
        count += surface.OCCLUSION_PASSES
    return count


def _brightness(picture: Picture, part_done: Callable[[], None]) -> Plane:
    """(H, W) luminance, sRGB-encoded, in [0, 1]; what is clear has the mean of what is seen.

    Raises BadRequest where all is clear.
    """
    native = picture.native()
    height, width = native.shape[:2]
    result = np.empty((height, width), np.float32)
    cover = np.empty((height, width), np.float32)
    for rows in parts(height, part_count(native.shape)):
        image = to_working(native[rows], picture.input.space)
        result[rows] = np.clip(luminance(image[..., :3]), 0, 1)
        cover[rows] = image[..., 3]
        part_done()
    if not cover.any():
        require_visible(np.zeros((1, 1, 4), np.float32))
    if (cover < 1).any():
        result *= cover
        seen = np.float32(result.sum(dtype=np.float64) / cover.sum(dtype=np.float64))
        result += seen * (1 - cover)
    return result
