"""`impasto install gimp`, as an artist types it, seen from inside the real GIMP."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from core_server.hosts.gimp import ENVIRON, MARK, PLUGIN
from tests.hosts.gimp_program import Gimp, install_plugins

IMPORTING = """#!/usr/bin/env python3
import os, sys
import gi
gi.require_version("Gimp", "3.0")
from gi.repository import Gimp, GLib, GObject

class Importing(Gimp.PlugIn):
    def do_query_procedures(self):
        return ["test-importing"]

    def do_set_i18n(self, name):
        return False

    def do_create_procedure(self, name):
        procedure = Gimp.Procedure.new(self, name, Gimp.PDBProcType.PLUGIN, self.run, None)
        procedure.add_string_return_value("path", "p", "p", "", GObject.ParamFlags.READWRITE)
        return procedure

    def run(self, procedure, config, data):
        try:
            import gimpfu
            found = gimpfu.__file__
        except ImportError as error:
            found = str(error)
        values = procedure.new_return_values(Gimp.PDBStatusType.SUCCESS, GLib.Error())
        values.remove(1)
        values.append(GObject.Value(str, f"{found}|{os.environ.get('PYTHONPATH', '')}"))
        return values

Gimp.main(Importing.__gtype__, sys.argv)
"""
ASK = """
def job(tools):
    found, path = tools.call("test-importing").values[0].split("|")
    names = tools.Gimp.get_pdb().query_procedures("^impasto-", *[".*"] * 7)
    return {"gimpfu": found, "path": path, "procedures": sorted(names)}
"""


def impasto(gimp: Gimp, *command: str, code: int = 0) -> str:
    """What the command line says to the owner of that profile."""
    done = subprocess.run(
        [sys.executable, "-m", "core_server", *command],
        env={"PATH": "", "HOME": str(gimp.home), "IMPASTO_HOME": str(gimp.home / "impasto")},
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture
def bare(any_gimp: Gimp, tmp_path: Path) -> Gimp:
    """A GIMP without Impasto, but with a plug-in of the artist's own that imports gimpfu."""
    gimp = any_gimp.fresh()
    impasto(gimp, "uninstall", "gimp")
    path = tmp_path / "importing.py"
    path.write_text(IMPORTING)
    install_plugins(gimp.profile, [path])
    return gimp


def test_installing_brings_the_procedures_and_gimpfu_and_uninstalling_takes_them(
    bare: Gimp,
) -> None:
    assert not (bare.profile / PLUGIN).exists()
    answer = bare.run(ASK)
    assert answer["procedures"] == []
    assert answer["gimpfu"] == "No module named 'gimpfu'"

    said = impasto(bare, "install", "gimp")
    assert f"GIMP {bare.version}: Installed Impasto" in said
    answer = bare.run(ASK, env={"PYTHONPATH": "/opt/mine"})
    assert "impasto-generate" in answer["procedures"]
    assert answer["gimpfu"] == str(bare.profile / PLUGIN / "gimpfu.py")
    assert answer["path"] == f"{bare.profile / PLUGIN}:/opt/mine"  # what was there is kept

    impasto(bare, "uninstall", "gimp")
    answer = bare.run(ASK)
    assert answer["procedures"] == []
    assert answer["gimpfu"] == "No module named 'gimpfu'"


def test_gimp_merges_no_files_of_variables_so_ours_gives_way(bare: Gimp) -> None:
    """Where this ever fails, GIMP merges them, and `impasto install gimp` may be simpler."""
    ours, mine = bare.profile / ENVIRON, bare.profile / "environ/mine.env"
    mine.parent.mkdir(exist_ok=True)
    mine.write_text(f"{os.pathsep} PYTHONPATH=/opt/mine\n")
    ours.write_text(f"{MARK}{os.pathsep} PYTHONPATH=${{gimp_dir}}/{PLUGIN}\n")
    path = bare.run(ASK)["path"]
    assert path in ("/opt/mine", str(bare.profile / PLUGIN))

    said = impasto(bare, "install", "gimp")
    assert f"add {bare.profile / PLUGIN} to PYTHONPATH in {mine}" in said
    answer = bare.run(ASK)
    assert answer["path"] == "/opt/mine"
    assert "impasto-generate" in answer["procedures"]  # ours need no path

    mine.write_text(f"PYTHONPATH=/opt/mine:{bare.profile / PLUGIN}\n")
    assert "import gimpfu now" in impasto(bare, "install", "gimp")
    assert bare.run(ASK)["gimpfu"] == str(bare.profile / PLUGIN / "gimpfu.py")
