"""Krita's settings file, read and changed as text.

Changes no line but the one that switches the plugin on; a parser for .ini files would drop or
rewrite entries that KConfig allows (nested groups, repeated groups, keys with flags).
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

GROUP, KEY = "python", "enable_impasto"
TRUE = ("true", "on", "yes", "1")
"""What KConfig reads as yes, in any case."""

ENTRY = re.compile(r"\s*([^=\[\s][^=\[]*?)\s*((?:\[[^\]]*\])*)\s*=\s*(.*?)\s*$", re.DOTALL)
"""A key, its flags and locale in brackets, and its value."""


def read(path: Path) -> str:
    """The file with its own line ends; empty if there is none. Bytes that are no UTF-8 survive."""
    try:
        return path.read_bytes().decode("utf-8", "surrogateescape")
    except FileNotFoundError:
        return ""


def write(path: Path, text: str) -> None:
    """Replace the file in one step; where it is a link, what it leads to. Raises OSError."""
    path = path.resolve()
    path.parent.mkdir(parents=True, exist_ok=True)
    mode = path.stat().st_mode & 0o777 if path.exists() else 0o600
    handle, name = tempfile.mkstemp(prefix=".kritarc-", dir=path.parent)
    try:
        with open(handle, "wb") as file:
            file.write(text.encode("utf-8", "surrogateescape"))
        os.chmod(name, mode)
        os.replace(name, path)
    except OSError:
        os.unlink(name)
        raise


def is_enabled(text: str) -> bool:
    """Whether Krita would load the plugin; the last of repeated entries counts, as in KConfig."""
    values = [value for _, value in _switches(_lines(text))]
    return bool(values) and values[-1].lower() in TRUE


def enable(text: str) -> str:
    """The settings with the plugin switched on."""
    if is_enabled(text):
        return text
    lines = _lines(text)
    end = "\r\n" if "\r\n" in text else "\n"
    switches = [number for number, _ in _switches(lines)]
    for number in switches:
        lines[number] = f"{KEY}=true{end}"
    if switches:
        return "".join(lines)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += end
    for number, line in enumerate(lines):
        if _group(line) == GROUP:
            lines.insert(number + 1, f"{KEY}=true{end}")
            return "".join(lines)
    space = end if lines and lines[-1].strip() else ""
    return "".join([*lines, space, f"[{GROUP}]{end}", f"{KEY}=true{end}"])


def forget(text: str) -> str:
    """The settings without the plugin's line."""
    lines = _lines(text)
    ours = {number for number, _ in _switches(lines)}
    return "".join(line for number, line in enumerate(lines) if number not in ours)


def resource_folder(text: str) -> Path | None:
    """Where the artist moved Krita's resources to, if so; Krita looks for plugins only there."""
    moved = None
    for _, group, key, value in _entries(_lines(text)):
        if not group and key == "ResourceDirectory" and value:
            moved = Path(value.replace("\\\\", "\\").replace("\\s", " "))
    return moved if moved and moved.is_absolute() else None


def _lines(text: str) -> list[str]:
    """With their ends. Only line feeds end a line: a value may hold what Unicode calls one too."""
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def _switches(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Number and value of every line that switches the plugin on or off."""
    for number, group, key, value in _entries(lines):
        if (group, key) == (GROUP, KEY):
            yield number, value


def _entries(lines: list[str]) -> Iterator[tuple[int, str, str, str]]:
    """Number, group, key and value of every entry; the group before the first header is ''."""
    group = ""
    for number, line in enumerate(lines):
        header = _group(line)
        if header is not None:
            group = header
            continue
        entry = ENTRY.match(line)
        if entry and not line.lstrip().startswith("#"):
            yield number, group, entry[1], entry[3]


def _group(line: str) -> str | None:
    """The group that a line opens, a nested one as `outer][inner`; None if it is no header."""
    text = line.strip()
    return text[1:-1] if text.startswith("[") and text.endswith("]") else None
