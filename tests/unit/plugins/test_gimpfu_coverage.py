"""GIMPFU.md says what the binding's tables say, and the tables hold together; no GIMP is needed."""

from __future__ import annotations

from plugins.gimp.fu import coverage
from plugins.gimp.fu.old_constants import ALIASES, NUMBERS
from plugins.gimp.fu.removed_names import REMOVED
from plugins.gimp.fu.renamed_names import LOADERS, RENAMED, RESOURCES

RESIGNED = coverage.stand_ins("old_*.py", "stands_for")
FILTERS = coverage.stand_ins("filters_*.py", "filter_for")


def test_the_page_is_up_to_date() -> None:
    assert coverage.PAGE.read_text("utf-8") == coverage.page(), (
        "GIMPFU.md is old: run python -m plugins.gimp.fu.coverage."
    )


def test_every_stand_in_says_what_it_does() -> None:
    assert len(RESIGNED) > 150
    assert len(FILTERS) > 70
    assert [name for name, said in {**RESIGNED, **FILTERS}.items() if not said.endswith(".")] == []


def test_no_old_name_is_in_two_tables() -> None:
    tables = [RENAMED, RESIGNED, FILTERS, REMOVED, RESOURCES, dict.fromkeys(LOADERS)]
    names = [name for table in tables for name in table]
    assert sorted(names) == sorted(set(names))


def test_names_are_written_as_procedures_are() -> None:
    names = {**RENAMED, **RESIGNED, **FILTERS, **REMOVED}
    assert [name for name in names if name != name.lower() or "_" in name] == []


def test_no_constant_has_two_meanings() -> None:
    assert set(ALIASES) & set(NUMBERS) == set()


def test_every_removed_name_says_what_to_use_instead() -> None:
    assert [name for name, said in REMOVED.items() if not said.endswith(".")] == []


def test_the_members_of_images_are_found() -> None:
    names = coverage.members("image_attributes.py", "ImageMembers")
    assert {"layers", "active_layer", "add_layer()", "raise_channel()", "width"} <= set(names)
