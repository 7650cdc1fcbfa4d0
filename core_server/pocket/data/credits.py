"""Names everybody whose work Pocket learned from: `python -m core_server.pocket.data.credits`.

It prints ATTRIBUTIONS.md, from the same tables that the data is fetched by. It must not draw.
"""

from __future__ import annotations

from core_server.pocket.data.model_catalogues import FURNITURE
from core_server.pocket.data.models import read_credits
from core_server.pocket.data.sources import SOURCES, cache_folder

_HEAD = """# Attributions

Whose pictures and words Pocket was trained on. They were scaled to 64 pixels, plain grounds
were laid behind them, and they were moved, mirrored and composed into scenes; none of them is in
this repository. Written by `python -m core_server.pocket.data.credits`.

| package, version | whose | licence | SHA-256 of the package |
|---|---|---|---|"""

_TERMS = {
    "MIT": "https://opensource.org/license/mit",
    "Apache-2.0": "https://www.apache.org/licenses/LICENSE-2.0",
    "CC-BY-4.0": "https://creativecommons.org/licenses/by/4.0/",
    "CC-BY-3.0": "https://creativecommons.org/licenses/by/3.0/",
    "CC-BY-3.0-US": "https://creativecommons.org/licenses/by/3.0/us/",
    "CC0-1.0": "https://creativecommons.org/publicdomain/zero/1.0/",
}


def attributions() -> str:
    """ATTRIBUTIONS.md. Needs the drawn models in the cache, whose makers it names."""
    makers = read_credits(cache_folder())
    lines = [_HEAD]
    lines += [
        f"| `{source.package}` {source.version} | {source.attribution} | {_link(source.licence)} "
        f"| `{source.sha256}` |"
        for source in SOURCES
    ]
    for catalogue in FURNITURE.catalogues:
        whose = catalogue.attribution.replace("by `read_credits`", "below")
        lines.append(
            f"| `{FURNITURE.package}` {FURNITURE.version}, {catalogue.name} | {whose} "
            f"| {_link(catalogue.licence)} | `{FURNITURE.sha256}` |"
        )
    for catalogue in FURNITURE.catalogues:
        if len(makers[catalogue.name]) > 2:
            named = ", ".join(makers[catalogue.name])
            lines += ["", f"Makers of the models in {catalogue.name}: {named}."]
    return "\n".join(lines)


def _link(licence: str) -> str:
    return f"[{licence}]({_TERMS[licence]})"


if __name__ == "__main__":
    print(attributions())
