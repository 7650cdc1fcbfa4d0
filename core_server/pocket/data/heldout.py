"""What training never sees, so that learning and remembering can be told apart.

Choices hang on hashes of names alone: longer or shorter tables move few of them. It must not look
at pixels.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from core_server.pocket.data.concepts import Concept
from core_server.pocket.data.drawings import STYLES, Drawing

FIRST_STYLES: tuple[str, ...] = ("3d style", "cartoon style")
PAIRS = 240
CONCEPTS = 60
Flags = npt.NDArray[np.bool_]

# The (emoji, style) pairs held out in pocket's first round. Networks are trained on from that
# round's, which have seen every other drawing of these two styles: the list must never change.
_FIRST_3D = """
1f643 1f911 1f927 1f621 2620 1f9e1 1f499 1f48b 1f64f 1f933 1f9d1-200d-2708 1f9d1-200d-1f692 1f470
1f3c4 1facf 1f984 1f437 1f425 1f991 1f33b 1f96c 1f9c7 1f695 1f3cd 1fa90 1f300 1faad 1fa74 1f4e3
260e 1f4f0 1f4cc 1f5d1 1f527
"""
_FIRST_CARTOON = """
1f922 1f648 1f482 1f477 1f9a7 1f405 1f406 1f427 1f985 1f41c 1fab2 1fab7 1f347 1f30d 1f6fc 2693
1f681 23f3 1f320 26be 1f459 1f6e0 1fa9b 1f529 1fa9e 1f6c1
"""
FIRST_PAIRS: frozenset[tuple[str, str]] = frozenset(
    (code, style)
    for style, table in zip(FIRST_STYLES, (_FIRST_3D, _FIRST_CARTOON), strict=True)
    for code in table.split()
)


def choose_concepts(
    concepts: Sequence[Concept], drawings: Sequence[Drawing], is_new: Flags, count: int = CONCEPTS
) -> Flags:
    """Mark `count` of the concepts that `is_new` marks, (len(concepts),): never sampled at all.

    Only concepts that more than a silhouette or a line drawing shows, else nothing can be judged,
    and none whose name another bears too.
    """
    bearers = Counter(name for concept in concepts for name in set(concept.captions))
    telling = {d.concept for d in drawings if STYLES[d.style] not in {"silhouette", "line style"}}
    able = [index for index in np.flatnonzero(is_new).tolist() if index in telling]
    able = [i for i in able if all(bearers[name] == 1 for name in concepts[i].captions)]
    marked = np.zeros(len(concepts), bool)
    marked[sorted(able, key=lambda index: _hash(concepts[index].code))[:count]] = True
    return marked


def choose_drawings(
    concepts: Sequence[Concept],
    drawings: Sequence[Drawing],
    is_new: Flags,
    concept_heldout: Flags,
    count: int = PAIRS,
) -> Flags:
    """Mark the first round's pairs and `count` new (concept, style) pairs, (len(drawings),).

    A pair is all drawings of a concept in one style. A new one is never of a style and concept
    that the first round trained, leaves its concept another style, and is its concept's only one.
    """
    styles: dict[int, set[int]] = {}
    for drawing in drawings:
        styles.setdefault(drawing.concept, set()).add(drawing.style)
    best: dict[int, tuple[str, int]] = {}
    for concept, own in styles.items():
        code = concepts[concept].code
        is_first = any((code, style) in FIRST_PAIRS for style in FIRST_STYLES)
        if len(own) < 2 or is_first or concept_heldout[concept]:
            continue
        free = [s for s in own if is_new[concept] or STYLES[s] not in FIRST_STYLES]
        if free:
            best[concept] = min((_hash(f"{code}/{STYLES[style]}"), style) for style in free)
    chosen = sorted((key, concept, style) for concept, (key, style) in best.items())[:count]
    pairs = {(concepts[concept].code, STYLES[style]) for _, concept, style in chosen} | FIRST_PAIRS
    return np.array([(concepts[d.concept].code, STYLES[d.style]) in pairs for d in drawings], bool)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
