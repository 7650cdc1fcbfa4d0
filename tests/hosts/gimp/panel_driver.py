#!/usr/bin/env python3
"""A plug-in that opens Impasto's panel and runs jobs inside its process: the product has no way in.

The jobs are found and answered as those of `gimp_driver`; `panel` is a name of theirs.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import gi

gi.require_version("Gimp", "3.0")
gi.require_version("Gtk", "3.0")
from gi.repository import Gimp, GLib, GObject  # noqa: E402

PLUG_INS = Path(__file__).parents[1]
POLL_MS = 20


class PanelDriver(Gimp.PlugIn):  # type: ignore[misc]  # GIMP's classes have no types
    def do_query_procedures(self) -> list[str]:
        return ["panel-driver"]

    def do_set_i18n(self, _name: str) -> bool:
        return False

    def do_create_procedure(self, name: str) -> Any:
        procedure = Gimp.Procedure.new(self, name, Gimp.PDBProcType.PLUGIN, self.run, None)
        procedure.add_enum_argument(
            "run-mode", "Run mode", "", Gimp.RunMode.__gtype__, Gimp.RunMode.INTERACTIVE,
            GObject.ParamFlags.READWRITE,
        )  # fmt: skip
        procedure.set_menu_label("Panel under test")
        procedure.add_menu_path("<Image>/Windows")
        return procedure

    def run(self, procedure: Any, _config: Any, _data: Any) -> Any:
        sys.dont_write_bytecode = True
        sys.path[:0] = [str(PLUG_INS / "impasto"), str(PLUG_INS / "job_driver")]
        from impasto_gimp.panel import app
        from jobs import run_job

        made: list[Any] = []
        original = app.Panel.__init__

        def noting(panel: Any) -> None:
            original(panel)
            made.append(panel)

        app.Panel.__init__ = noting
        inbox = Path(os.environ["IMPASTO_DRIVER"]) / "panel_driver"
        inbox.mkdir(exist_ok=True)

        def look() -> bool:
            for ready in sorted(inbox.glob("*/ready")) if made else []:
                ready.unlink()
                run_job(ready.parent, {"panel": made[-1]})
            return True

        GLib.timeout_add(POLL_MS, look)
        app.open_panel()
        return procedure.new_return_values(Gimp.PDBStatusType.SUCCESS, GLib.Error())


if __name__ == "__main__":
    Gimp.main(PanelDriver.__gtype__, sys.argv)
