"""Every text that a plugin shows goes through here: `say("Apply")`, in the artist's language.

English is the key and the fallback. What the daemon declares (labels, help) is translated by the
same table; a label that it does not have yet is shown as it came. What the daemon says, with
values in it, goes through `say_sentence`.
"""

from __future__ import annotations

from functools import lru_cache

from plugins.common.phrases_zh import PHRASES
from plugins.common.sentences import Tables, Translator
from plugins.common.sentences_zh import SENTENCES
from plugins.common.words_zh import WORDS

_LANGUAGES = {
    "zh": Translator(Tables(PHRASES, SENTENCES, WORDS, "、", " 或 ", ("“", "”"))),
}
_REMEMBERED = 256

_chosen: list[Translator] = []


def choose_language(locale: str) -> str:
    """The language that is spoken from now on, for a locale such as `zh_CN` or `de-AT`."""
    language = locale.replace("-", "_").partition("_")[0].lower()
    _chosen[:] = [_LANGUAGES[language]] if language in _LANGUAGES else []
    say_sentence.cache_clear()
    return language if _chosen else "en"


def say(text: str, **values: object) -> str:
    """`text` in the artist's language, with its {names} filled in."""
    spoken = _chosen[0].phrase(text) if _chosen else text
    return spoken.format(**values) if values else spoken


@lru_cache(_REMEMBERED)
def say_sentence(text: str) -> str:
    """What the daemon or an error says, with its values in it; also several sentences. What is
    not known, or is in the artist's language already, stays as it came."""
    return _chosen[0].translate(text) if _chosen else text
