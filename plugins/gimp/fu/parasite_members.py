"""`parasite_attach`, `parasite_find`, … as GIMP 2's images and items had them.

Members for several classes of GIMP; what a parasite is says `parasites.py`.
"""

from __future__ import annotations

from typing import Any

from plugins.gimp.fu.calls import done
from plugins.gimp.fu.parasites import Parasite, from_gimp, to_gimp


class ParasiteMembers:
    """`self` is a Gimp.Image or a Gimp.Item."""

    def parasite_attach(self: Any, parasite: Any) -> None:
        done(self.attach_parasite(to_gimp(parasite)))

    def attach_new_parasite(self: Any, name: str, flags: int, data: bytes | str) -> None:
        done(self.attach_parasite(to_gimp(Parasite(name, flags, data))))

    def parasite_detach(self: Any, name: str) -> None:
        self.detach_parasite(name)

    def parasite_find(self: Any, name: str) -> Parasite | None:
        return from_gimp(self.get_parasite(name))

    def parasite_list(self: Any) -> tuple[str, ...]:
        return tuple(self.get_parasite_list() or ())

    @property
    def parasites(self: Any) -> list[str]:
        return list(self.get_parasite_list() or ())
