"""Smooth interpolation of known values into unknown places: the soap film over a hole.

Must not know what the values mean; colours, corrections and alphas are all planes here.
Method: pull-push pyramid (Gortler et al., The Lumigraph, 1996) with Jacobi relaxation on every
level, a cascadic multigrid for Laplace's equation with the known values as its border.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from PIL import Image as Pillow
from scipy import ndimage

from core_server.imaging.arrays import Flags, Mask, Plane

_SMALLEST = 2
_FITS_AT_ONCE = 1024
_SLOPE_COST = 0.05


def membrane(values: Plane, weight: Mask, sweeps: int = 8) -> Plane:
    """Fill `values` (H, W, C) where `weight` (H, W) is 0; where it is 1 they stay as they are.

    A weight between is a soft wish: the film passes between the value and its surroundings.
    The result lies within the range of the known values, because every step is an average.
    Values of weight 0 are never read. Without any known value the result is 0.
    """
    known = np.where(weight[..., None] > 0, values, np.float32(0)).astype(np.float32, copy=False)
    return _fill(known, weight.astype(np.float32, copy=False), sweeps)


def smooth(values: Plane, weight: Mask, sigma: float) -> Plane:
    """Normalised convolution (Knutsson and Westin, 1993): a Gaussian blur that only sees weight.

    values (H, W, C), weight (H, W), sigma in pixels. Where no weight is in reach (4 sigma) the
    result is 0.
    """
    mass = blur(weight[..., None], sigma)
    total = blur(values * weight[..., None], sigma)
    seen = mass > 1e-6
    result: Plane = np.where(seen, total / np.where(seen, mass, 1), np.float32(0))
    return result


def plane_fit(values: Plane, seen: Flags, places: Flags, sigma: float) -> Plane:
    """Moving least squares: at each of `places` the value of the plane that fits the `seen` pixels
    around it best, weighted by a Gaussian; (N, C) in the order of values[places].

    A plane, not a mean: seen from one side only, a mean would lag behind a gradient. Slopes are
    held down a little, so that texture does not tip the plane over.
    """
    reach = math.ceil(2.5 * sigma)
    offsets = np.arange(-reach, reach + 1, dtype=np.float32) / sigma
    y, x = (axis.ravel() for axis in np.meshgrid(offsets, offsets, indexing="ij"))
    basis = np.stack([np.ones_like(x), x, y], axis=1)
    near = np.exp(-(x * x + y * y) / 2)
    pad = ((reach, reach), (reach, reach))
    values_at = sliding_window_view(np.pad(values, (*pad, (0, 0))), offsets.shape * 2, (0, 1))
    seen_at = sliding_window_view(np.pad(seen, pad), offsets.shape * 2)
    rows, columns = np.nonzero(places)
    fits = [np.zeros((0, values.shape[2]), np.float32)]
    for start in range(0, rows.size, _FITS_AT_ONCE):
        few = rows[start : start + _FITS_AT_ONCE], columns[start : start + _FITS_AT_ONCE]
        weights = seen_at[few].reshape(-1, near.size) * near
        moments = np.einsum("nk,ki,kj->nij", weights, basis, basis, optimize=True)
        moments += _SLOPE_COST * moments[:, :1, :1] * np.diag([0, 1, 1]) + 1e-6 * np.eye(3)
        goals = values_at[few].reshape(weights.shape[0], -1, near.size) * weights[:, None]
        fitted = np.linalg.solve(moments, np.einsum("nck,ki->nic", goals, basis))
        fits.append(fitted[:, 0].astype(np.float32))
    return np.concatenate(fits)


def blur(values: Plane, sigma: float) -> Plane:
    """Gaussian blur of (H, W, C), edges repeated; wide ones work on a reduced picture."""
    height, width = values.shape[:2]
    factor = min(int(sigma / 4), height // 8, width // 8)
    if factor < 2:
        result: Plane = ndimage.gaussian_filter(values, (sigma, sigma, 0), mode="nearest")
        return result
    reduced = _each(values, (-(-width // factor), -(-height // factor)), Pillow.Resampling.BOX)
    reduced = ndimage.gaussian_filter(reduced, (sigma / factor, sigma / factor, 0), mode="nearest")
    return _each(reduced, (width, height), Pillow.Resampling.BILINEAR)


def _each(values: Plane, size: tuple[int, int], kernel: Pillow.Resampling) -> Plane:
    planes = [
        Pillow.fromarray(np.ascontiguousarray(values[..., c])) for c in range(values.shape[2])
    ]
    return np.stack([np.asarray(plane.resize(size, kernel), np.float32) for plane in planes], 2)


def _fill(values: Plane, weight: Mask, sweeps: int) -> Plane:
    height, width = weight.shape
    if min(height, width) <= _SMALLEST or (weight >= 1).all():
        return _mean_fill(values, weight)
    coarse_values, coarse_weight = _halve(values, weight)
    coarse = _fill(coarse_values, coarse_weight, sweeps)
    film = _double(coarse, height, width)
    share = weight[..., None]
    kept, free = values * share, 1 - share
    film = kept + film * free
    for _ in range(sweeps):
        film = kept + _neighbour_mean(film) * free
    return film


def _mean_fill(values: Plane, weight: Mask) -> Plane:
    total = float(weight.sum(dtype=np.float64))
    share = weight[..., None]
    if total == 0:
        return np.zeros_like(values)
    mean = (values * share).sum((0, 1), dtype=np.float64) / total
    filled: Plane = values * share + mean.astype(np.float32) * (1 - share)
    return filled


def _halve(values: Plane, weight: Mask) -> tuple[Plane, Mask]:
    """Weighted 2 × 2 means; an odd last row or column is repeated without weight."""
    height, width = weight.shape
    pad = ((0, height % 2), (0, width % 2))
    share = np.pad(weight, pad)
    mass = np.pad(values * weight[..., None], (*pad, (0, 0)))
    total = _sum_2x2(share)
    mean = np.asarray(_sum_2x2(mass) / np.maximum(total, 1e-12)[..., None], np.float32)
    return mean, np.minimum(total, np.float32(1))


def _sum_2x2(plane: Plane) -> Plane:
    result: Plane = plane[0::2, 0::2] + plane[1::2, 0::2] + plane[0::2, 1::2] + plane[1::2, 1::2]
    return result


def _double(coarse: Plane, height: int, width: int) -> Plane:
    """Bilinear enlargement by two, samples at pixel centres, cut to (height, width)."""
    tall = _double_rows(coarse)[:height]
    return _double_rows(tall.swapaxes(0, 1))[:width].swapaxes(0, 1)


def _double_rows(plane: Plane) -> Plane:
    above = np.concatenate([plane[:1], plane[:-1]])
    below = np.concatenate([plane[1:], plane[-1:]])
    doubled = np.empty((2 * plane.shape[0], *plane.shape[1:]), np.float32)
    doubled[0::2] = 0.75 * plane + 0.25 * above
    doubled[1::2] = 0.75 * plane + 0.25 * below
    return doubled


def _neighbour_mean(plane: Plane) -> Plane:
    padded = np.pad(plane, ((1, 1), (1, 1), (0, 0)), mode="edge")
    total = padded[:-2, 1:-1] + padded[2:, 1:-1]
    total += padded[1:-1, :-2]
    total += padded[1:-1, 2:]
    total *= np.float32(0.25)
    return total
