"""Plugins know the daemon's operations before they have met one.

python -m tests.unit.plugins.test_snapshot     writes the file anew
"""

from __future__ import annotations

import json
from pathlib import Path

from core_server.operations import catalogue, load_styles
from plugins.common.snapshot import SHIPPED, known_catalogue, shipped_catalogue
from plugins.common.store import Preferences


def text() -> str:
    content = catalogue(load_styles()).to_json()
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def test_the_shipped_catalogue_is_the_daemons() -> None:
    assert SHIPPED.read_text("utf-8") == text(), "run python -m tests.unit.plugins.test_snapshot"


def test_the_catalogue_of_the_daemon_met_last_comes_first(tmp_path: Path) -> None:
    preferences = Preferences(tmp_path / "krita.json")
    assert known_catalogue(preferences) == shipped_catalogue()
    one = {"operations": shipped_catalogue().to_json()["operations"][:1]}
    preferences.keep_catalogue(one)
    assert [each.name for each in known_catalogue(preferences).operations] == ["generate"]


def test_a_remembered_catalogue_that_is_damaged_counts_for_nothing(tmp_path: Path) -> None:
    preferences = Preferences(tmp_path / "krita.json")
    preferences.keep_catalogue({"operations": [{"name": 3}]})
    assert known_catalogue(preferences) == shipped_catalogue()


if __name__ == "__main__":
    SHIPPED.write_text(text(), "utf-8", newline="\n")
