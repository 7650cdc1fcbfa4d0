"""The catalogue that GIMP's copies of our procedures were made from.

GIMP asks a plug-in for its arguments once, and again only when its file has changed. A procedure
that runs must declare those very arguments, whatever daemon has been met since; a new catalogue
makes GIMP ask again at its next start.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path

from plugins.common.snapshot import known_catalogue, shipped_catalogue
from plugins.common.store import Preferences, plugin_folder, read_object
from protocol.errors import ImpastoError
from protocol.params import Catalogue

KEPT = Path(__file__).with_name("registered.json")
PLUG_IN = Path(__file__).parents[1] / "impasto.py"
"""What GIMP looks at."""


def preferences() -> Preferences:
    return Preferences(plugin_folder() / "gimp.json")


def catalogue_to_register(at_query: bool) -> Catalogue:
    """at_query: GIMP is asking, and takes what it gets from now on."""
    if at_query:
        known = known_catalogue(preferences())
        try:
            KEPT.write_text(json.dumps(known.to_json()), "utf-8")
        except OSError:  # a folder nobody may write to: then it is always the shipped one
            with suppress(OSError):
                KEPT.unlink()
            return shipped_catalogue()
        return known
    try:
        kept = Catalogue.from_json(read_object(KEPT))
    except ImpastoError:
        return shipped_catalogue()
    return kept if kept.operations else shipped_catalogue()


def follow(catalogue: Catalogue) -> None:
    """The daemon's catalogue, whenever it is met: if it is new, GIMP shall ask again."""
    if catalogue.digest != catalogue_to_register(at_query=False).digest:
        with suppress(OSError):
            os.utime(PLUG_IN)
