"""Style presets: named words that are added to a prompt, from a file the artist can edit."""

import tomllib
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from protocol.errors import BadRequest


@dataclass(frozen=True)
class Style:
    """prompt: a template with `{prompt}` in it, or words to append."""

    label: str
    prompt: str
    negative_prompt: str = ""

    def apply(self, prompt: str, negative_prompt: str) -> tuple[str, str]:
        """Prompt and negative prompt with this style's words."""
        if "{prompt}" in self.prompt:
            styled = self.prompt.replace("{prompt}", prompt)
        else:
            styled = _join(prompt, self.prompt)
        return styled, _join(negative_prompt, self.negative_prompt)


def load_styles(artist_file: Path | None = None) -> dict[str, Style]:
    """The shipped presets, changed and extended by the artist's file where there is one.

    Raises BadRequest naming the file, the preset and the field that is wrong.
    """
    shipped = files("core_server.operations").joinpath("styles.toml").read_text("utf-8")
    styles = _parse(shipped, "styles.toml")
    if artist_file is not None and artist_file.exists():
        styles.update(_parse(artist_file.read_text("utf-8"), str(artist_file)))
    return styles


def _parse(text: str, name: str) -> dict[str, Style]:
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadRequest(f"{name} is not valid TOML: {error}.") from error
    return {key: _style(name, key, table) for key, table in tables.items()}


def _style(name: str, key: str, table: object) -> Style:
    known = ("label", "prompt", "negative_prompt")
    if not isinstance(table, dict) or not isinstance(table.get("prompt"), str):
        raise BadRequest(f'{name}: the style [{key}] needs a line prompt = "…".')
    for field, value in table.items():
        if field not in known or not isinstance(value, str):
            raise BadRequest(
                f"{name}: in the style [{key}], {field} must be text named one of "
                f"{', '.join(known)}."
            )
    return Style(**{"label": key, **table})


def _join(words: str, more: str) -> str:
    return ", ".join(part for part in (words.strip(), more.strip()) if part)
