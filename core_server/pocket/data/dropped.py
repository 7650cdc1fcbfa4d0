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
hundred points | anger symbol | eye in speech bubble | left speech bubble | right anger bubble | ZZZ
dotted line face | head shaking horizontally | head shaking vertically | distorted face
face with bags under eyes | face with open eyes and hand over mouth | kissing face
kissing face with smiling eyes | face exhaling | shaking face | pensive face | relieved face
confounded face | persevering face | anguished face | hushed face | frowning face with open mouth
sad but relieved face | anxious face with sweat | downcast face with sweat | tired face | woozy face
face with diagonal mouth | face in clouds | grinning cat with smiling eyes | cat with wry smile
kissing cat | weary cat | mending heart | growing heart | heart exclamation | heart decoration
revolving hearts | fight cloud | ear with hearing aid | biting lip | mechanical leg | fingerprint
squinting face with tongue | winking face with tongue | smiling face with smiling eyes | hamsa
guide dog | service dog | water buffalo | microbe | white flower | rosette | pine decoration
tanabata tree | moon viewing ceremony | Japanese dolls | carp streamer | landslide | mate | oden
fish cake with swirl | globe showing Americas | globe showing Asia-Australia | map of Japan
globe with meridians | brick | love hotel | Japanese post office | hot springs | light rail
station | tram car | mountain railway | suspension railway | trolleybus | mountain cableway
bus stop | oncoming police car | waxing crescent moon | waxing gibbous moon | waning gibbous moon
last quarter moon | waning crescent moon | sun behind small cloud | sun behind large cloud
sun behind rain cloud | military medal | admission tickets | reminder ribbon | running shirt
spade suit | heart suit | diamond suit | club suit | joker | mahjong red dragon
flower playing cards | safety vest | clutch bag | briefs | one-piece swimsuit | flat shoe
woman’s sandal | prayer beads | muted speaker | speaker low volume | speaker medium volume
loudspeaker | bell with slash | musical score | level slider | control knobs | pager | fax machine
mobile phone with arrow | low battery | trackball | computer disk | dvd | film frames
camera with flash | magnifying glass tilted right | notebook with decorative cover | ledger
page facing up | rolled-up newspaper | bookmark tabs | bookmark | yen banknote | euro banknote
pound banknote | receipt | chart increasing with yen | e-mail | incoming envelope
envelope with arrow | outbox tray | inbox tray | closed mailbox with lowered flag
open mailbox with raised flag | open mailbox with lowered flag | ballot box with ballot | pen | memo
open file folder | card index dividers | tear-off calendar | spiral calendar | card index
chart increasing | chart decreasing | bar chart | linked paperclips | card file box | file cabinet
locked with pen | locked with key | hammer and pick | clamp | white cane | link | broken chain
petri dish | crutch | x-ray | elevator | mouse trap | cigarette | funeral urn | placard
identification card | hourglass done | motorized wheelchair | kaaba | foggy | black nib
"""
DROPPED = frozenset(
    label.strip() for line in _TABLE.strip().splitlines() for label in line.split("|")
)
