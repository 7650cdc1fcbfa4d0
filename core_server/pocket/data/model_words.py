"""Captions, translations and kind of each 3-D model, from the catalogue's words and our tables.

Words only: it must not read catalogues (see `model_catalogues`) nor draw.
"""

from __future__ import annotations

import re

from core_server.pocket.data.concepts import NOT_MIRRORABLE
from core_server.pocket.data.model_catalogues import Entry
from core_server.pocket.data.model_names import (
    DROPPED_KEYS,
    DROPPED_NAMES,
    NAMES,
)

# Character by character, for names that the catalogues have in traditional Chinese only.
TRADITIONAL = (
    "並側傘優兒剷動噴國園圓報場墊壺夾妝嬰對層島帳帶幣庫廚徹應懶戲掃揚撲擴攝書會東條樓標樹機檯櫃櫚櫥欄"
    "氣測湯溫濱灑無煙熱燈營燭爐牆獨現疊發監盤盪積穀筆簾籃籬紅納紙組絲網綿緊線緻聖聲腦腳膠臉臺藥蘭蠟"
    "術衛製褲襪視計託記話誌誕語調謎講議蹺車軌軟輪轉遊運遙郵醫釘鈴鉗鋸鋼錐錘錶鍋鍵鏟鏡鏢鐵鑰鑽長門開間"
    "關陽險雙雜雞電霧韆鞦頭頻題風飛飲飾馬驕鬱鳥麵黃龍"
)
SIMPLIFIED = (
    "并侧伞优儿铲动喷国园圆报场垫壶夹妆婴对层岛帐带币库厨彻应懒戏扫扬扑扩摄书会东条楼标树机台柜榈橱栏"
    "气测汤温滨洒无烟热灯营烛炉墙独现叠发监盘荡积谷笔帘篮篱红纳纸组丝网绵紧线致圣声脑脚胶脸台药兰蜡"
    "术卫制裤袜视计托记话志诞语调谜讲议跷车轨软轮转游运遥邮医钉铃钳锯钢锥锤表锅键铲镜镖铁钥钻长门开间"
    "关阳险双杂鸡电雾千秋头频题风飞饮饰马骄郁鸟面黄龙"
)
_SIMPLER = str.maketrans(TRADITIONAL, SIMPLIFIED)
_GROUPS = {
    "Bathroom": "household",
    "Bedroom": "household",
    "Characters": "person",
    "Doors and windows": "household",
    "Exterior": "outdoors",
    "Kitchen": "household",
    "Lights": "light",
    "Living room": "household",
    "Miscellaneous": "other-object",
    "Office": "office",
    "Staircases": "household",
    "Vehicles": "transport-ground",
}
_UNLATIN = ("zh", "ja")
_LATIN = re.compile(r"[A-Za-z]")
_PERSON = re.compile(r"\b(woman|man|boy|girl|mannequin)\b")
_ALSO_NOT_MIRRORABLE = re.compile(
    r"playing cards|carton|whiteboard|telephone|\bphone|remote|exit sign|scale$|pinball|dartboard|"
    r"\bbus$|computer$|laptop|measure|thermometer|birthday cake|piano"
)


def captions_of(entry: Entry) -> tuple[str, ...]:
    """English captions of the model, plainest first."""
    line = _line(entry)
    return line[0] if line else (entry.name.lower(),)


def foreign_names(entry: Entry) -> dict[str, str]:
    """The catalogue's names by language, as far as they are words for the thing itself.

    Left out are what stands in brackets, names with figures in them, Chinese and Japanese ones in
    Latin script (English, never translated), and all of a model whose line in `NAMES` says so.
    """
    line = _line(entry)
    if line and not line[1]:
        return {}
    names = {
        language: re.sub(r"\s*[(\uff08].*?[)\uff09]", "", name)
        for language, name in entry.translations.items()
    }
    traditional = names.pop("zh-tw", "")
    if _LATIN.search(names.get("zh", "A")):
        names["zh"] = traditional.translate(_SIMPLER)
    return {
        language: _uncapitalized(name, language)
        for language, name in names.items()
        if name
        and not re.search(r"\d", name)
        and not (language in _UNLATIN and _LATIN.search(name))
    }


def group_of(entry: Entry) -> str:
    """Kind of thing, in emojibase's words where it has one."""
    is_animal = entry.category == "Characters" and not _PERSON.search(captions_of(entry)[0])
    return "animal-mammal" if is_animal else _GROUPS[entry.category]


def is_mirrorable(label: str) -> bool:
    """Whether the mirrored picture is as true as the picture (but for its side's name)."""
    return not (NOT_MIRRORABLE.search(label) or _ALSO_NOT_MIRRORABLE.search(label))


def is_dropped(entry: Entry) -> bool:
    """Whether the model is left out."""
    return entry.name in DROPPED_NAMES or entry.key in DROPPED_KEYS


def read_model_names() -> dict[str, tuple[tuple[str, ...], bool]]:
    """Catalogue name or key → captions, and whether its names in other languages hold."""
    lines: dict[str, tuple[tuple[str, ...], bool]] = {}
    for line in NAMES.strip().splitlines():
        names, sign, captions = re.split(r" ([=!]) ", line, maxsplit=1)
        words = tuple(word.strip() for word in captions.split("|"))
        for name in names.split("; "):
            if name in lines:
                raise ValueError(f"{name} is named twice.")
            lines[name] = words, sign == "="
    return lines


_LINES = read_model_names()


def _line(entry: Entry) -> tuple[tuple[str, ...], bool] | None:
    return _LINES.get(entry.key) or _LINES.get(entry.name)


def _uncapitalized(name: str, language: str) -> str:
    # German nouns keep their capital.
    return name if language == "de" else name[:1].lower() + name[1:]
