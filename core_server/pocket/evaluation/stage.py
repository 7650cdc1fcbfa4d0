"""What every measurement is given: the model, the data, the judge, and how to paint with them.

It must not measure anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from core_server.pocket.data.dataset import Dataset
from core_server.pocket.data.drawings import on_white
from core_server.pocket.evaluation.batches import paint_many
from core_server.pocket.evaluation.judge import Judge
from core_server.pocket.evaluation.pixels import FloatImage
from core_server.pocket.sample import PaintRequest, Pocket


@dataclass(frozen=True)
class Stage:
    """data, judge: None where they are not there, and what needs them is left out.

    count: seeds per colour prompt. threads: of the CPU.
    """

    pocket: Pocket
    weights: Path
    data: Dataset | None
    judge: Judge | None
    count: int
    threads: int

    def known(self) -> Dataset:
        """The data. Raises ValueError without."""
        if self.data is None:
            raise ValueError("this measurement needs the data set")
        return self.data

    def referee(self) -> Judge:
        """The judge. Raises ValueError without."""
        if self.judge is None:
            raise ValueError("this measurement needs a trained judge")
        return self.judge

    def paint(self, request: PaintRequest) -> list[FloatImage]:
        return self.pocket.paint(request)

    def paint_each(self, prompts: Sequence[str]) -> list[FloatImage]:
        """One picture of 64 pixels for each prompt, with its place as the seed."""
        return list(paint_many(self.pocket, prompts))

    def drawing(self, name: str, style: str | None = None) -> FloatImage | None:
        """(64,64,3) on white: the first drawing whose plain name (or else, any name) that is.

        style: only in this one. None where there is none.
        """
        data = self.known()
        rows = [
            row
            for row, number in enumerate(data.drawing_style)
            if style is None or data.styles[number] == style
        ]
        for depth in (1, None):
            for row in rows:
                if name in data.concepts[data.drawing_concept[row]][:depth]:
                    return on_white(data.drawings[row])
        return None
