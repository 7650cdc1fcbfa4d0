"""Seamless materials that nature makes: stone, sand, water, fire, sky, hide, wood and metal's rust.

Painters only: each takes (rng, base colour, second colour) and returns (64, 64, 3) uint8 that
wraps exactly; names and captions are in `textures`.
"""

from __future__ import annotations

import numpy as np

from core_server.pocket.data.fields import (
    FINE,
    Field,
    Index,
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


def _rgb(*levels: float) -> Field:
    return np.array(levels, np.float32)


def cobblestone(rng: Generator, base: Field, _other: Field) -> Pixels:
    size = int(rng.choice([4, 6]))
    stones = cells(rng, size, size - 1 if size > 4 else 4, 0.24, warp=0.008)
    dome = step(stones.border, 0.004, 0.055)
    colour = vary(rng, base, stones.count, 0.26)[stones.index]
    colour = blend(base * 0.22, colour, step(stones.border, 0.006, 0.020))
    light, gloss = relief(dome + 0.12 * noise(rng, 1.2) * dome, 7.0, 0.10)
    return finish(colour * (1 + 0.07 * noise(rng, 0.8))[..., None], light, gloss * dome)


def pebbles(rng: Generator, base: Field, _other: Field) -> Pixels:
    stones = cells(rng, 8, 8, 0.34, warp=0.006)
    dome = np.sqrt(step(stones.border, 0.002, 0.040))
    colour = vary(rng, base, stones.count, 0.55)[stones.index]
    colour = blend(base * 0.15, colour, step(stones.border, 0.004, 0.014))
    light, gloss = relief(dome, 4.5, 0.35)
    return finish(colour, light, gloss * dome)


def rock(rng: Generator, base: Field, _other: Field) -> Pixels:
    facets = cells(rng, 4, 4, 0.42, warp=0.03)
    tilt = rng.uniform(-1, 1, (facets.count, 2)).astype(np.float32)[facets.index]
    crack = step(facets.border, 0.0, 0.025)
    height = 0.55 * noise(rng, 1.5) * 0.5 + 0.6 * crack + 0.3 * tilt[..., 0] * facets.centre * 4
    light, _ = relief(height, 5.0)
    colour = base * (0.95 + 0.14 * tilt[..., 1] + 0.08 * noise(rng, 0.8))[..., None]
    return finish(np.asarray(colour * (0.6 + 0.4 * crack)[..., None], np.float32), light)


def sand(rng: Generator, base: Field, _other: Field) -> Pixels:
    y, x = tile()
    count = int(rng.choice([4, 5, 6]))
    lean = int(rng.choice([-1, 0, 1]))
    phase = y * count + lean * x + 0.22 * noise(rng, 2.6)
    t = phase - np.floor(phase)
    dune = np.where(t < 0.68, t / 0.68, (1 - t) / 0.32)
    grain = noise(rng, 0.15)
    light, _ = relief(np.asarray(dune, np.float32) + 0.05 * grain, 3.0)
    return finish(base * (1 + 0.055 * grain)[..., None], 0.35 + 0.65 * light)


def grass(rng: Generator, base: Field, _other: Field) -> Pixels:
    blades, points = 330, 14
    root = rng.random((blades, 2)) * FINE
    root = root[np.argsort(root[:, 0])]
    t = np.linspace(0, 1, points)
    length = rng.uniform(16, 30, (blades, 1))
    lean = rng.normal(0, 7, (blades, 1))
    rows = np.floor(root[:, :1] - length * t + FINE).astype(np.intp) % FINE
    columns = np.floor(root[:, 1:] + lean * t**2).astype(np.intp)
    tint = vary(rng, base, blades, 0.30)
    warm = rng.random((blades, 1, 1)) * _rgb(0.16, 0.10, 0.0)
    shade = (0.38 + 0.80 * t)[None, :, None]
    colour = np.asarray((tint[:, None, :] + warm * base.mean()) * shade, np.float32)
    field = np.broadcast_to(base * 0.30, (FINE, FINE, 3)).copy()
    field *= (1 + 0.2 * noise(rng, 1.0))[..., None]
    for width, factor in ((2, 0.62), (1, 0.86), (0, 1.0)):
        field[rows, (columns + width) % FINE] = colour * np.float32(factor)
    return finish(field)


def water(rng: Generator, base: Field, _other: Field) -> Pixels:
    net = cells(rng, 4, 4, 0.40, warp=0.035)
    fine = cells(rng, 6, 6, 0.40, warp=0.03)
    lines = np.exp(-net.border * 42) + 0.45 * np.exp(-fine.border * 60)
    swell = noise(rng, 2.4)
    deep = base * (0.72 + 0.16 * swell)[..., None]
    glow = np.clip(base * 0.45 + 0.60, 0, 1)
    return finish(blend(np.asarray(deep, np.float32), glow, np.clip(lines - 0.08, 0, 0.85)))


def sea_waves(rng: Generator, base: Field, _other: Field) -> Pixels:
    y, _ = tile()
    count = int(rng.choice([4, 5, 6]))
    phase = y * count + 0.24 * noise(rng, 3.2, (1.0, 0.8))
    t = phase - np.floor(phase)
    # Water rises slowly towards a crest and falls steeply behind it.
    swell = np.asarray(np.where(t < 0.72, (t / 0.72) ** 1.6, (1 - t) / 0.28), np.float32)
    ripple = noise(rng, 1.1, (1.0, 3.0))
    light, gloss = relief(0.8 * swell + 0.05 * ripple, 3.0, 0.5)
    colour = blend(base * 0.55, np.clip(base * 0.85 + 0.16, 0, 1), swell)
    foam = step(swell, 0.62, 0.95) * step(noise(rng, 1.5, (1.0, 2.2)), -0.2, 0.8)
    colour = blend(colour, _rgb(0.94, 0.98, 1.0), 0.9 * foam)
    return finish(colour, 0.3 + 0.7 * light, 0.5 * gloss * swell)


def marble(rng: Generator, base: Field, _other: Field) -> Pixels:
    bend, wander = noise(rng, 2.2), noise(rng, 1.9)
    vein = np.exp(-np.abs(bend + 0.25 * wander) * 9) + 0.55 * np.exp(-np.abs(wander) * 16)
    cloud = 0.5 + 0.18 * noise(rng, 2.4)
    is_dark = base.mean() < 0.45
    ink = np.clip(base + 0.55, 0, 1) if is_dark else base * _rgb(0.42, 0.42, 0.46)
    body = base * (0.90 + 0.16 * cloud)[..., None]
    colour = blend(np.asarray(body, np.float32), ink, np.clip(vein * 0.75 * (0.5 + cloud), 0, 0.9))
    return finish(colour)


def clouds(rng: Generator, base: Field, _other: Field) -> Pixels:
    puff = noise(rng, 1.75, (1.0, 1.25), low=2.0)
    cover = step(puff, -0.15, 1.1)
    shade = step(np.roll(puff, 5, 0) - puff, -0.2, 1.4)
    white = blend(_rgb(1, 1, 1), _rgb(0.74, 0.79, 0.87), shade)
    return finish(blend(base * (1 + 0.04 * noise(rng, 2.5))[..., None], white, cover))


def starry_sky(rng: Generator, base: Field, _other: Field) -> Pixels:
    haze = step(noise(rng, 2.2), 0.0, 2.2)
    field = blend(base * 0.30, np.clip(base * 0.90 + 0.10, 0, 1), haze)
    count = int(rng.integers(45, 80))
    y, x = rng.integers(0, FINE, (2, count))
    level = rng.uniform(0.5, 1.0, (count, 1)) ** 2
    tint = 1 - rng.random((count, 3)) * 0.22
    for dy, dx, weight in ((0, 0, 1.0), (0, 1, 1.0), (1, 0, 1.0), (1, 1, 1.0)):
        field[(y + dy) % FINE, (x + dx) % FINE] += np.asarray(weight * level * tint, np.float32)
    bright = rng.permutation(count)[:6]
    for reach in range(-5, 7):
        glow = np.float32(0.75 * (1 - abs(reach - 0.5) / 6.5))
        for side in (0, 1):
            field[(y[bright] + reach) % FINE, (x[bright] + side) % FINE] += glow * 0.8
            field[(y[bright] + side) % FINE, (x[bright] + reach) % FINE] += glow * 0.8
    return finish(field)


def leather(rng: Generator, base: Field, _other: Field) -> Pixels:
    size = int(rng.choice([12, 14, 16]))
    hide = cells(rng, size, size, 0.42, warp=0.012)
    puff = step(hide.border, 0.0, 0.24 / size)
    worn = noise(rng, 2.2)
    light, gloss = relief(puff + 0.30 * worn, 2.0, 0.22)
    tone = (0.74 + 0.26 * puff) * (1 + 0.07 * worn)
    return finish(np.asarray(base * tone[..., None], np.float32), light, gloss * puff)


def fish_scales(rng: Generator, base: Field, _other: Field) -> Pixels:
    y, x = tile()
    rows = int(rng.choice([6, 8, 10]))
    columns = rows // 2 + 1
    row = np.floor(y * rows).astype(np.intp)
    v = y * rows - row
    # The scale hanging from the row above ends in this row as a half circle; where it does not
    # reach, this row's own scale shows, in the shadow of that edge.
    upper_u, upper = _scale_column(x * columns, row - 1)
    lower_u, lower = _scale_column(x * columns, row)
    edge = 1 - np.hypot(upper_u, v)
    is_upper = edge > 0
    index = np.where(is_upper, (row - 1) % rows * columns + upper % columns, 0)
    index = np.where(is_upper, index, row % rows * columns + lower % columns)
    down = np.where(is_upper, 0.5 + v / 2, v / 2)
    u = np.where(is_upper, upper_u, lower_u)
    shadow = np.where(is_upper, 1.0, 0.45 + 0.55 * step(-edge, 0.0, 0.42))
    rim = np.where(is_upper, step(edge, 0.02, 0.16), 1.0)
    tone = (0.58 + 0.50 * down) * shadow * (0.60 + 0.40 * rim) * (1 - 0.16 * u)
    spot = 0.5 * np.exp(-(((u + 0.25) / 0.30) ** 2 + ((down - 0.62) / 0.12) ** 2)) * is_upper
    colour = vary(rng, base, rows * columns, 0.16)[index] * tone[..., None]
    return finish(np.asarray(colour, np.float32), None, np.asarray(spot, np.float32))


def _scale_column(across: Field, row: Index) -> tuple[Field, Index]:
    """Place within (-1 to 1) and number of the scale of a staggered `row` at `across`."""
    staggered = across - np.where(row % 2, np.float32(0.5), np.float32(0.0))
    column = np.floor(staggered).astype(np.intp)
    return np.asarray((staggered - column - 0.5) * 2, np.float32), column


def lava(rng: Generator, base: Field, _other: Field) -> Pixels:
    crust = cells(rng, 4, 4, 0.38, warp=0.04)
    crack = np.exp(-np.clip(crust.border - 0.004, 0, None) * 42)
    plate = step(crust.border, 0.012, 0.05)
    light, _ = relief(0.5 * plate + 0.30 * noise(rng, 1.4) * plate, 5.0)
    stone = _rgb(0.17, 0.11, 0.10) * (1 + 0.2 * noise(rng, 0.8))[..., None] * light[..., None]
    hot = blend(base, np.clip(base + _rgb(0.35, 0.45, 0.30), 0, 1), step(crack, 0.6, 1.0))
    return finish(blend(np.asarray(stone, np.float32), hot, step(crack, 0.10, 0.75)))


def ice(rng: Generator, base: Field, _other: Field) -> Pixels:
    shards = cells(rng, 4, 3, 0.45, warp=0.014)
    fine = cells(rng, 6, 5, 0.45, warp=0.02)
    cracks = 0.9 * np.exp(-shards.border * 130) + 0.45 * np.exp(-fine.border * 150)
    depth = step(noise(rng, 1.9), -1.6, 1.6)
    tone = vary(rng, np.ones(3, np.float32), shards.count, 0.10)[shards.index]
    body = blend(base * 0.80, np.clip(base * 0.4 + 0.62, 0, 1), depth) * tone
    frost = 0.20 * step(noise(rng, 0.7), 0.4, 2.2)
    return finish(blend(body, _rgb(1, 1, 1), np.clip(cracks + frost, 0, 0.95)))


def rust(rng: Generator, base: Field, _other: Field) -> Pixels:
    patch = noise(rng, 1.45)
    rusty = step(patch, -0.25, 0.35)
    pit = noise(rng, 0.7)
    flake = blend(_rgb(0.36, 0.16, 0.08), _rgb(0.76, 0.39, 0.13), step(noise(rng, 1.1), -1.3, 1.4))
    metal = base * (1 + 0.05 * noise(rng, 0.6, (0.7, 5.0)))[..., None]
    light, gloss = relief(0.45 * rusty + 0.10 * pit * rusty, 4.0, 0.18)
    colour = blend(np.asarray(metal, np.float32), flake, rusty)
    return finish(colour * (1 + 0.10 * pit * rusty)[..., None], light, gloss * (1 - rusty))


def tree_bark(rng: Generator, base: Field, _other: Field) -> Pixels:
    furrow = noise(rng, 1.5, (3.2, 1.0), low=3.0)
    ridge = step(np.abs(furrow), 0.0, 0.60)
    grain = noise(rng, 0.7, (3.0, 0.6))
    light, _ = relief(ridge + 0.12 * grain, 3.2)
    colour = blend(base * 0.38, np.clip(base * 1.12, 0, 1), ridge) * (1 + 0.12 * grain)[..., None]
    return finish(colour, light)


def wood_grain(rng: Generator, base: Field, _other: Field) -> Pixels:
    _, x = tile()
    count = int(rng.choice([4, 5, 6]))
    phase = x * count + 0.55 * noise(rng, 2.6, (2.6, 1.0), low=1.0)
    t = phase - np.floor(phase)
    ring = np.asarray(np.where(t < 0.8, t / 0.8, (1 - t) / 0.2), np.float32)
    pores = noise(rng, 0.5, (9.0, 0.5))
    colour = blend(base, base * 0.52, ring**2 * 0.9) * (1 + 0.07 * pores)[..., None]
    return finish(np.asarray(colour, np.float32))


def snow(rng: Generator, base: Field, _other: Field) -> Pixels:
    drift = noise(rng, 2.3)
    light, _ = relief(0.5 * drift + 0.02 * noise(rng, 0.2), 6.0)
    colour = blend(_rgb(0.78, 0.86, 0.97), base, step(light, 0.6, 1.1))
    spark = step(noise(rng, 0.05), 2.6, 3.4)
    return finish(blend(colour, _rgb(1, 1, 1), spark), 0.55 + 0.45 * light)


def camouflage(rng: Generator, base: Field, _other: Field) -> Pixels:
    first, second, third = (
        noise(rng, 2.3, low=3.0),
        noise(rng, 2.3, low=3.0),
        noise(rng, 2.3, low=3.0),
    )
    colour = np.broadcast_to(np.clip(base * 1.25 + 0.06, 0, 1), (FINE, FINE, 3))
    colour = blend(colour, base * 0.72, step(first, 0.10, 0.22))
    colour = blend(colour, base * _rgb(0.75, 0.55, 0.45), step(second, 0.55, 0.67))
    colour = blend(colour, base * 0.22, step(third, 0.9, 1.02))
    y, x = tile()
    weave = 0.03 * np.sin(2 * np.pi * 32 * (x + y))
    return finish(colour * np.asarray(1 + weave, np.float32)[..., None])


def bamboo(rng: Generator, base: Field, _other: Field) -> Pixels:
    canes = panels(rng, 1, 6, stagger=0.0)
    y, _ = tile()
    knot_at = rng.random(6).astype(np.float32)[canes.index % 6]
    v = np.abs((y * 2 + knot_at) % 1 - 0.5)
    knot = np.exp(-(((0.5 - v) / 0.035) ** 2))
    height = np.sqrt(np.clip(1 - (2 * canes.u - 1) ** 2, 0, 1)) * (1 + 0.12 * knot)
    light, gloss = relief(np.asarray(height, np.float32), 5.0, 0.25)
    colour = vary(rng, base, 6, 0.16)[canes.index] * (0.5 + 0.5 * height)[..., None]
    colour = colour * (1 - 0.45 * knot + 0.06 * noise(rng, 0.7, (6.0, 0.6)))[..., None]
    return finish(np.asarray(colour, np.float32), light, gloss)
