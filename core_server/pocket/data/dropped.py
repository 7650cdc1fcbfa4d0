"""Emoji that pocket does not learn: text, signs, permutations of people, near twins, rarities.

A table only, by Unicode label; `concepts` applies it.
"""

from __future__ import annotations

# Subgroups that are text, interface signs or people in every permutation: from these only what the
# name tables list stays.
SPARSE_GROUPS = frozenset(
    {
        "hand-fingers-open", "hand-fingers-partial", "hand-single-finger", "hand-fingers-closed",
        "hands", "person", "person-gesture", "person-role", "person-fantasy", "person-activity",
        "person-sport", "person-resting", "person-symbol", "family", "skin-tone", "hair-style",
        "time", "transport-sign", "warning", "arrow", "religion", "zodiac", "av-symbol", "gender",
        "math", "punctuation", "currency", "other-symbol", "keycap", "alphanum", "geometric",
        "flag", "country-flag", "subdivision-flag",
    }
)  # fmt: skip
ALSO_KEPT = frozenset({"handshake", "stopwatch", "timer clock", "index pointing up"})

_TABLE = """
hundred points | eye in speech bubble | ZZZ | dotted line face | head shaking horizontally
head shaking vertically | distorted face | face with open eyes and hand over mouth
sad but relieved face | downcast face with sweat | face with diagonal mouth
grinning cat with smiling eyes | fight cloud | white flower | landslide | love hotel
Japanese post office | hot springs | waxing crescent moon | waxing gibbous moon
waning gibbous moon | last quarter moon | waning crescent moon | heart suit | muted speaker
speaker low volume | speaker medium volume | bell with slash | mobile phone with arrow
magnifying glass tilted right | yen banknote | euro banknote | pound banknote
chart increasing with yen | e-mail | incoming envelope | envelope with arrow
closed mailbox with lowered flag | open mailbox with lowered flag | card index dividers
locked with pen | link | hourglass done
"""
DROPPED = frozenset(
    label.strip() for line in _TABLE.strip().splitlines() for label in line.split("|")
)
