"""Makes pictures four, eight or sixteen times larger, with a learned net and without seams.

It must not know prompts, files or the decoder. The net is Real-ESRGAN's compact one for drawn
pictures, `realesr-animevideov3` (Wang et al. 2021, arXiv 2107.10833).
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from core_server.pocket.decoder import Tile

FACTOR = 4
"""How much larger one pass through the net makes a picture."""

ENLARGEMENTS = (1, FACTOR, FACTOR * FACTOR // 2, FACTOR * FACTOR)


@dataclass(frozen=True)
class SuperResolutionConfig:
    """width: channels between the convolutions. layers: convolutions followed by a PReLU."""

    width: int = 64
    layers: int = 17


class SuperResolution(nn.Module):
    """forward((n,3,h,w) in 0..1) -> (n,3,4h,4w), about 0..1: details on top of larger pixels."""

    def __init__(self, config: SuperResolutionConfig = SuperResolutionConfig()) -> None:
        super().__init__()
        self.config = config
        parts: list[nn.Module] = []
        inputs = 3
        for _ in range(config.layers):
            parts += [nn.Conv2d(inputs, config.width, 3, padding=1), nn.PReLU(config.width)]
            inputs = config.width
        parts.append(nn.Conv2d(inputs, 3 * FACTOR**2, 3, padding=1))
        self.body = nn.Sequential(*parts)

    @property
    def reach(self) -> int:
        """Pixels on each side that a result's pixel can depend on."""
        return self.config.layers + 1

    def forward(self, picture: Tensor) -> Tensor:
        details = functional.pixel_shuffle(self.body(picture), FACTOR)
        return details + functional.interpolate(picture, scale_factor=float(FACTOR))


@torch.inference_mode()
def enlarge(
    net: SuperResolution, pictures: Tensor, enlargement: int, tile: Tile = "none"
) -> Tensor:
    """(n,3,h,w) in -1..1 as (n,3,h·e,w·e) in -1..1, each picture for itself.

    enlargement: 1, 4, 8 or 16. On the tiled axes the picture goes on at the opposite border, so
    that a seamless picture stays seamless. Raises ValueError for other enlargements.
    """
    if enlargement not in ENLARGEMENTS:
        raise ValueError(f"enlargement is {enlargement}; it can be 1, 4, 8 or 16")
    # One by one: a batch changes the last bits, and 1024 pixels need memory.
    found = [_enlarged(net, one[None], enlargement, tile) for one in (pictures + 1) / 2]
    return torch.cat(found).clamp(0, 1) * 2 - 1


def _enlarged(net: SuperResolution, picture: Tensor, enlargement: int, tile: Tile) -> Tensor:
    if enlargement == 1:
        return picture
    larger = _enlarge_once(net, picture, tile)
    if enlargement == FACTOR:
        return larger
    if enlargement < FACTOR**2:
        # 4 / 2 x 4: as clear as 16 / 2, with a quarter of the second pass's work.
        larger = functional.avg_pool2d(larger, 2)
    return _enlarge_once(net, larger, tile)


def _enlarge_once(net: SuperResolution, picture: Tensor, tile: Tile) -> Tensor:
    height, width = picture.shape[-2:]
    down = net.reach if tile in ("y", "both") else 0
    across = net.reach if tile in ("x", "both") else 0
    rows = torch.arange(-down, height + down, device=picture.device) % height
    columns = torch.arange(-across, width + across, device=picture.device) % width
    wrapped = picture[:, :, rows[:, None], columns]
    large = net(wrapped).clamp(0, 1)
    top, left = down * FACTOR, across * FACTOR
    cut: Tensor = large[:, :, top : top + height * FACTOR, left : left + width * FACTOR]
    return cut
