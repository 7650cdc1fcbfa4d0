"""What pocket makes of what it never saw: drawings, whole concepts, words, other languages.

It must not paint; everything here is embeddings.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from core_server.pocket.data.dataset import Dataset
from core_server.pocket.data.drawings import on_white
from core_server.pocket.evaluation.batches import imagined
from core_server.pocket.evaluation.figures import Figures, mean, picked, share, top_hits
from core_server.pocket.evaluation.pixels import FloatImage
from core_server.pocket.evaluation.prompts import LANGUAGES, SHEET, UNSEEN_WORDS
from core_server.pocket.evaluation.stage import Stage

TRANSLATED_COUNT = 200
_BATCH = 256


def retrieval(stage: Stage) -> Figures:
    """How often a held-out drawing's concept is the first, or among five, of all plain names.

    Pairs: the concept is known from other styles. Concepts: it is known from nothing.
    """
    data = stage.known()
    plain = _plain_names(data)
    names = stage.pocket.embed_text(plain)
    whole, figures = data.concept_heldout[data.drawing_concept], Figures()
    for part, rows in {"pairs": data.drawing_heldout & ~whole, "whole concepts": whole}.items():
        if rows.any():
            images, wanted = _drawings(data, rows)
            seen = _embed_images(stage, images)
            nearest = (seen @ names.T).topk(5).indices.tolist()
            hits = [
                [plain[index] == name for index in row]
                for row, name in zip(nearest, wanted, strict=True)
            ]
            figures |= {f"{part}, {key}": value for key, value in top_hits(hits).items()}
    return {**figures, "names to choose from": len(plain)}


def prior_cosine(stage: Stage) -> Figures:
    """Cosine of the embeddings imagined from plain names with those of held-out drawings."""
    data, pocket = stage.known(), stage.pocket
    whole, figures = data.concept_heldout[data.drawing_concept], Figures()
    for part, rows in {"pairs": data.drawing_heldout & ~whole, "whole concepts": whole}.items():
        if rows.any():
            images, names = _drawings(data, rows)
            true = _embed_images(stage, images)
            scores = imagined(pocket, names, range(len(names))) @ true.T
            same = torch.tensor([[a == b for b in names] for a in names])
            figures[f"{part}, own"] = mean(scores.diagonal().tolist())
            figures[f"{part}, unrelated"] = mean(scores[~same].tolist())
    return figures


def unseen_words(stage: Stage) -> Figures:
    """How often a fitting name is the nearest, or among five, to a word that no caption has.

    Words that turn out to be in a name, in today's data, are left out.
    """
    data = stage.known()
    captioned = {word for names in data.concepts for name in names for word in name.split()}
    words = [word for word in UNSEEN_WORDS if word not in captioned]
    plain = _plain_names(data)
    text = stage.pocket.embed_text
    nearest = (text(words) @ text(plain).T).topk(5).indices.tolist()
    hits = [
        [bool(set(UNSEEN_WORDS[word]) & set(plain[index].split())) for index in row]
        for word, row in zip(words, nearest, strict=True)
    ]
    return top_hits(hits)


def languages(stage: Stage) -> Figures:
    """How often a foreign name's nearest English plain name is one of its own concept's."""
    data, figures = stage.known(), Figures()
    plain = _plain_names(data)
    english = stage.pocket.embed_text(plain)
    for code, language in LANGUAGES.items():
        known = [
            (words[code][0], names)
            for words, names in zip(data.concept_translations, data.concepts, strict=True)
            if words.get(code)
        ]
        asked = picked(known, TRANSLATED_COUNT, lambda pair: pair[1][0])
        if asked:
            foreign = stage.pocket.embed_text([word for word, _ in asked])
            nearest = (foreign @ english.T).argmax(1).tolist()
            hits = [plain[index] in names for index, (_, names) in zip(nearest, asked, strict=True)]
            figures[language] = share(hits)
    return figures


def clip_agreement(stage: Stage, images: list[FloatImage]) -> Figures:
    """Cosines of the sheet's pictures with their own and the other prompts, in pocket's own CLIP.

    top-1: how often a picture is nearer to its own prompt than to the others.
    """
    scores = stage.pocket.embed_images(images) @ stage.pocket.embed_text(SHEET).T
    own = scores.diagonal()
    others = scores[~torch.eye(len(own), dtype=torch.bool, device=scores.device)]
    best = scores.argmax(1) == torch.arange(len(own), device=scores.device)
    return {
        "with its own prompt": mean(own.tolist()),
        "with other prompts": mean(others.tolist()),
        "top-1": share(best.tolist()),
    }


def _plain_names(data: Dataset) -> list[str]:
    return list(dict.fromkeys(names[0] for names in data.concepts))


def _drawings(data: Dataset, rows: NDArray[np.bool_]) -> tuple[list[FloatImage], list[str]]:
    """On white, and their plain names."""
    names = [data.concepts[concept][0] for concept in data.drawing_concept[rows]]
    return list(on_white(data.drawings[rows])), names


def _embed_images(stage: Stage, images: list[FloatImage]) -> torch.Tensor:
    starts = range(0, len(images), _BATCH)
    return torch.cat([stage.pocket.embed_images(images[at : at + _BATCH]) for at in starts])
