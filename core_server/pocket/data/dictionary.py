"""Writes the dictionary that the sampler looks foreign words up in, out of the data's names.

`python -m core_server.pocket.data.dictionary`. Names are Unicode CLDR's, through Emojibase (MIT),
and our own everyday ones.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from core_server.pocket.data.cache import default_path
from core_server.pocket.data.colours import COLOURS
from core_server.pocket.data.dataset import Dataset, load_dataset
from core_server.pocket.data.translations import LANGUAGES, colour_words
from core_server.pocket.dictionary import PATH

_WORD = re.compile(r"[a-z]+")
_COMMON = (
    "a an the of on in at with and or to by from for over under above below behind left right "
    "inside next is are two three four five many some big small large little old new style "
    "background texture seamless pattern seen side front top view drawing picture icon render"
)


def entries(data: Dataset) -> dict[str, object]:
    """What `pocket.dictionary.lexicon` reads. Of two concepts with one name the everyday one,
    which comes with the plainer English name, is meant."""
    names: dict[str, dict[str, str]] = {language: {} for language in LANGUAGES}
    pairs = zip(data.concepts, data.concept_translations, strict=True)
    plainest = sorted(pairs, key=lambda pair: len(pair[0][0]))
    for depth in range(3):  # first names of all concepts before second ones
        for english, translations in plainest:
            for language, foreign in translations.items():
                for name in foreign[depth : depth + 1]:
                    names[language].setdefault(name.casefold().replace("’", "'"), english[0])
    phrases = [name for known in data.concepts for name in known]
    phrases += [*data.texture_phrases, *data.shape_phrases, *COLOURS, _COMMON]
    words = {word for phrase in phrases for word in _WORD.findall(phrase.lower())}
    return {
        "names": names,
        "colours": {language: colour_words(language) for language in LANGUAGES},
        "english": sorted(words),
    }


def write(data: Dataset, path: Path = PATH) -> None:
    text = json.dumps(entries(data), ensure_ascii=False, indent=0, sort_keys=True)
    path.write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    write(load_dataset(default_path()))
