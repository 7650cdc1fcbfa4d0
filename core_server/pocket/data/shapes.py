"""Plain coloured shapes with exact captions, one to a picture, 64 by 64 with straight alpha.

They teach that a colour word belongs to its noun; it must not compose several (see `scenes`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFilter

from core_server.pocket.data.colours import COLOURS, Colour, pick

SIDE = 64
FINE = 256  # masters are drawn four times too large and averaged

Pixels = npt.NDArray[np.uint8]
Plane = npt.NDArray[np.floating]
Points = list[tuple[float, float]]

SHAPES: tuple[str, ...] = (
    "circle", "square", "triangle", "star", "heart", "diamond", "hexagon", "pentagon", "cross",
    "crescent", "ring", "oval", "arrow", "cube", "sphere",
)  # fmt: skip
SHADINGS: tuple[str, ...] = ("flat", "gradient", "outlined", "3d")

# Never generated, so that the evaluation can ask for them.
HELDOUT_SHAPES: tuple[tuple[str, str], ...] = (
    ("star", "purple"),
    ("heart", "turquoise"),
    ("circle", "orange"),
    ("cube", "yellow"),
    ("triangle", "pink"),
    ("ring", "green"),
)
_SMALL_SHARE = 0.08


@dataclass(frozen=True, slots=True)
class Shape:
    """One picture, (64, 64, 4) straight RGBA uint8, and the phrase that says exactly what it is."""

    rgba: Pixels
    phrase: str


@dataclass(frozen=True, slots=True)
class Master:
    """A shape without its colour: planes of (FINE, FINE), or of a smaller copy's size.

    A pixel of colour c is c * tone, and that much of the way to white as `sheen` says.
    """

    tone: Plane
    sheen: Plane
    mask: Plane

    def coloured(self, colour: Colour) -> Plane:
        """(..., 3) RGB in 0 to 1 of the shape painted in `colour`, meaningful within the mask."""
        body = np.minimum(self.tone[..., None] * colour, 1)
        return np.asarray(body + (1 - body) * self.sheen[..., None], np.float32)


def make_shape(rng: np.random.Generator) -> Shape:
    """A new random picture of one shape."""
    shape, colour = choose(rng)
    # A black outline does not show on black.
    shading = str(rng.choice([s for s in SHADINGS if s != "outlined" or colour != "black"]))
    is_small = rng.random() < _SMALL_SHARE
    size = rng.uniform(0.36, 0.46) if is_small else rng.uniform(0.74, 0.92)
    turn = rng.uniform(-7, 7) if shape in {"square", "star", "pentagon", "hexagon"} else 0.0
    master = draw_master(shape, shading, turn, is_ramp_level=rng.random() < 0.4)
    canvas = np.zeros((FINE, FINE, 4), np.float32)
    _place(canvas, master, pick(rng, colour), float(size))
    phrase = _word(rng, f"{colour} {shape}", shading, shape)
    return Shape(_shrink(canvas), f"small {phrase}" if is_small else phrase)


def choose(
    rng: np.random.Generator,
    shapes: tuple[str, ...] = SHAPES,
    colours: tuple[str, ...] = COLOURS,
) -> tuple[str, str]:
    """A random (shape, colour word) of those given that is not held out."""
    while True:
        pair = shapes[int(rng.random() * len(shapes))], colours[int(rng.random() * len(colours))]
        if pair not in HELDOUT_SHAPES:
            return pair


def _word(rng: np.random.Generator, phrase: str, shading: str, shape: str) -> str:
    if shading == "outlined":
        return f"{phrase} with a black outline"
    if shading == "3d":
        return f"{'shiny' if rng.random() < 0.6 or shape == 'sphere' else '3d'} {phrase}"
    if shading == "gradient" and rng.random() < 0.4 and shape not in {"cube", "sphere"}:
        return f"{phrase} with a gradient"
    return phrase


# Outlines on the unit square.


def _regular(corners: int, start: float = -90.0, inner: float = 1.0) -> Points:
    count = corners if inner == 1.0 else 2 * corners
    angles = np.deg2rad(start + np.arange(count) * 360 / count)
    radii = np.where(np.arange(count) % 2, 0.5 * inner, 0.5)
    return [
        (0.5 + float(r * np.cos(a)), 0.5 + float(r * np.sin(a)))
        for r, a in zip(radii, angles, strict=True)
    ]


def _heart() -> Points:
    t = np.linspace(0, 2 * np.pi, 120, endpoint=False)
    x = 16 * np.sin(t) ** 3
    y = 13 * np.cos(t) - 5 * np.cos(2 * t) - 2 * np.cos(3 * t) - np.cos(4 * t)
    return [(0.5 + float(u) / 33, 0.46 - float(v) / 33) for u, v in zip(x, y, strict=True)]


_POLYGONS: dict[str, Callable[[], Points]] = {
    "square": lambda: [(0.07, 0.07), (0.93, 0.07), (0.93, 0.93), (0.07, 0.93)],
    "triangle": lambda: [(0.5, 0.06), (1.0, 0.93), (0.0, 0.93)],
    "star": lambda: _regular(5, inner=0.42),
    "heart": _heart,
    "diamond": lambda: [(0.5, 0.0), (0.84, 0.5), (0.5, 1.0), (0.16, 0.5)],
    "hexagon": lambda: _regular(6, start=0),
    "pentagon": lambda: _regular(5),
    "cross": lambda: [
        (0.33, 0.0), (0.67, 0.0), (0.67, 0.33), (1.0, 0.33), (1.0, 0.67), (0.67, 0.67),
        (0.67, 1.0), (0.33, 1.0), (0.33, 0.67), (0.0, 0.67), (0.0, 0.33), (0.33, 0.33),
    ],
    "arrow": lambda: [
        (0.0, 0.35), (0.52, 0.35), (0.52, 0.12), (1.0, 0.5), (0.52, 0.88), (0.52, 0.65),
        (0.0, 0.65),
    ],
}  # fmt: skip
_CUBE_TOP: Points = [(0.5, 0.02), (0.92, 0.25), (0.5, 0.48), (0.08, 0.25)]
_CUBE_LEFT: Points = [(0.08, 0.25), (0.5, 0.48), (0.5, 0.98), (0.08, 0.74)]
_CUBE_RIGHT: Points = [(0.92, 0.25), (0.5, 0.48), (0.5, 0.98), (0.92, 0.74)]


def _polygon(points: Points, turn: float = 0.0) -> Plane:
    image = Image.new("L", (FINE, FINE))
    ImageDraw.Draw(image).polygon([(x * FINE, y * FINE) for x, y in points], fill=255)
    if turn:
        image = image.rotate(turn, Image.Resampling.BICUBIC)
    return np.asarray(image, np.float32) / 255


def _mask(shape: str, turn: float) -> Plane:
    if shape in _POLYGONS:
        return _polygon(_POLYGONS[shape](), turn)
    if shape == "cube":
        return np.maximum(
            np.maximum(_polygon(_CUBE_TOP), _polygon(_CUBE_LEFT)), _polygon(_CUBE_RIGHT)
        )
    y, x = (np.mgrid[:FINE, :FINE].astype(np.float32) + 0.5) / FINE - 0.5
    radius = np.hypot(x, y)
    if shape == "ring":
        inside = (radius < 0.5) & (radius > 0.29)
    elif shape == "crescent":
        inside = (radius < 0.5) & (np.hypot(x - 0.21, y + 0.06) > 0.41)
    elif shape == "oval":
        inside = np.hypot(x, y / 0.64) < 0.5
    else:
        inside = radius < 0.5
    return np.asarray(inside, np.float32)


def draw_master(
    shape: str, shading: str, turn: float = 0.0, *, is_ramp_level: bool = False
) -> Master:
    """The master of `shape` (of SHAPES) in `shading` (of SHADINGS), `turn` degrees anticlockwise.

    A gradient runs down, or across where `is_ramp_level`.
    """
    mask = _mask(shape, turn)
    tone, sheen = np.ones_like(mask), np.zeros_like(mask)
    if shape == "cube":
        tone, sheen = _cube_faces()
    if shape == "sphere":
        tone, sheen = _ball(shine=0.25 if shading == "flat" else 0.9)
    elif shading == "3d":
        light, glint = _bevel(mask)
        tone, sheen = tone * light, 1 - (1 - sheen) * (1 - glint)
    elif shading == "gradient":
        ramp = np.linspace(1.22, 0.68, FINE, dtype=np.float32)
        tone = tone * (ramp[None, :] if is_ramp_level else ramp[:, None])
    if shading == "outlined":
        edge = _edge(shape, mask, turn) > 0.5
        tone = np.where(edge, np.float32(0), tone)
        sheen = np.where(edge, np.float32(0.06), sheen)
    return Master(np.asarray(tone, np.float32), np.asarray(sheen, np.float32), mask)


def _cube_faces() -> tuple[Plane, Plane]:
    tone = np.full((FINE, FINE), 0.78, np.float32)
    sheen = np.zeros_like(tone)
    top = _polygon(_CUBE_TOP) > 0.5
    tone[top], sheen[top] = 1.12, 0.06
    tone[_polygon(_CUBE_RIGHT) > 0.5] = 0.56
    return tone, sheen


def _ball(shine: float) -> tuple[Plane, Plane]:
    y, x = (np.mgrid[:FINE, :FINE].astype(np.float32) + 0.5) / (FINE / 2) - 1
    z = np.sqrt(np.clip(1 - x * x - y * y, 0, 1))
    facing = np.clip(-0.45 * x - 0.58 * y + 0.68 * z, 0, 1)
    glint = shine * np.clip(-0.25 * x - 0.34 * y + 0.91 * z, 0, 1) ** 40
    return 0.34 + 0.80 * facing, glint


def _soft(mask: Plane, radius: float) -> Plane:
    image = Image.fromarray((mask * 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(radius))
    return np.asarray(image, np.float32) / 255


def _bevel(mask: Plane) -> tuple[Plane, Plane]:
    room = 24  # the blur must see clear ground beyond the frame, or rims there stay unlit
    padded = np.pad(mask, room)
    height = _soft(padded * (0.5 * _soft(padded, 7) + 0.8 * _soft(padded, 20)) / 1.3, 3)
    height = height[room:-room, room:-room]
    slope_y, slope_x = np.gradient(height * 46)
    light = (0.42 * slope_x + 0.55 * slope_y + 0.72) / np.sqrt(slope_x**2 + slope_y**2 + 1)
    glint = np.clip(
        (0.22 * slope_x + 0.30 * slope_y + 0.93) / np.hypot(np.hypot(slope_x, slope_y), 1), 0, 1
    )
    sheen = 0.75 * np.clip((glint - 0.965) / 0.035, 0, 1) ** 2 * (height < 0.93)
    return np.clip(0.30 + 0.98 * light, 0.25, 1.45), sheen


def _edge(shape: str, mask: Plane, turn: float) -> Plane:
    width = 13
    parts = (
        [_polygon(p) for p in (_CUBE_TOP, _CUBE_LEFT, _CUBE_RIGHT)] if shape == "cube" else [mask]
    )
    edge = np.zeros_like(mask)
    for part in parts:
        padded = Image.fromarray(np.pad((part * 255).astype(np.uint8), width))
        inner = np.asarray(padded.filter(ImageFilter.MinFilter(2 * (width // 2) + 1)))
        edge = np.maximum(edge, part - (inner[width:-width, width:-width] > 127))
    return edge


def _place(canvas: Plane, master: Master, colour: Colour, size: float) -> None:
    """Lay the shape on the clear `canvas`'s middle (premultiplied, changed in place)."""
    side = max(4, round(size * FINE))
    mask = master.mask[..., None]
    premultiplied = np.concatenate([master.coloured(colour) * mask, mask], axis=-1)
    image = Image.fromarray(np.rint(premultiplied * 255).astype(np.uint8), "RGBa")
    start = round(FINE / 2 - side / 2)
    small = np.asarray(image.resize((side, side), Image.Resampling.BOX), np.float32) / 255
    canvas[start : start + side, start : start + side] = small


def _shrink(canvas: Plane) -> Pixels:
    ratio = FINE // SIDE
    small: Plane = canvas.reshape(SIDE, ratio, SIDE, ratio, 4).mean((1, 3))
    colour = np.where(small[..., 3:] > 0, small[..., :3] / np.maximum(small[..., 3:], 1e-6), 0)
    straight = np.concatenate([np.clip(colour, 0, 1), small[..., 3:]], axis=-1)
    return np.asarray(np.rint(straight * 255), np.uint8)
