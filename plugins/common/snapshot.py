"""What the daemon can do, known before one runs: the last one's catalogue, else the shipped one.

Reads only. `catalogue.json` is compared with the daemon's own declarations by a test, which also
writes it.
"""

from __future__ import annotations

import json
from pathlib import Path

from plugins.common.store import Preferences
from protocol.errors import ImpastoError
from protocol.params import Catalogue

SHIPPED = Path(__file__).with_name("catalogue.json")


def known_catalogue(preferences: Preferences) -> Catalogue:
    """Of the daemon that was met last, which may have the artist's own styles in it."""
    try:
        known = Catalogue.from_json(preferences.catalogue())
    except ImpastoError:
        return shipped_catalogue()
    return known if known.operations else shipped_catalogue()


def shipped_catalogue() -> Catalogue:
    """Of the daemon that came with this plugin."""
    return Catalogue.from_json(json.loads(SHIPPED.read_text("utf-8")))
