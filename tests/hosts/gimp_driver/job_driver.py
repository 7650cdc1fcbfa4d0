#!/usr/bin/env python3
"""A plug-in that GIMP starts with itself, and that then runs any job it finds in its folder.

Ends at once where no test drives GIMP.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import gi

gi.require_version("Gimp", "3.0")
from gi.repository import Gimp, GLib  # noqa: E402

POLL_MS = 20
NAME = Path(__file__).stem  # there are two copies of it, so that one is free when the other waits


class Driver(Gimp.PlugIn):  # type: ignore[misc]  # GIMP's classes have no types
    """Jobs come one after the other, from the loop of a process of its own: GIMP is never busy
    with one."""

    kept: dict[str, Any]

    def do_query_procedures(self) -> list[str]:
        return [NAME.replace("_", "-")]

    def do_set_i18n(self, _name: str) -> bool:
        return False

    def do_create_procedure(self, name: str) -> Any:
        kind = Gimp.PDBProcType.PERSISTENT
        return Gimp.Procedure.new(self, name, kind, self.serve, None)

    def serve(self, procedure: Any, _config: Any, _data: Any) -> Any:
        procedure.persistent_ready()
        folder = os.environ.get("IMPASTO_DRIVER")
        if folder:
            self.persistent_enable()
            self.kept = {}
            self.inbox = Path(folder) / NAME
            self.inbox.mkdir(parents=True)
            GLib.timeout_add(POLL_MS, self.look)
            GLib.MainLoop().run()
        return procedure.new_return_values(Gimp.PDBStatusType.SUCCESS, GLib.Error())

    def look(self) -> bool:
        from jobs import run_job

        for ready in sorted(self.inbox.glob("*/ready")):
            ready.unlink()
            run_job(ready.parent, self.kept)
        return True


if __name__ == "__main__":
    Gimp.main(Driver.__gtype__, sys.argv)
