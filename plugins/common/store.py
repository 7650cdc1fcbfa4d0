"""What a plugin remembers on disk: values, prompts, who it is, jobs whose results it waits for.

Keeps no pictures. A damaged file counts as empty: it never stops a paint program from starting.
"""

from __future__ import annotations

import contextlib
import json
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from protocol.codec import from_json, to_json
from protocol.connection import Lock, home, write_private
from protocol.errors import ImpastoError

PROMPTS_KEPT = 50
DOCUMENTS_KEPT = 200
_SLOTS = 16

Values = dict[str, Any]


def plugin_folder() -> Path:
    return home() / "plugins"


class Preferences:
    """Values and prompts, shared by every window and process of one paint program.

    Every change reads the file anew, so that two processes lose at most the same field's value.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._content: dict[str, Any] = {}
        self._state: tuple[int, int, int] | None = None

    def values(self, document: str) -> Values:
        """Of the document with this path; one that was never seen begins with the last used."""
        known = _object(self._read().get("values"))
        return _object(known.get(document) or known.get(""))

    def keep_values(self, document: str, values: Values) -> None:
        """document: a path, empty for one that was never saved."""
        known = _object(self._read().get("values"))
        for key in {"", document}:
            known.pop(key, None)
            known[key] = values
        while len(known) > DOCUMENTS_KEPT:
            del known[next(iter(known))]
        self._write(values=known)

    def prompts(self, field: str) -> list[str]:
        """What was typed into a field before, the newest first."""
        kept = _object(self._read().get("prompts")).get(field)
        return [text for text in kept if isinstance(text, str)] if isinstance(kept, list) else []

    def keep_prompt(self, field: str, text: str) -> None:
        text = text.strip()
        if not text:
            return
        others = [other for other in self.prompts(field) if other != text]
        kept = _object(self._read().get("prompts"))
        self._write(prompts={**kept, field: [text, *others][:PROMPTS_KEPT]})

    def setting(self, name: str, default: Any) -> Any:
        """A value of the default's type; the default where there is none."""
        value = _object(self._read().get("settings")).get(name)
        return value if type(value) is type(default) else default

    def keep_setting(self, name: str, value: Any) -> None:
        self._write(settings={**_object(self._read().get("settings")), name: value})

    def catalogue(self) -> dict[str, Any]:
        """The last daemon's, for forms that are drawn before one runs; empty without."""
        return _object(self._read().get("catalogue"))

    def keep_catalogue(self, catalogue: dict[str, Any]) -> None:
        self._write(catalogue=catalogue)

    def _read(self) -> dict[str, Any]:
        """The file's content, parsed again only when it was written since: forms ask often."""
        try:
            found = self._path.stat()
            state = (found.st_mtime_ns, found.st_size, found.st_ino)
        except OSError:
            return {}
        if state != self._state:
            self._content, self._state = read_object(self._path), state
        return self._content

    def _write(self, **parts: Any) -> None:
        # A full disk or a folder nobody may write to costs the memory, never the work.
        with contextlib.suppress(OSError):
            write_private(self._path, {**self._read(), **parts})


@dataclass(frozen=True)
class Ticket:
    """All that must be known of a job when its result comes, perhaps after a restart.

    document: key of the open document. path: its file, by which it is known again. above: the
    layer that results go above. origin: where in the document (0, 0) of a result lies.
    """

    job: str
    intent: str
    title: str
    document: str
    path: str = ""
    above: str | None = None
    origin: tuple[int, int] = (0, 0)
    created: float = 0.0


class Slot:
    """The identity of one running process, and the tickets of its unfinished jobs.

    Two processes of one program must not share an identity, since results go to one connection
    only: each takes the first slot that is free, and with it what its predecessor left.
    """

    def __init__(self, path: Path, lock: Lock) -> None:
        self._path, self._lock = path, lock
        known = read_object(path)
        identity = known.get("client_id")
        self.client_id = identity if isinstance(identity, str) else str(uuid.uuid4())
        self._tickets = {ticket.job: ticket for ticket in _tickets(known.get("tickets"))}
        self._write()

    @classmethod
    def take(cls, folder: Path, program: str) -> Slot:
        """Of the first free number; without any, one that nobody can come back to."""
        with contextlib.suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
            for number in range(_SLOTS):
                lock = Lock(folder / f"{program}-{number}.lock")
                if lock.acquire(patience_s=0):
                    return cls(folder / f"{program}-{number}.json", lock)
        return cls(folder / f"{program}-{uuid.uuid4()}.json", Lock(folder / "unused.lock"))

    @property
    def tickets(self) -> list[Ticket]:
        return list(self._tickets.values())

    def keep(self, ticket: Ticket) -> None:
        self._tickets[ticket.job] = ticket
        self._write()

    def drop(self, job: str) -> None:
        if self._tickets.pop(job, None) is not None:
            self._write()

    def release(self) -> None:
        self._lock.release()

    def _write(self) -> None:
        tickets = [to_json(ticket) for ticket in self._tickets.values()]
        with contextlib.suppress(OSError):
            write_private(self._path, {"client_id": self.client_id, "tickets": tickets})


def read_object(path: Path) -> dict[str, Any]:
    """A JSON object; an empty one where there is none that can be read."""
    try:
        return _object(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, RecursionError):
        return {}


def _object(value: object) -> dict[str, Any]:
    return dict(value) if isinstance(value, dict) else {}


def _tickets(found: object) -> list[Ticket]:
    tickets = []
    for entry in found if isinstance(found, list) else []:
        with contextlib.suppress(ImpastoError):
            tickets.append(from_json(Ticket, entry, "ticket"))
    return tickets
