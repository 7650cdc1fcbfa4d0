"""The shim of Krita against the real ones, so that it cannot drift: its names, and its answers.

One start of each, whose job tells what its classes are like; the shim is read as text, and asked
the same questions in a process of its own.
"""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.hosts.krita_program import Krita

ROOT = Path(__file__).parents[3]
JOBS = Path(__file__).with_name("jobs")
SHIM = [ROOT / "tests" / "krita_shim" / name for name in ("krita.py", "documents.py")]
PLUGIN = sorted((ROOT / "plugins" / "krita").glob("*.py"))

SINCE = {  # what older ones do not have; the plugin does without it there
    "View.flakeToImageTransform": (5, 2),
    "View.flakeToCanvasTransform": (5, 2),
}
OTHERS = {  # names in Krita's classes too, by which the plugin means something else
    "DockRight": "in DockPosition",
    "actions": "of a QMenu",
    "channels": "of a PixelLayout",
    "clear": "of lists and widgets",
    "copy": "of a QImage",
    "intersect": "of a Rect",
    "replace": "of a str",
    "resize": "of a QWidget",
    "selectAll": "of a QPlainTextEdit",
    "setVisible": "of a QWidget",
    "view": "the docker's",
    "window": "of a QWidget",
}
PARTS = ["no view", "handles", "ground", "pixels", "colours", "selections", "notes", "clones"]
PARTS += ["layers", "views", "zoom", "resized", "closed"]
UNTIL = {"zoom": (5, 3)}  # newer ones answer otherwise, and the plugin does not ask them

ON_THE_SHIM = """
import importlib, json, sys
from PyQt6 import QtCore, QtWidgets
application = QtWidgets.QApplication([])
krita = sys.modules["krita"] = importlib.import_module("tests.krita_shim.krita")
krita.Krita.instance().openWindow()
work = importlib.import_module("tests.hosts.krita.jobs.behaviour").observe(krita)
while True:
    try:
        pause = next(work)
    except StopIteration as end:
        print(json.dumps(end.value))
        break
    loop = QtCore.QEventLoop()
    QtCore.QTimer.singleShot(min(pause, 20), loop.quit)
    loop.exec()
"""

Surface = dict[str, dict[str, tuple[int, int] | None]]
"""class → public name → (least, most) positional arguments beside self; None for no method."""


def shim_surface() -> Surface:
    found: Surface = {}
    exported: set[str] = set()
    for path in SHIM:
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
                exported = set(ast.literal_eval(node.value))
            elif isinstance(node, ast.ClassDef):
                found[node.name] = dict(members(node))
    assert exported <= set(found)
    return {name: each for name, each in found.items() if name in exported}


def members(node: ast.ClassDef) -> Iterator[tuple[str, tuple[int, int] | None]]:
    for each in node.body:
        if isinstance(each, ast.FunctionDef) and not each.name.startswith("_"):
            is_static = any(ast.unparse(mark) == "staticmethod" for mark in each.decorator_list)
            most = len(each.args.args) - (not is_static)
            yield each.name, (most - len(each.args.defaults), most)
        elif isinstance(each, ast.ClassDef):
            yield each.name, None
        elif isinstance(each, ast.Assign):
            name = ast.unparse(each.targets[0])
            if not name.startswith("_"):
                yield name, None


def documented(doc: str, name: str) -> list[tuple[int, int]]:
    """(least, most) arguments beside self of each overload that a docstring of sip's tells."""
    found = []
    for arguments in re.findall(rf"^{name}\((.*?)\)(?: ->|$)", doc, re.MULTILINE):
        given = [each for each in re.split(r",\s*(?![^\[]*\])", arguments) if each != "self"]
        given = [each for each in given if each]
        needed = [each for each in given if "=" not in each]
        found.append((len(needed), len(given)))
    return found


def numbers_of(version: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", version)[:2]))


def is_new(name: str, version: str) -> bool:
    return name in SINCE and numbers_of(version) < SINCE[name]


@pytest.fixture(scope="module")
def real(any_krita: Krita) -> dict[str, Any]:
    surface = {name: list(each) for name, each in shim_surface().items()}
    path = f"import sys\nsys.path.insert(0, {str(JOBS)!r})\nsys.dont_write_bytecode = True\n"
    return any_krita.run(path + (JOBS / "shim.py").read_text("utf-8"), surface=surface)


@pytest.fixture(scope="module")
def shim_answers() -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-c", ON_THE_SHIM],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    if "ImportError" in done.stderr and os.environ.get("HOSTS_REQUIRED") != "1":
        pytest.skip(f"PyQt6 cannot be used here: {done.stderr.splitlines()[-1]}")
    assert done.returncode == 0, done.stderr
    answers: dict[str, Any] = json.loads(done.stdout)
    return answers


# ---- names ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", shim_surface())
def test_all_that_the_shim_has_krita_has_too(real: dict[str, Any], name: str) -> None:
    assert name in real["members"], f"Krita has no {name}"
    for member, arguments in shim_surface()[name].items():
        if is_new(f"{name}.{member}", real["version"]):
            continue
        assert member in real["members"][name], f"Krita's {name} has no {member}"
        found = real["members"][name][member]
        assert found["callable"] or arguments is None, f"{name}.{member} cannot be called"
        if arguments is None:
            continue
        overloads = [found["python"]] if found["python"] else documented(found["doc"], member)
        assert overloads, f"{name}.{member} tells no arguments: {found['doc']!r}"
        assert any(least <= arguments[0] and arguments[1] <= most for least, most in overloads), (
            f"{name}.{member} takes {found['doc']}, not {arguments}"
        )


def test_all_of_krita_that_the_plugin_uses_the_shim_has(real: dict[str, Any]) -> None:
    """By name alone: whatever is read from anything, and is a name in one of Krita's classes."""
    surface = shim_surface()
    classes, attributes = set(), set()
    for path in PLUGIN:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Attribute):
                is_class = isinstance(node.value, ast.Name) and node.value.id == "krita"
                (classes if is_class else attributes).add(node.attr)
    assert classes <= set(surface), "classes"
    kritas = {name for own in real["own"].values() for name in own if not name.startswith("_")}
    known = {name for each in surface.values() for name in each}
    missing = (attributes & kritas) - known - set(OTHERS)
    assert not missing, "give the shim these methods, or say in OTHERS what else they are"


# ---- answers -------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", PARTS)
def test_the_shim_answers_as_krita_does(
    real: dict[str, Any], shim_answers: dict[str, Any], part: str
) -> None:
    if part not in UNTIL or numbers_of(real["version"]) < UNTIL[part]:
        assert shim_answers[part] == real["answers"][part]
