"""Takes pocket's subjects off their ground, and continues the ground where a canvas is larger.

It must not paint: pictures and alphas come from the decoder, and it knows neither prompts nor nets.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from core_server.imaging.arrays import Mask, Plane
from core_server.imaging.membrane import membrane, smooth
from core_server.imaging.resample import resize_planes

_FAINTEST = 0.1
"""Less than this is the decoder's doubt, not glass; and as much of full cover is full cover."""

_SURE = (0.55, 0.95)
"""Cover between which a pixel's own colour is believed less and less."""

_FAMILIAR_PX = 5.0
_LEAST_GROUND = 0.03
_LEAST_SUBJECT = 0.004
_CUT_OFF = 0.6
"""A border covered by more of the subject than this share shows no ground that could go on."""

_DISTINCT = (0.3, 0.6)
"""Distances in RGB from which, and from which on well, a subject is told from its ground."""

_ROOM = 1.05
"""What a subject's colour may differ at its outline and still count as full cover."""

_WHOLE = 0.98
_EDGE_PX = 1.5
"""How far inwards an outline's pixels may hold some of the ground."""

_CAP_PX = 6.0
"""How far a subject that touches the border is rounded off beyond it."""

_CAP_SHARE = 0.4
"""As a share of half the length on which it touches."""

REACH = 24
"""Pixels beyond the picture in which its ground's unevenness dies away."""


@dataclass(frozen=True)
class CutOut:
    """colour: (h, w, 3), the subject's, spread beyond its outline. alpha: (h, w) in 0..1."""

    colour: Plane
    alpha: Mask


def cut_out(picture: Plane, alpha: Mask) -> CutOut | None:
    """The subject alone, with no trace of its ground in any colour.

    picture: (h, w, 3) = alpha * subject + (1 - alpha) * ground, all in 0..1. The ground is what is
    seen around the subject; it is subtracted from the outline's pixels, and where little of the
    subject is in them its colour is continued from inside. None where there is no subject, or no
    ground.
    """
    cover = _decided(alpha)
    if (cover > 0.5).mean() < _LEAST_SUBJECT or (cover < 0.5).mean() < _LEAST_SUBJECT:
        return None
    ground = ground_of(picture, alpha)
    inner = ndimage.minimum_filter(cover, 3)
    inside = membrane(_pure(picture, ground, cover), _trust(inner, cover))
    told = _mixed(picture, inside, ground, cover)
    alone: Mask = np.where(inner < _SURE[1], told, cover)
    colour = membrane(_pure(picture, ground, alone), _trust(alone, alone))
    return CutOut(colour, alone)


def cut_larger(picture: Plane, cover: Mask, subject: CutOut, ground: Plane) -> CutOut:
    """An enlarged picture's subject, from what was cut out before it was enlarged.

    picture (H, W, 3) and cover (H, W): enlarged each for itself, so that their outlines differ a
    little. subject, ground: as of `cut_out`, at the small size. Where the colour says that there
    is less of the subject, it counts; and every pixel with some ground in it has the colour of the
    nearest one without, as drawn, or if that is far the small picture's.
    """
    scale = picture.shape[0] / subject.alpha.shape[0]
    size = picture.shape[1], picture.shape[0]
    expected, behind = resize_planes(subject.colour, size), resize_planes(ground, size)
    deep = ndimage.distance_transform_edt(cover > _SURE[1]) > _EDGE_PX * scale
    alone = np.where(deep, cover, _mixed(picture, expected, behind, cover))
    whole = ndimage.minimum_filter(alone, 3) > _WHOLE
    if not whole.any():
        return CutOut(expected, alone)
    distance, nearest = ndimage.distance_transform_edt(~whole, return_indices=True)
    far = np.clip(distance / scale - 1, 0, 1)[..., None].astype(np.float32)
    drawn = picture[tuple(nearest)]
    return CutOut(drawn + far * (expected - drawn), alone)


def _pure(picture: Plane, ground: Plane, cover: Mask) -> Plane:
    """Colours with the ground's share subtracted; wild where little is covered."""
    share = cover[..., None]
    pure = (picture - (1 - share) * ground) / share.clip(min=_SURE[0] / 2)
    held: Plane = pure.clip(0, 1).astype(np.float32)
    return held


def _trust(sure: Mask, cover: Mask) -> Mask:
    """How much a pixel's own colour counts. Thin lines are nowhere sure, and still the best there
    is of their colour."""
    low, high = _SURE
    trust = np.clip((sure - low) / (high - low), 0, 1) ** 2
    faint = np.where(cover > low / 2, 0.02 * cover, 0)
    most: Mask = np.maximum(trust, faint).astype(np.float32)
    return most


def _mixed(picture: Plane, subject: Plane, ground: Plane, otherwise: Mask) -> Mask:
    """The cover that a pixel's colour tells, as far as subject and ground differ, which it mixes.

    Never more than `otherwise`, which counts alone where they are alike.
    """
    way = subject - ground
    length = np.square(way).sum(axis=2)
    alike, distinct = _DISTINCT
    told = ((picture - ground) * way).sum(axis=2) / np.maximum(length, alike**2)
    least = np.minimum(otherwise, np.clip(told * _ROOM, 0, 1))
    belief = np.clip((np.sqrt(length) - alike) / (distinct - alike), 0, 1)
    mixed: Mask = (otherwise + belief * (least - otherwise)).astype(np.float32)
    return mixed


def ground_of(picture: Plane, alpha: Mask) -> Plane:
    """(h, w, 3): the ground as if no subject stood on it; white where none is seen."""
    apart = ndimage.maximum_filter(alpha, 3) < _FAINTEST
    if apart.mean() < _LEAST_GROUND:
        apart = alpha < _FAINTEST
    weight = apart.astype(np.float32)
    if not weight.any():
        return np.ones_like(picture)
    around = smooth(picture, weight, _FAMILIAR_PX)
    reached = smooth(np.ones_like(picture[..., :1]), weight, _FAMILIAR_PX)[..., 0] > 0
    return membrane(around, reached.astype(np.float32))


def fills(alpha: Mask, wider: bool) -> bool:
    """Whether a picture goes on beyond its left and right (or upper and lower) border, as a
    texture does, so that more of it cannot be had by continuing a ground."""
    borders = (alpha[:, 0], alpha[:, -1]) if wider else (alpha[0], alpha[-1])
    return all(float(_decided(border).mean()) > _CUT_OFF for border in borders)


def continued(picture: Plane, alpha: Mask, size: tuple[int, int]) -> Plane:
    """The picture in the middle of a (width, height) canvas that is larger in one direction.

    Its ground goes on at both sides, uneven as it is at first, then plain. A subject that touches
    the border is rounded off beyond it.
    """
    if size == (picture.shape[1], picture.shape[0]):
        return picture
    if size[1] > picture.shape[0]:
        upright = size[1], picture.shape[1]
        return continued(picture.swapaxes(0, 1), alpha.T, upright).swapaxes(0, 1)
    left, right = _sides(picture, size)
    ground = _with_ground(picture, alpha, left, right)
    subject = cut_out(picture, alpha)
    if subject is None:
        return ground
    whole = spread(subject, size)
    share = whole.alpha[..., None]
    canvas: Plane = share * whole.colour + (1 - share) * ground
    canvas[:, left : left + picture.shape[1]] = picture
    return canvas


def spread(subject: CutOut, size: tuple[int, int]) -> CutOut:
    """A cut-out in the middle of a (width, height) canvas that is larger in one direction."""
    if size[1] > subject.alpha.shape[0]:
        lying = CutOut(subject.colour.swapaxes(0, 1), subject.alpha.T)
        wide = spread(lying, (size[1], subject.alpha.shape[1]))
        return CutOut(wide.colour.swapaxes(0, 1), wide.alpha.T)
    left, right = _sides(subject.colour, size)
    colour = around(subject.colour, size)
    caps = _cap(subject.alpha[:, 0], left)[:, ::-1], _cap(subject.alpha[:, -1], right)
    return CutOut(colour, np.concatenate([caps[0], subject.alpha, caps[1]], axis=1))


def around(plane: Plane, size: tuple[int, int]) -> Plane:
    """A plane on a (width, height) canvas, its border going on."""
    across, down = size[0] - plane.shape[1], size[1] - plane.shape[0]
    pad = ((down // 2, down - down // 2), (across // 2, across - across // 2), (0, 0))
    return np.pad(plane, pad, mode="edge")


def _sides(picture: Plane, size: tuple[int, int]) -> tuple[int, int]:
    """How many columns are added at the left and at the right."""
    extra = size[0] - picture.shape[1]
    return extra // 2, extra - extra // 2


def _decided(alpha: Mask) -> Mask:
    sharper: Mask = np.clip((alpha - _FAINTEST) / (1 - 2 * _FAINTEST), 0, 1).astype(np.float32)
    return sharper


def _with_ground(picture: Plane, alpha: Mask, left: int, right: int) -> Plane:
    """The picture with ground at both sides: a film from what is seen there to plain ground."""
    ground = ground_of(picture, alpha)
    plain = np.median(ground.reshape(-1, 3), axis=0).astype(np.float32)
    pad = (min(left, REACH), min(right, REACH))
    known = np.zeros((len(alpha), pad[0] + alpha.shape[1] + pad[1], 3), np.float32)
    inside = slice(pad[0], pad[0] + alpha.shape[1])
    known[:, inside] = ground
    weight = np.zeros(known.shape[:2], np.float32)
    weight[:, inside] = 1
    for end, side in zip((0, -1), pad, strict=True):
        if side:
            known[:, end], weight[:, end] = plain, 1
    film = membrane(known, weight)
    film[:, inside] = picture
    beyond = ((0, 0), (left - pad[0], right - pad[1]), (0, 0))
    return np.pad(film, beyond, mode="edge")


def _cap(border: Mask, reach: int) -> Mask:
    """(h, reach): how a subject with this cover at the border ends beyond it, nearest first.

    Half an ellipse over each piece of the subject, so that what just touches hardly goes on.
    """
    runs, _ = ndimage.label(border > 0.5)
    from_end = ndimage.distance_transform_edt(np.pad(runs > 0, 1))[1:-1]
    longest = ndimage.maximum(from_end, runs, np.arange(runs.max() + 1))[runs]
    inward = np.where(runs > 0, from_end / np.maximum(longest, 1), 0)
    depth = np.minimum(_CAP_PX, _CAP_SHARE * longest) * np.sqrt(1 - np.square(1 - inward))
    steps = np.arange(reach, dtype=np.float32)
    caps: Mask = border[:, None] * np.clip(depth[:, None] - steps, 0, 1).astype(np.float32)
    return caps
