"""Prompts in five more languages are said in English; English ones are never touched."""

from __future__ import annotations

import pytest

from core_server.pocket.dictionary import in_english, lexicon

MEANINGS = {
    "eine Katze": "cat",
    "rote Katze auf blauem Hintergrund": "red cat on a blue background",
    "Geburtstagstorte": "birthday cake",
    "grüner Apfel": "green apple",
    "un chat": "cat",
    "chien sur fond bleu": "dog on a blue background",
    "cœur bleu": "blue heart",
    "fourchette de couleur rouge": "red fork",
    "gâteau d'anniversaire": "birthday cake",
    "gato negro sobre fondo rojo": "black cat on a red background",
    "una guitarra": "guitar",
    "红色的心": "red heart",
    "蓝色的心": "blue heart",
    "绿色的苹果": "green apple",
    "一只狗，绿色背景": "dog on a green background",
    "熊猫": "panda",
    "赤いハート": "red heart",
    "青い車": "blue car",
    "犬": "dog",
}


@pytest.mark.parametrize(("prompt", "meaning"), MEANINGS.items())
def test_names_and_colours_are_said_in_english(prompt: str, meaning: str) -> None:
    assert in_english(prompt) == meaning


@pytest.mark.parametrize(
    "prompt",
    [
        "a red heart",
        "chat bubble",
        "an elegant robe",
        "a cyberpunk city, oil painting",
        "smiling cat face, 3d style",
        "a rose on a pink background",
        "two pears and a banana",
        "",
        "   ",
        "12345 !?",
    ],
)
def test_english_stays_as_it_was_typed(prompt: str) -> None:
    assert in_english(prompt) == prompt


def test_the_words_of_a_style_preset_stay_english() -> None:
    assert in_english("eine Katze, 3d style") == "cat, 3d style"
    assert in_english("猫, cartoon style") == "cat, cartoon style"


def test_what_the_dictionary_lacks_stays_beside_what_it_has() -> None:
    assert in_english("Katze im Weltraum") == "cat weltraum"
    assert in_english("咻") == "咻"


@pytest.mark.parametrize("language", ["de", "fr", "es", "zh", "ja"])
def test_every_language_has_names_and_all_colours(language: str) -> None:
    assert len(lexicon().names[language]) > 1000
    assert set(lexicon().colours[language].values()) == lexicon().colours_in_english
