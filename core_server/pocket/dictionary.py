"""Says prompts in German, French, Spanish, Chinese and Japanese in English, word by word.

Pocket's text tower reads English word pieces; of Chinese it sees hardly a character. So the names
that the data's concepts have in other languages are looked up, longest first, and colours with
them. It is a dictionary, not a translator: grammar is not understood, and what is not found stays
as it was typed. An English prompt is never touched.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PATH = Path(__file__).with_name("dictionary.json")

_LONGEST_WORDS, _LONGEST_CHARACTERS = 6, 16
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_KANA = re.compile(r"[\u3040-\u30ff]")
_WORDS = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")

_SILENT = {
    "de": "der die das den dem des ein eine einen einem einer eines auf in im mit und",
    "fr": "un une le la les l des du de d sur en à et couleur",
    "es": "un una unos unas el la los las de del en sobre con y color",
}
"""Words that carry no picture of their own."""

_GROUND = {"de": "hintergrund", "fr": "fond", "es": "fondo", "zh": "背景", "ja": "背景"}


@dataclass(frozen=True)
class Lexicon:
    """English meanings by language. english: words that an English prompt may well have."""

    names: Mapping[str, Mapping[str, str]]
    colours: Mapping[str, Mapping[str, str]]
    english: frozenset[str]

    def is_english(self, word: str) -> bool:
        """Parts of “high-speed” and “child's” count by themselves; a lone letter always."""
        return all(part in self.english or len(part) < 2 for part in re.split("[-']", word))

    @property
    def colours_in_english(self) -> frozenset[str]:
        return frozenset(self.colours["de"].values())


@cache
def lexicon() -> Lexicon:
    """The one that comes with the weights; it was made from the data that they learned from."""
    found = json.loads(PATH.read_text("utf-8"))
    return Lexicon(found["names"], found["colours"], frozenset(found["english"]))


def in_english(prompt: str) -> str:
    """The prompt with what is known of another language said in English; else unchanged.

    What stands between commas is read by itself: style presets add English words.
    """
    return ", ".join(_in_english(part, lexicon()) for part in prompt.split(", "))


def _in_english(prompt: str, known: Lexicon) -> str:
    text = unicodedata.normalize("NFC", prompt.strip())
    if _CJK.search(text):
        language = "ja" if _KANA.search(text) else "zh"
        order = (language, *({"zh", "ja"} - {language}))
        found = [each for code in order if (each := _characters(text, code, known))]
        return max(found, key=len).said if found else prompt
    words = [word.casefold().replace("’", "'") for word in _WORDS.findall(text)]
    if not words or all(known.is_english(word) for word in words):
        return prompt
    read = [_latin(words, code, known) for code in _SILENT]
    best = max(read, key=len)
    return best.said if best.meanings and not best.leaves_english(known) else prompt


@dataclass
class _Reading:
    """What one language makes of a prompt. covered: letters or words that it knows."""

    meanings: list[str]
    covered: int = 0
    ground: str = ""
    left: Sequence[str] = ()

    def __len__(self) -> int:
        return self.covered

    def leaves_english(self, known: Lexicon) -> bool:
        """Whether what it does not know is English: then all of it probably is."""
        return any(known.is_english(word) for word in self.left)

    def add(self, meaning: str, colours: Container[str]) -> None:
        """A colour that was said before replaces the one that an emoji's name has: a green apple
        is no “green red apple”."""
        first, _, rest = meaning.partition(" ")
        said = bool(self.meanings) and self.meanings[-1] in colours
        self.meanings.append(rest if said and rest and first in colours else meaning)

    @property
    def said(self) -> str:
        ground = [f"on a {self.ground} background"] if self.ground else []
        return " ".join([*self.meanings, *self.left, *ground])


def _latin(words: Sequence[str], language: str, known: Lexicon) -> _Reading:
    """Longest matches of whole words. A colour goes before the noun that it follows."""
    names, colours = known.names[language], known.colours[language]
    silent = {*_SILENT[language].split(), _GROUND[language]}
    reading, left, at = _Reading([]), [], 0
    while at < len(words):
        word = words[at]
        length, meaning = next(
            (
                (length, names[phrase])
                for length in range(min(_LONGEST_WORDS, len(words) - at), 0, -1)
                if (phrase := " ".join(words[at : at + length])) in names and phrase not in silent
            ),
            (1, ""),
        )
        near = words[max(0, at - 1) : at + 2]
        if not meaning and word in colours:
            if _GROUND[language] in near:
                reading.ground = colours[word]
            else:
                _place_colour(reading.meanings, colours[word], language, known)
        elif meaning:
            reading.add(meaning, known.colours_in_english)
        elif word not in silent:
            left.append(word)
        reading.covered += length if meaning or word in colours or word in silent else 0
        at += length
    reading.left = left
    return reading


def _place_colour(meanings: list[str], colour: str, language: str, known: Lexicon) -> None:
    """Before the noun, which it follows in French and Spanish, and whose own colour it replaces."""
    if language not in ("fr", "es") or not meanings:
        meanings.append(colour)
        return
    first, _, rest = meanings[-1].partition(" ")
    noun = rest if rest and first in known.colours_in_english else meanings[-1]
    meanings[-1:] = [colour, noun]


def _characters(text: str, language: str, known: Lexicon) -> _Reading | None:
    """Longest matches anywhere; characters in between, mostly grammar, are passed over."""
    reading = _Reading([])
    for phrase, meaning, following in _matches(text, language, known):
        if phrase in known.colours[language] and following.startswith(_GROUND[language]):
            reading.ground = meaning
        else:
            reading.add(meaning, known.colours_in_english)
        reading.covered += len(phrase)
    return reading if reading.covered else None


def _matches(text: str, language: str, known: Lexicon) -> Iterator[tuple[str, str, str]]:
    """(what was found, what it means, what follows it), from the left."""
    table = {**known.colours[language], **known.names[language]}
    at = 0
    while at < len(text):
        length = next(
            (
                length
                for length in range(min(_LONGEST_CHARACTERS, len(text) - at), 0, -1)
                if text[at : at + length] in table
            ),
            0,
        )
        if length:
            phrase = text[at : at + length]
            yield phrase, table[phrase], text[at + length :]
        at += max(length, 1)
