"""What errors and notes say reaches a Chinese artist in Chinese: every sentence in the sources has
a template, and values of any kind come through it unharmed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import count
from string import Formatter

import pytest

from core_server.models.families import FAMILIES, TASKS
from core_server.operations import catalogue, load_styles
from plugins.common.phrases import choose_language, say_sentence
from plugins.common.phrases_zh import PHRASES
from plugins.common.sentences import Tables, Translator
from plugins.common.sentences_zh import SENTENCES
from plugins.common.session import Notice
from plugins.common.words_zh import WORDS
from protocol.errors import OutOfRange
from tests.unit.plugins.sentences_in_sources import UNSEEN, VALUE, Found, Sentences

CHINESE = Translator(Tables(PHRASES, SENTENCES, WORDS, "、", " 或 ", ("“", "”")))
NAMES = {
    "Impasto", "Pocket", "pocket", "Python", "PyPatchMatch", "Stable", "Diffusion", "XL", "refiner",
    "CLIP", "ZeroMQ", "PING", "JSON", "TOML", "UTF", "sRGB", "ID", "GB", "MB", "diffusers",
    "safetensors", "ControlNet", "hello", "true", "false",
    "gray", "prompt", "release", "patchmatch", "pypatchmatch",
}  # fmt: skip
"""What is called the same in Chinese."""


@pytest.fixture(scope="module")
def read() -> Sentences:
    return Sentences()


@pytest.fixture(scope="module")
def spoken(read: Sentences) -> list[Found]:
    return list(read.found())


@pytest.fixture(autouse=True)
def chinese() -> Iterator[None]:
    choose_language("zh_CN")
    yield
    choose_language("en")


def probed(text: str) -> tuple[str, list[str]]:
    """A sentence with a number for each of its values, and those numbers."""
    numbers = count(901)
    sentence = re.sub(VALUE, lambda _: str(next(numbers)), text)
    return sentence, re.findall(r"90\d", sentence)


def english_in(spoken: str) -> list[str]:
    """Words that were not translated. Names, commands, files and fields stay as they are."""
    bare = re.sub(r"`[^`]*`|“pip [^”]*”|[\w.]*[_.]\w+", " ", spoken)
    return [word for word in re.findall(r"[A-Za-z]{2,}", bare) if word not in NAMES]


def shown(found: Found) -> str:
    return f"{found.where}: {found.text.replace(VALUE, '…')}"


# ---- nothing is missing ----------------------------------------------------------------------


def test_every_sentence_in_the_sources_has_a_chinese_one(spoken: list[Found]) -> None:
    missing = [shown(each) for each in spoken if CHINESE.known(probed(each.text)[0]) is None]
    assert missing == []


def test_every_clause_about_a_stranger_has_a_chinese_one(read: Sentences) -> None:
    sentences = [(each, probed(each.text)[0]) for each in read.clauses()]
    assert len(sentences) > 5
    assert [shown(each) for each, text in sentences if CHINESE.words(text) is None] == []


def test_no_value_is_lost_and_no_english_left(spoken: list[Found]) -> None:
    wrong = []
    for each in spoken:
        sentence, values = probed(each.text)
        said = CHINESE.known(sentence) or ""
        if any(value not in said for value in values) or english_in(said):
            wrong.append(f"{shown(each)} → {said}")
    assert wrong == []


def test_no_template_is_left_over_and_all_are_sorted(spoken: list[Found]) -> None:
    used = {CHINESE.template_of(probed(each.text)[0]) for each in spoken}
    assert sorted(set(SENTENCES) - used) == []
    assert list(SENTENCES) == sorted(SENTENCES)
    assert list(WORDS) == sorted(WORDS)


def test_no_word_is_left_over(read: Sentences, spoken: list[Found]) -> None:
    operations = catalogue(load_styles()).operations
    fields = {parameter.name for each in operations for parameter in each.params}
    foreign = {name for family in FAMILIES.values() for name in family.foreign_widths.values()}
    texts = [each.text for each in (*spoken, *read.clauses())]
    parts = {key: [part for part, *_ in Formatter().parse(key)] for key in WORDS}
    unused = [
        key
        for key in WORDS.keys() - fields - foreign - set(TASKS)
        if not any(all(part in text for part in parts[key]) for text in texts)
    ]
    assert unused == []


def test_a_template_and_its_chinese_have_the_same_values() -> None:
    def names(text: str) -> list[str]:
        return sorted(re.findall(r"{(\w+)(?::\w+)?}", text))

    table = {**SENTENCES, **WORDS}
    assert [text for text in table if names(text) != names(table[text])] == []


def test_the_search_sees_helpers_choices_and_notes(spoken: list[Found]) -> None:
    texts = {each.text.replace(VALUE, "…") for each in spoken}
    assert texts > {
        "… must be a whole number, not ….",  # a choice between constants
        "Grow must be between 0 and … pixels, not ….",  # through a function's parameter
        "… cannot refine. … can.",  # two parts, one of them another function's answer
        "Mixed between the two CLIP embeddings.",  # a note, in a constant
        "The connection to Impasto was lost.",  # a default
        "The header is nested more than … levels deep.",  # a number in a constant
    }
    assert not any(each.where.split(":")[0] in UNSEEN for each in spoken)


def test_every_field_is_called_by_its_label() -> None:
    for operation in catalogue(load_styles()).operations:
        if operation.visibility == "hidden":
            continue
        for parameter in (each for each in operation.params if each.label in PHRASES):
            assert CHINESE.field(f"params.{parameter.name}") == PHRASES[parameter.label]


def test_what_models_can_do_has_a_chinese_name() -> None:
    assert [task for task in TASKS if CHINESE.words(task) is None] == []


# ---- what comes out --------------------------------------------------------------------------

TABLE = [
    ("Steps is 500; it must be from 1 to 150.", "步数是 500，必须在 1 到 150 之间。"),
    ("Steps must be a whole number, not 2.5.", "步数必须是整数，不能是 2.5。"),
    ("The field params.guidance_scale must be a number.", "“引导强度”必须是数字。"),
    ("The field inputs.0 is missing.", "缺少“图像 1”。"),
    ("pocket cannot mix. sd15 can.", "pocket 不支持混合，sd15 支持。"),
    (
        "Style is 'neon'; it must be one of: none, icon.",
        "风格不能是“neon”，只能是：none、icon。",
    ),
    (
        "There is no model named 'sdxl' here (there is: none); add one with "
        "`impasto models add FOLDER`.",
        "这里没有名为“sdxl”的模型（现有：无），请用 `impasto models add FOLDER` 添加。",
    ),
    (
        "The model file /m/a.safetensors is damaged: it holds 1,000 bytes where 2,000 are "
        "promised. Get the file again and add the model anew.",
        "模型文件 /m/a.safetensors 已损坏：有 1,000 字节，应有 2,000 字节。"
        "请重新获取该文件，并重新添加模型。",
    ),
    (
        "What listens at tcp://127.0.0.1:5000 is not Impasto: it hung up.",
        "tcp://127.0.0.1:5000 上的程序不是 Impasto：它挂断了。",
    ),
    ("3 MB cannot be sent at once; the limit is 12 bytes. Select a smaller area.",
     "一次不能发送 3 MB，上限是 12 字节。请选择小一些的区域。"),
    (
        "The daemon's answer cannot be read. The field job is missing.",
        "无法读懂 Impasto 的回应。缺少“job”。",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("english", "spoken"), TABLE)
def test_a_sentence_is_said_in_chinese(english: str, spoken: str) -> None:
    assert say_sentence(english) == spoken


@pytest.mark.parametrize(
    "value",
    [
        "{prompt} {0} {}", r"a.*(b)[c]\d+$^", "一只猫 在 屋顶", 'say “hi” and "ho"',
        "it's; not: this", "first. Second one! Third?", "two\nlines", "", "The job was cancelled.",
        "%s %(x)s",
    ],
)  # fmt: skip
def test_a_value_comes_through_as_it_is(value: str) -> None:
    english = f"The prompt is longer than this model reads; not used: “{value}”."
    assert say_sentence(english) == f"提示词超出了这个模型能读的长度，没有用到：“{value}”。"


def test_several_sentences_are_said_one_by_one() -> None:
    first = "The prompt is longer than this model reads; not used: “a cat. A dog”."
    second = "Remove continues the surroundings; the prompt was not used."
    assert say_sentence(f"{first} {second} {first}") == "".join(
        map(say_sentence, (first, second, first))
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Something is  wrong.\nReally. ",
        "图层“天空”是空的。",
        "No full stop",
        "… … ….",
        "a. " * 500,
    ],
)
def test_what_is_not_known_stays_as_it_came(text: str) -> None:
    assert say_sentence(text) == text


def test_a_sentence_of_a_newer_daemon_stands_among_known_ones() -> None:
    text = "The job was cancelled. The moon is full. The daemon is not connected."
    assert say_sentence(text) == "任务已取消。The moon is full. 尚未连接到 Impasto。"


def test_other_languages_hear_the_english() -> None:
    choose_language("de_AT")
    assert say_sentence("The job was cancelled.") == "The job was cancelled."


def test_a_notice_speaks_the_artists_language() -> None:
    seed = next(p for p in catalogue(load_styles()).find("generate").params if p.name == "seed")
    with pytest.raises(OutOfRange) as refused:
        seed.check(-1, "params.seed")
    assert Notice(refused.value.message).spoken == "种子是 -1，必须在 0 到 4294967295 之间。"
    assert Notice("Impasto is not running.").spoken == PHRASES["Impasto is not running."]
