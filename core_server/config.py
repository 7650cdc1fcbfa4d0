"""Every default of the daemon, in one place; `settings.toml` in Impasto's folder overrides.

Reads one file and a few environment variables; decides nothing else.
"""

import os
import tomllib
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from protocol.connection import home
from protocol.errors import BadRequest
from protocol.messages import Limits


@dataclass(frozen=True)
class Settings:
    """devices: torch names ("cpu", "cuda:0", …), or "auto": the best this machine has.

    bind: address of the tcp socket; anything but loopback needs CURVE keys.
    port: 0 = any free one. results_mb: disk for finished jobs, the oldest go first.
    idle_release_s: idle models give their memory back after so long; 0 = never.
    hang_s: a worker silent for so long is replaced. stop_s: time a cancelled job has to stop
    before its worker is replaced. vanished_s: how long a client may be away before its jobs
    with `on_disconnect: cancel` are cancelled.
    """

    devices: tuple[str, ...] = ("auto",)
    bind: str = "127.0.0.1"
    port: int = 0
    curve_keys: Path | None = None
    results_mb: int = 4096
    idle_release_s: float = 600.0
    hang_s: float = 900.0
    stop_s: float = 10.0
    vanished_s: float = 5.0
    limits: Limits = field(default_factory=Limits)


def settings_path() -> Path:
    return home() / "settings.toml"


def styles_path() -> Path:
    return home() / "styles.toml"


def models_path() -> Path:
    return home() / "models.json"


def load_settings() -> Settings:
    """Defaults, then settings.toml, then IMPASTO_DEVICE (a comma-separated list).

    Raises BadRequest naming the file and the field.
    """
    settings = Settings()
    if settings_path().exists():
        settings = replace(settings, **_read(settings_path()))
    devices = os.environ.get("IMPASTO_DEVICE")
    if devices:
        settings = replace(settings, devices=tuple(devices.replace(" ", "").split(",")))
    return settings


def _read(path: Path) -> dict[str, Any]:
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadRequest(f"{path} cannot be read: {error}.") from error
    return {name: _value(path, name, value) for name, value in table.items()}


def _value(path: Path, name: str, value: object) -> object:
    known = {f.name: getattr(Settings(), f.name) for f in fields(Settings)}
    if name not in known or name == "limits":
        names = ", ".join(sorted(known.keys() - {"limits"}))
        raise BadRequest(f"{path}: there is no setting {name!r}; there are: {names}.", field=name)
    default = known[name]
    if name == "devices" and isinstance(value, list) and all(isinstance(v, str) for v in value):
        return tuple(value)
    if name == "curve_keys" and isinstance(value, str):
        return Path(value).expanduser()
    if isinstance(default, (int, float)) and type(value) in (int, float):
        if not isinstance(value, (int, float)) or value < 0:
            raise BadRequest(f"{path}: {name} must not be negative.", field=name)
        return type(default)(value)
    if isinstance(default, str) and isinstance(value, str):
        return value
    kind = {"devices": "a list of texts", "curve_keys": "a path"}.get(name, "a number")
    raise BadRequest(f"{path}: {name} must be {kind}.", field=name)
