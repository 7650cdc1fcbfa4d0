"""What a plugin remembers survives restarts, damage and a second process of the same program."""

from __future__ import annotations

from pathlib import Path

import pytest

from plugins.common.store import DOCUMENTS_KEPT, PROMPTS_KEPT, Preferences, Slot, Ticket


@pytest.fixture
def preferences(tmp_path: Path) -> Preferences:
    return Preferences(tmp_path / "krita.json")


def ticket(job: str) -> Ticket:
    return Ticket(job, "fill", "a pond", "{key}", "/画/図.kra", "{layer}", (-3, 4), 12.5)


def test_each_document_has_values_of_its_own_and_a_new_one_begins_with_the_last(
    preferences: Preferences,
) -> None:
    preferences.keep_values("/a.kra", {"count=1": 4})
    preferences.keep_values("/b.kra", {"count=1": 2})
    assert preferences.values("/a.kra") == {"count=1": 4}
    assert preferences.values("/never seen.kra") == {"count=1": 2}


def test_only_so_many_documents_are_remembered(preferences: Preferences) -> None:
    for number in range(DOCUMENTS_KEPT + 5):
        preferences.keep_values(f"/{number}.kra", {"n": number})
    assert preferences.values(f"/{DOCUMENTS_KEPT}.kra") == {"n": DOCUMENTS_KEPT}
    assert preferences.values("/0.kra") == {"n": DOCUMENTS_KEPT + 4}


def test_prompts_come_back_once_each_the_newest_first(preferences: Preferences) -> None:
    for text in ("a cat", "a dog", " a cat ", "  "):
        preferences.keep_prompt("prompt", text)
    assert preferences.prompts("prompt") == ["a cat", "a dog"]
    for number in range(PROMPTS_KEPT + 3):
        preferences.keep_prompt("prompt", f"{number}")
    assert len(preferences.prompts("prompt")) == PROMPTS_KEPT
    assert preferences.prompts("negative_prompt") == []


@pytest.mark.parametrize("damage", ["", "{", "[1]", '{"values": 3, "prompts": [], "settings": 1}'])
def test_a_damaged_file_counts_as_empty_and_can_be_written_again(
    tmp_path: Path, damage: str
) -> None:
    path = tmp_path / "krita.json"
    path.write_text(damage)
    preferences = Preferences(path)
    assert preferences.values("/a.kra") == {}
    assert preferences.prompts("prompt") == []
    assert preferences.setting("starts_daemon", False) is False
    preferences.keep_setting("starts_daemon", True)
    assert Preferences(path).setting("starts_daemon", False) is True


def test_tickets_and_identity_are_there_again_after_a_restart(tmp_path: Path) -> None:
    first = Slot.take(tmp_path, "krita")
    first.keep(ticket("one"))
    first.keep(ticket("two"))
    first.drop("one")
    first.release()
    again = Slot.take(tmp_path, "krita")
    assert again.client_id == first.client_id
    assert again.tickets == [ticket("two")]
    again.release()


def test_a_second_process_is_somebody_else(tmp_path: Path) -> None:
    first, second = Slot.take(tmp_path, "krita"), Slot.take(tmp_path, "krita")
    assert first.client_id != second.client_id
    for slot in (first, second):
        slot.release()


def test_a_ticket_nobody_can_read_costs_only_itself(tmp_path: Path) -> None:
    slot = Slot.take(tmp_path, "krita")
    slot.keep(ticket("one"))
    slot.release()
    path = tmp_path / "krita-0.json"
    path.write_text(path.read_text().replace('"tickets": [', '"tickets": [{"job": 3}, 7,'))
    again = Slot.take(tmp_path, "krita")
    assert again.tickets == [ticket("one")]
    again.release()
