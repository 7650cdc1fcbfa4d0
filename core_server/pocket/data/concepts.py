"""Which emoji are concrete enough to learn from, and what each is called.

Words only: it must not open pictures (see `drawings` for those).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from core_server.pocket.data.dropped import ALSO_KEPT, DROPPED, SPARSE_GROUPS
from core_server.pocket.data.names_more import MORE
from core_server.pocket.data.names_nature import ANIMALS, FOOD
from core_server.pocket.data.names_people import FACES, PEOPLE
from core_server.pocket.data.names_places import PLACES
from core_server.pocket.data.names_things import THINGS
from core_server.pocket.data.sources import EMOJIBASE, fetch, read_members
from core_server.pocket.data.translations import LANGUAGES, translate


@dataclass(frozen=True, slots=True)
class Concept:
    """One thing that may be drawn: English captions (plainest first), and its kind.

    `code` is unique: an emoji's code points, "clip art:…" or "model:…". `translations` maps a
    language (de, fr, es, zh, ja) to names in it, plainest first; it may be empty.
    """

    code: str
    captions: tuple[str, ...]
    group: str
    is_mirrorable: bool
    translations: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """The plainest name."""
        return self.captions[0]


# Pictures that carry letters, numerals or a named side, which a mirrored copy would make false.
NOT_MIRRORABLE = re.compile(
    r"banknote|dollar|money bag|calendar|pool 8|medal|taxi|police car$|ambulance|hospital|hotel|"
    r"convenience|school|ticket|slot machine|credit card|newspaper|musical note|clock|watch|"
    r"pointing|left|right|die$|keyboard|compass|\bmap|globe|question|bank$|radio$|post office|"
    r"red envelope|headstone"
)


def read_names() -> dict[str, tuple[str, ...]]:
    """Map each Unicode label that has everyday names to them, in the tables' order."""
    names: dict[str, tuple[str, ...]] = {}
    for table in (ANIMALS, FOOD, PLACES, FACES, PEOPLE, THINGS, MORE):
        names |= _parse(table)
    return names


def is_new(concept: Concept) -> bool:
    """Whether pocket's first round did not have it: an emoji taken up since, or no emoji."""
    is_emoji = re.fullmatch(r"[0-9a-f-]+", concept.code) is not None
    return not is_emoji or concept.captions in _parse(MORE).values()


def load_concepts(folder: Path) -> list[Concept]:
    """Emoji concepts from the pinned emojibase archive, fetched into `folder` when absent."""
    archive = fetch(EMOJIBASE, folder)
    words = read_members(archive, "")
    others = {language: words[f"{language}/data.json"] for language in LANGUAGES}
    return read_concepts(words["en/data.json"], words["meta/groups.json"], others)


def _parse(table: str) -> dict[str, tuple[str, ...]]:
    names: dict[str, tuple[str, ...]] = {}
    for line in table.strip().splitlines():
        label, captions = line.split(" = ", 1)
        names[label] = tuple(caption.strip() for caption in captions.split("|"))
    return names


def normalize_code(code: str) -> str:
    """`code` in lower case without variation selectors, which packages write or omit at will."""
    return "-".join(part for part in code.lower().split("-") if part != "fe0f")


def read_concepts(
    english: bytes, groups: bytes, others: Mapping[str, bytes] | None = None
) -> list[Concept]:
    """Concrete concepts in Unicode order, from emojibase's `en/data.json` and `meta/groups.json`.

    `others` maps a language to its `data.json`, from which the translations are taken.

    Raises KeyError or ValueError when the files are not of the pinned version's form.
    """
    subgroups: Mapping[str, str] = json.loads(groups)["subgroups"]
    entries: Sequence[Mapping[str, object]] = json.loads(english)
    names = read_names()
    translations = translate(others or {})
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
                    is_mirrorable=NOT_MIRRORABLE.search(label) is None,
                    translations=translations.get(code, {}),
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
