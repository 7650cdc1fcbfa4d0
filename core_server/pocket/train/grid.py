"""Paints a few fixed prompts with what is trained so far, so that a run can be judged by eye.

It must not choose pictures or measure them (see ``evaluation``).
"""

from __future__ import annotations

from pathlib import Path

from core_server.pocket.clip import ClipConfig, Tokenizer, build_clip
from core_server.pocket.decoder import Decoder, DecoderConfig
from core_server.pocket.prior import Prior, PriorConfig
from core_server.pocket.sample import PaintRequest, Pocket
from core_server.pocket.sheet import contact_sheet
from core_server.pocket.superres import SuperResolution
from core_server.pocket.train.run import restore

PROMPTS = (
    "a red heart", "smiling cat face", "slice of pizza", "brick wall texture", "rocket",
    "happy dog face", "birthday cake", "strawberry, 3d style", "owl in cartoon style",
    "a red cube on a green cube", "sunflower", "cup of coffee", "penguin", "guitar",
    "fire engine", "mushroom",
)  # fmt: skip
_COLUMNS, _SIDE = 8, 128


def save_grid(folder: Path, name: str, device: str) -> None:
    """Paint PROMPTS with the checkpoints in `folder` into `folder / name`; nothing without all."""
    pocket = _assembled(folder, device)
    if pocket is None:
        return
    images = [
        pocket.paint(PaintRequest(prompt, (place,), enlargement=1))[0]
        for place, prompt in enumerate(PROMPTS)
    ]
    contact_sheet(images, PROMPTS, _COLUMNS, _SIDE).save(folder / name)


def _assembled(folder: Path, device: str) -> Pocket | None:
    found = [restore(folder / f"{part}.pt") for part in ("clip", "prior", "decoder")]
    if any(part is None for part in found):
        return None
    states = [part["average"] for part in found if part is not None]
    configs = [part["config"] for part in found if part is not None]
    clip_config = ClipConfig(**configs[0])
    clip = build_clip(clip_config, factorised=True)
    prior = Prior(PriorConfig(**configs[1]))
    decoder = Decoder(DecoderConfig(**configs[2]))
    for network, state in zip((clip, prior, decoder), states, strict=True):
        network.load_state_dict(state)
    tokenizer = Tokenizer(clip_config.context_length)
    return Pocket(clip, tokenizer, prior, decoder, SuperResolution(), device)
