"""Which emoji are concrete enough to learn from, and what each is called.

Words only: it must not open pictures (see `emoji` for those).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core_server.pocket.data.dropped import ALSO_KEPT, DROPPED, SPARSE_GROUPS
from core_server.pocket.data.names_nature import ANIMALS, FOOD
from core_server.pocket.data.names_people import FACES, PEOPLE
from core_server.pocket.data.names_places import PLACES
from core_server.pocket.data.names_things import THINGS


@dataclass(frozen=True, slots=True)
class Concept:
    """One thing that may be drawn: its code points, English captions (plainest first), and kind."""

    code: str
    captions: tuple[str, ...]
    group: str
    is_mirrorable: bool

    @property
    def label(self) -> str:
        """The plainest name."""
        return self.captions[0]


# Pictures that carry letters, numerals or a named side, which a mirrored copy would make false.
_NOT_MIRRORABLE = re.compile(
    r"banknote|dollar|money bag|calendar|pool 8|medal|taxi|police car$|ambulance|hospital|hotel|"
    r"convenience|school|ticket|slot machine|credit card|newspaper|musical note|clock|watch|"
    r"pointing|left|right|die$|keyboard|compass|\bmap|globe|question|bank$|radio$|post office|"
    r"red envelope|headstone"
)


def read_names() -> dict[str, tuple[str, ...]]:
    """Map each Unicode label that has everyday names to them, in the tables' order."""
    names: dict[str, tuple[str, ...]] = {}
    for table in (ANIMALS, FOOD, PLACES, FACES, PEOPLE, THINGS):
        for line in table.strip().splitlines():
            label, captions = line.split(" = ", 1)
            names[label] = tuple(caption.strip() for caption in captions.split("|"))
    return names


def normalize_code(code: str) -> str:
    """`code` in lower case without variation selectors, which packages write or omit at will."""
    return "-".join(part for part in code.lower().split("-") if part != "fe0f")


def read_concepts(english: bytes, groups: bytes) -> list[Concept]:
    """Concrete concepts in Unicode order, from emojibase's `en/data.json` and `meta/groups.json`.

    Raises KeyError or ValueError when the files are not of the pinned version's form.
    """
    subgroups: Mapping[str, str] = json.loads(groups)["subgroups"]
    entries: Sequence[Mapping[str, object]] = json.loads(english)
    names = read_names()
    concepts: list[Concept] = []
    for entry in entries:
        if "subgroup" not in entry:
            continue
        label, code = str(entry["label"]), str(entry["hexcode"])
        group = subgroups[str(entry["subgroup"])]
        if _is_concrete(label, code, group, names):
            concepts.append(
                Concept(
                    code=normalize_code(code),
                    captions=names.get(label, (_plain(label),)),
                    group=group,
                    is_mirrorable=_NOT_MIRRORABLE.search(label) is None,
                )
            )
    return concepts


def _is_concrete(label: str, code: str, group: str, names: Mapping[str, tuple[str, ...]]) -> bool:
    if label in DROPPED:
        return False
    if label in names or label in ALSO_KEPT:
        return True
    if group in SPARSE_GROUPS:
        return False
    parts = code.split("-")
    is_gendered_copy = "2640" in parts or "2642" in parts
    is_gendered_role = len(parts) > 1 and parts[0] in {"1F468", "1F469"}
    return not (is_gendered_copy or is_gendered_role)


def _plain(label: str) -> str:
    return label.replace("’", "'").replace("ñ", "n").lower()
