"""Every text that a plugin shows goes through here: `say("Apply")`, in the artist's language.

English is the key and the fallback. What the daemon declares (labels, help) is translated by the
same table; a label that it does not have yet is shown as it came.
"""

from __future__ import annotations

from plugins.common import phrases_zh

_LANGUAGES = {"zh": phrases_zh.PHRASES}

_table: dict[str, str] = {}


def choose_language(locale: str) -> str:
    """The language that is spoken from now on, for a locale such as `zh_CN` or `de-AT`."""
    language = locale.replace("-", "_").partition("_")[0].lower()
    chosen = language if language in _LANGUAGES else "en"
    _table.clear()
    _table.update(_LANGUAGES.get(chosen, {}))
    return chosen


def say(text: str, **values: object) -> str:
    """`text` in the artist's language, with its {names} filled in."""
    spoken = _table.get(text, text)
    return spoken.format(**values) if values else spoken
