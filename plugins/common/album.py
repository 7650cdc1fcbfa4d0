"""What was painted for a document, kept with it: small pictures, and where the large ones are.

The large ones are in the daemon's history. Small by design: it travels inside the artist's file.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

from plugins.common.host import Host
from plugins.common.store import Ticket
from plugins.common.tasks import Candidate, Task
from plugins.common.thumbnails import png_text
from protocol.codec import from_json, to_json
from protocol.errors import ImpastoError

NOTE = "history"
ENTRIES_KEPT = 40
SIDE = 64


@dataclass(frozen=True)
class Small:
    """One candidate. png: base64, at most `SIDE` pixels."""

    png: str
    seed: int | None = None
    is_applied: bool = False


@dataclass(frozen=True)
class Page:
    """One job that was painted for this document."""

    ticket: Ticket
    pictures: tuple[Small, ...] = ()


class Album:
    """The pages of one document, the newest first."""

    def __init__(self, pages: list[Page]) -> None:
        self.pages = pages

    @classmethod
    def open(cls, host: Host, document: str) -> Album:
        """Raises DocumentGone. What cannot be read (a newer version's) is left out."""
        try:
            found = json.loads(host.read_note(document, NOTE) or b"{}")
        except ValueError:
            return cls([])
        entries = found.get("pages", []) if isinstance(found, dict) else []
        return cls([page for page in map(_page, entries) if page is not None])

    def add(self, task: Task) -> None:
        """A finished task, in front; a task that is there already takes its new state."""
        page = Page(
            task.ticket,
            tuple(
                Small(png_text(candidate.layer, SIDE), candidate.seed, candidate.is_applied)
                for candidate in task.candidates
            ),
        )
        others = [other for other in self.pages if other.ticket.job != task.ticket.job]
        self.pages = [page, *others][:ENTRIES_KEPT]

    def mark_applied(self, candidate: Candidate) -> None:
        for number, page in enumerate(self.pages):
            if page.ticket.job == candidate.ticket.job and candidate.place < len(page.pictures):
                pictures = list(page.pictures)
                pictures[candidate.place] = replace(pictures[candidate.place], is_applied=True)
                self.pages[number] = replace(page, pictures=tuple(pictures))

    def remove(self, job: str) -> None:
        self.pages = [page for page in self.pages if page.ticket.job != job]

    def save(self, host: Host, document: str) -> None:
        """Raises DocumentGone."""
        pages = [to_json(page) for page in self.pages]
        content = json.dumps({"pages": pages}, ensure_ascii=False) if pages else ""
        host.write_note(document, NOTE, content.encode())


def _page(entry: Any) -> Page | None:
    try:
        page: Page = from_json(Page, entry, "page")
    except ImpastoError:
        return None
    return page
