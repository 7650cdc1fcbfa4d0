"""Says a sentence with values in it in another language: the English is matched with templates.

    "{label:field} must be {what:words}."   →   "{label} 必须是 {what}。"

What stands behind the colon of an English template says how its value is shown: `field` as the
field's label, `names` as a list or by the table of words, `quoted` in the language's own quotes,
`sentence` as sentences of their own, `words` by the table of words, where it must be: it tells this
template from others. A value without any stays as it came.
Must not know where a sentence comes from; one that no template fits stays English.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from string import Formatter

_ENDS = re.compile(r"(?<=[.!?]) +")
_MOST_PARTS = 24
"""Texts with more sentences are no messages; they are matched whole or not at all."""

_WORD = re.compile(r"[^\W\d_]{2}")

_WIDE = re.compile(r"[\u2018-\u201d\u3000-\u9fff\uff00-\uffef]")
"""Characters that need no space beside them."""


@dataclass(frozen=True)
class Tables:
    """All of one language. phrases: whole texts. words: parts of sentences, also templates.

    separator, alternative: between the names of a list. quotes: before and behind.
    """

    phrases: Mapping[str, str]
    sentences: Mapping[str, str]
    words: Mapping[str, str]
    separator: str
    alternative: str
    quotes: tuple[str, str]


class Translator:
    """Thread: any; what it compiles on first use is the same every time."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def phrase(self, text: str) -> str:
        """A text that has an entry of its own, as it is or with {names} to fill in."""
        return self._tables.phrases.get(text, text)

    def translate(self, text: str) -> str:
        """A text of one or more sentences; those that are not known stay as they came."""
        starts = [0, *(end.end() for end in _ENDS.finditer(text)), len(text)]
        if len(starts) > _MOST_PARTS:
            starts = [0, len(text)]
        # A value may hold the end of a sentence: of all ways to part the text the one that leaves
        # least unknown, and among these the one with most sentences.
        best: list[tuple[int, int, list[str]]] = [(0, 0, [])]  # of what begins at each, last first
        for first in range(len(starts) - 2, -1, -1):
            ways = []
            for last, (unknown, minus_known, after) in enumerate(reversed(best), first + 1):
                part = text[starts[first] : starts[last]].rstrip(" ")
                spoken = self.known(part)
                if spoken is None and last == first + 1:
                    ways.append((unknown + len(part), minus_known, [part, *after]))
                elif spoken is not None:
                    ways.append((unknown, minus_known - 1, [spoken, *after]))
            best.append(min(ways, key=lambda way: way[:2]))
        _, minus_known, parts = best[-1]
        return _in_a_row(parts) if minus_known else text

    def known(self, sentence: str) -> str | None:
        """One sentence, or None where nothing fits it."""
        whole = self._tables.phrases.get(sentence)
        return whole if whole is not None else self._matched(sentence, self._sentences)

    def template_of(self, sentence: str) -> str | None:
        """The English template that a sentence fits."""
        fitting = (
            template.english
            for template in self._sentences
            if self._matched(sentence, [template]) is not None
        )
        return next(fitting, None)

    def words(self, text: str) -> str | None:
        """A part of a sentence, or None where it is not known; what has no words is."""
        found = self._matched(text, self._words)
        return found if found is not None or _WORD.search(text) else text

    def field(self, name: str) -> str:
        """The label of `params.steps`, `steps` or `Steps`; `inputs.0` is the first image."""
        phrases = self._tables.phrases
        bare = _unquoted(name)
        if bare in phrases:
            return phrases[bare]
        place = re.fullmatch(r"inputs\.(\d+)(.*)", bare)
        if place:
            return f"{phrases.get('Image', 'image')} {int(place[1]) + 1}{place[2]}"
        last = bare.rpartition(".")[2]
        known = self._tables.words.get(last) or phrases.get(last.replace("_", " ").capitalize())
        return known or bare

    # ---- inside ------------------------------------------------------------------------------

    @cached_property
    def _sentences(self) -> list[_Template]:
        return _sorted(self._tables.sentences)

    @cached_property
    def _words(self) -> list[_Template]:
        return _sorted(self._tables.words)

    def _matched(self, text: str, templates: list[_Template]) -> str | None:
        for template, found in _matches(text, templates):
            values = {name: self._value(kind, found[name]) for name, kind in template.kinds.items()}
            if None not in values.values():
                return _filled(template.spoken, values)
        return None

    def _value(self, kind: str, text: str) -> str | None:
        if kind == "field":
            return self.field(text)
        if kind == "words":
            return self.words(text)
        if kind == "sentence":
            return self.translate(text)
        if kind == "names":
            listed = text.replace(", ", self._tables.separator)
            return self._tables.words.get(text) or listed.replace(" or ", self._tables.alternative)
        if kind == "quoted" and (bare := _unquoted(text)) != text:
            return bare.join(self._tables.quotes)
        return text


class _Template:
    """A sentence with values, its English compiled when it is first needed."""

    def __init__(self, english: str, spoken: str) -> None:
        self.english, self.spoken = english, spoken
        parsed = list(Formatter().parse(english))
        self.literals = [literal for literal, *_ in parsed if literal]
        self.kinds = {name: kind or "" for _, name, kind, _ in parsed if name is not None}
        self._parsed = parsed

    @property
    def weight(self) -> int:
        return sum(map(len, self.literals))

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        return re.compile(
            "".join(
                re.escape(literal) + (f"(?P<{name}>.*?)" if name is not None else "")
                for literal, name, *_ in self._parsed
            ),
            re.DOTALL,
        )

    def values(self, text: str) -> dict[str, str] | None:
        if not all(literal in text for literal in self.literals):  # much cheaper than the pattern
            return None
        found = self.pattern.fullmatch(text)
        return found.groupdict() if found else None


def _sorted(templates: Mapping[str, str]) -> list[_Template]:
    """The more of a sentence is fixed, the earlier its template is tried."""
    made = [_Template(english, spoken) for english, spoken in templates.items()]
    return sorted(made, key=lambda template: -template.weight)


def _matches(text: str, templates: list[_Template]) -> Iterator[tuple[_Template, dict[str, str]]]:
    for template in templates:
        values = template.values(text)
        if values is not None:
            yield template, values


def _in_a_row(sentences: Sequence[str]) -> str:
    text = ""
    for sentence in sentences:
        text += sentence if not text or _WIDE.match(text[-1]) else f" {sentence}"
    return text


def _filled(spoken: str, values: Mapping[str, str | None]) -> str:
    text = ""
    for literal, name, *_ in Formatter().parse(spoken):
        text = _beside(text, literal)
        if name is not None:
            text = _beside(text, values[name] or "")
    return text


def _beside(before: str, after: str) -> str:
    """Without the space between two characters that need none: a value may be translated, too."""
    left, right = before.rstrip(" "), after.lstrip(" ")
    return left + right if _WIDE.match(left[-1:]) and _WIDE.match(right) else before + after


def _unquoted(text: str) -> str:
    """Of what Python's `repr` made of a text; anything else as it came."""
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
        return text[1:-1]
    return text
