"""Seamless materials that people lay: bricks, planks, tiles, cloth, metal and plain patterns.

Painters only: each takes (rng, base colour, second colour) and returns (64, 64, 3) uint8 that
wraps exactly; names and captions are in `textures`.
"""

from __future__ import annotations

import numpy as np

from core_server.pocket.data.fields import (
    Field,
    Pixels,
    blend,
    cells,
    finish,
    noise,
    panels,
    relief,
    step,
    tile,
    vary,
)

Generator = np.random.Generator


def _mortar(rng: Generator) -> Field:
    return np.full(3, rng.uniform(0.55, 0.80), np.float32) * np.array([1.0, 0.97, 0.92], np.float32)


def brick_wall(rng: Generator, base: Field, _other: Field) -> Pixels:
    rows = int(rng.choice([6, 8]))
    wall = panels(rng, rows, rows // 2, rough=0.004)
    body = step(wall.joint, 0.008, 0.022)
    colour = vary(rng, base, wall.count, 0.28)[wall.index]
    colour = blend(_mortar(rng), colour, step(wall.joint, 0.010, 0.016))
    grain = noise(rng, 0.7)
    light, _ = relief(body + 0.09 * grain * body, 4.5)
    return finish(colour * (1 + 0.07 * noise(rng, 1.2))[..., None], light)


def stone_wall(rng: Generator, base: Field, _other: Field) -> Pixels:
    wall = panels(rng, 6, 4, uneven=0.55, rough=0.012)
    body = step(wall.joint, 0.004, 0.034)
    colour = vary(rng, base, wall.count, 0.30)[wall.index]
    colour = blend(base * 0.35, colour, step(wall.joint, 0.006, 0.018))
    light, _ = relief(body + 0.22 * noise(rng, 1.4) * body, 6.0)
    return finish(colour * (1 + 0.09 * noise(rng, 1.0))[..., None], light)


def wooden_planks(rng: Generator, base: Field, _other: Field) -> Pixels:
    rows = int(rng.choice([4, 6]))
    boards = panels(rng, rows, 1, stagger=0.37)
    along = (rng.random(rows) * 7).astype(np.float32)[boards.row]
    bend = 0.30 * noise(rng, 2.4, (1.0, 3.0))
    rings = np.sin(2 * np.pi * (3.5 * boards.v + bend + along))
    grain = noise(rng, 0.8, (0.5, 9.0))
    colour = vary(rng, base, boards.count, 0.22)[boards.index]
    colour = colour * (1 + 0.10 * rings + 0.09 * grain)[..., None]
    gap = step(boards.joint, 0.003, 0.012)
    colour = colour * (0.25 + 0.75 * gap)[..., None]
    light, gloss = relief(step(boards.joint, 0.0, 0.02) + 0.06 * grain, 3.0, 0.12)
    picture = finish(colour, light, gloss)
    return picture if rng.random() < 0.6 else np.ascontiguousarray(picture.swapaxes(0, 1))


def ceramic_tiles(rng: Generator, base: Field, _other: Field) -> Pixels:
    count = int(rng.choice([4, 5, 6]))
    floor = panels(rng, count, count, stagger=0.0)
    body = step(floor.joint, 0.010, 0.030)
    colour = vary(rng, base, floor.count, 0.10)[floor.index]
    tilt = vary(rng, np.ones(3, np.float32), floor.count, 0.12)[floor.index][..., 0]
    sheen = 1 + 0.16 * (0.5 - floor.v) + 0.10 * (0.5 - floor.u) + (tilt - 1)
    grout = np.full(3, 0.86 if base.mean() < 0.62 else 0.55, np.float32)
    colour = blend(grout, colour * sheen[..., None], step(floor.joint, 0.012, 0.020))
    light, gloss = relief(body, 4.0, 0.55)
    return finish(colour * (1 + 0.02 * noise(rng, 0.5))[..., None], light, gloss * body)


def roof_tiles(rng: Generator, base: Field, _other: Field) -> Pixels:
    rows, columns = int(rng.choice([4, 6])), int(rng.choice([6, 7, 8]))
    roof = panels(rng, rows, columns, stagger=0.0)
    colour = vary(rng, base, roof.count, 0.22)[roof.index]
    hump = np.abs(np.sin(np.pi * roof.u))
    lip = step(roof.v, 0.80, 0.97)
    light, gloss = relief(np.asarray(hump + 0.25 * roof.v, np.float32), 4.5, 0.20)
    # Each course throws a shadow, deepest in the valleys, on the one below it.
    shadow = 0.38 + 0.62 * step(np.asarray(roof.v - 0.14 * (1 - hump), np.float32), 0.02, 0.30)
    tone = shadow * (0.62 + 0.38 * hump) * (1 + 0.14 * lip) * (1 + 0.07 * noise(rng, 0.8))
    return finish(colour * tone[..., None], np.clip(light, 0.45, 1.3), gloss)


def hexagons(rng: Generator, base: Field, _other: Field) -> Pixels:
    comb = cells(rng, 6, 5, 0.0) if rng.random() < 0.6 else cells(rng, 8, 7, 0.0)
    body = step(comb.border, 0.006, 0.022)
    colour = vary(rng, base, comb.count, 0.13)[comb.index]
    edge = base * 0.35 if base.mean() > 0.3 else np.full(3, 0.62, np.float32)
    colour = blend(edge, colour, step(comb.border, 0.007, 0.014))
    light, gloss = relief(body - 1.6 * comb.centre, 4.0, 0.30)
    return finish(colour * (1 + 0.03 * noise(rng, 0.8))[..., None], light, gloss)


def diamond_plate(rng: Generator, base: Field, _other: Field) -> Pixels:
    y, x = tile()
    count = int(rng.choice([4, 6]))
    row, column = np.floor(y * count), np.floor(x * count)
    v, u = y * count - row - 0.5, x * count - column - 0.5
    sign = np.where((row + column) % 2, 1.0, -1.0)
    along, across = (u + sign * v) * 0.7071, (u - sign * v) * 0.7071
    bump = 1 - (along / 0.56) ** 2 - np.abs(across) / 0.17
    height = step(np.asarray(bump, np.float32), 0.0, 0.75)
    brushed = noise(rng, 0.5, (0.6, 8.0))
    light, gloss = relief(height + 0.015 * brushed, 5.5, 0.75)
    colour = base * (0.92 + 0.05 * brushed + 0.12 * height)[..., None]
    return finish(np.asarray(colour, np.float32), light, gloss * (0.25 + 0.75 * height))


def fabric_weave(rng: Generator, base: Field, _other: Field) -> Pixels:
    y, x = tile()
    count = int(rng.choice([8, 10, 12]))
    row, column = np.floor(y * count), np.floor(x * count)
    v, u = y * count - row - 0.5, x * count - column - 0.5
    is_weft = (row + column) % 2 == 0
    across, along = np.where(is_weft, v, u), np.where(is_weft, u, v)
    height = np.sqrt(np.clip(1 - (1.9 * across) ** 2, 0, 1)) * (1 - 1.3 * along**2)
    thread = np.where(is_weft, noise(rng, 0.6, (0.5, 6.0)), noise(rng, 0.6, (6.0, 0.5)))
    light, _ = relief(np.asarray(height, np.float32), 2.6)
    tone = np.where(is_weft, 1.0, 0.86) * (0.55 + 0.5 * height) * (1 + 0.07 * thread)
    return finish(np.asarray(base * tone[..., None], np.float32), light)


def knitted_wool(rng: Generator, base: Field, _other: Field) -> Pixels:
    y, x = tile()
    columns, rows = (6, 8) if rng.random() < 0.5 else (8, 10)
    u = x * columns - np.floor(x * columns)
    side = np.abs(u - 0.5) * 2
    # Each column is a chain of V-shaped stitches: rows slide down towards the column's middle.
    slid = y * rows + 0.9 * (1 - side)
    v = slid - np.floor(slid)
    loop = np.sqrt(np.clip(1 - (2 * v - 1) ** 2, 0, 1)) * np.sqrt(
        np.sin(np.pi * (0.06 + 0.88 * side))
    )
    height = np.asarray(loop, np.float32)
    fuzz = noise(rng, 0.5)
    light, _ = relief(height + 0.05 * fuzz, 3.6)
    tone = (0.45 + 0.6 * height) * (1 + 0.06 * fuzz)
    return finish(np.asarray(base * tone[..., None], np.float32), light)


def _cloth(rng: Generator, colour: Field) -> Pixels:
    """Finish a printed pattern with a faint weave and soft folds, so that it reads as material."""
    y, x = tile()
    weave = 0.025 * np.sin(2 * np.pi * 32 * x) * np.sin(2 * np.pi * 32 * y)
    folds = 0.035 * noise(rng, 2.6, low=1.0)
    return finish(colour * np.asarray(1 + weave + folds, np.float32)[..., None])


def checkerboard(rng: Generator, base: Field, other: Field) -> Pixels:
    count = int(rng.choice([4, 6, 8]))
    board = panels(rng, count, count, stagger=0.0)
    parity = ((board.row + board.index % count) % 2).astype(np.float32)
    colour = blend(base, other, parity) * (1 + 0.04 * noise(rng, 1.6))[..., None]
    light, gloss = relief(step(board.joint, 0.0, 0.012), 2.2, 0.10)
    return finish(colour * (1 + 0.08 * (0.5 - board.v))[..., None], light, gloss)


def stripes(rng: Generator, base: Field, other: Field, direction: str) -> Pixels:
    y, x = tile()
    count = int(rng.choice([3, 4, 5, 6]))
    phase = {"horizontal": y, "vertical": x, "diagonal": x + y}[direction] * count
    wave = np.abs((phase - np.floor(phase)) - 0.5) * 2
    return _cloth(rng, blend(base, other, step(np.asarray(wave, np.float32), 0.46, 0.54)))


def polka_dots(rng: Generator, base: Field, other: Field) -> Pixels:
    rows, columns = [(4, 4), (6, 6), (4, 3)][int(rng.integers(3))]
    dots = cells(rng, rows, columns, 0.0)
    radius = rng.uniform(0.24, 0.34) / max(rows, columns)
    return _cloth(rng, blend(other, base, step(dots.centre, radius - 0.006, radius + 0.006)))


def zigzag(rng: Generator, base: Field, other: Field) -> Pixels:
    y, x = tile()
    teeth, bands = int(rng.choice([2, 3, 4])), int(rng.choice([3, 4]))
    fold = np.abs(x * teeth - np.floor(x * teeth) - 0.5)
    phase = y * bands + fold * rng.uniform(0.9, 1.3) * bands / teeth
    wave = np.abs(phase - np.floor(phase) - 0.5) * 2
    return _cloth(rng, blend(base, other, step(np.asarray(wave, np.float32), 0.45, 0.55)))


def grid(rng: Generator, base: Field, other: Field) -> Pixels:
    count = int(rng.choice([4, 5, 6]))
    squares = panels(rng, count, count, stagger=0.0)
    width = rng.uniform(0.010, 0.020)
    return _cloth(rng, blend(base, other, step(squares.joint, width, width + 0.008)))


def plaid(rng: Generator, base: Field, other: Field) -> Pixels:
    y, x = tile()
    count = int(rng.choice([2, 3]))
    fine = np.where(np.floor((x + y) * 32) % 2, 1.0, 0.0)
    across, down = (_sett(axis * count) for axis in (x, y))
    colour = blend(base, other, np.asarray(0.5 * (across + down), np.float32))
    line = np.maximum(_thin(x * count), _thin(y * count)) * (0.55 + 0.25 * fine)
    accent = np.array([0.98, 0.95, 0.85], np.float32) if other.mean() < 0.6 else base * 0.4
    colour = blend(colour, accent, np.asarray(line * 0.8, np.float32))
    return _cloth(rng, colour * np.asarray(0.95 + 0.10 * fine, np.float32)[..., None])


def _sett(phase: Field) -> Field:
    t = phase - np.floor(phase)
    return step(0.28 - np.abs(t - 0.5), -0.01, 0.01)


def _thin(phase: Field) -> Field:
    t = phase - np.floor(phase)
    return step(0.03 - np.abs(np.minimum(t, 1 - t)), -0.01, 0.01)
