"""doctor: looks at everything a picture needs, and names a cure for each trouble.

Must not start a daemon or change anything; what is wrong with one check must not hide the others.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from core_server.cli.failure import TROUBLE
from core_server.version import VERSION
from protocol import connection
from protocol.errors import CorruptModel, ImpastoError, NotRunning
from protocol.messages import PROTOCOL_VERSION

if TYPE_CHECKING:
    from core_server.hosts.places import Place

LEVELS = {"ok": ("✓", "green"), "note": ("·", "yellow"), "trouble": ("✗", "red")}
PACKAGES = (
    "torch", "torchvision", "diffusers", "transformers", "open_clip_torch", "safetensors",
    "numpy", "scipy", "pillow", "scikit-image", "tifffile", "imagecodecs", "pypatchmatch",
    "pyzmq", "psutil", "click", "rich",
)  # fmt: skip
MEMORY_GB, DISK_GB = 2, 2
PROBE_TIMEOUT_S = 120
REINSTALL = f"{sys.executable} -m pip install --force-reinstall --no-deps impasto"
PROBE = """
import json, torch
gpus = [torch.cuda.get_device_name(n) for n in range(torch.cuda.device_count())]
mps = torch.backends.mps.is_available()
print(json.dumps({"torch": torch.__version__, "gpus": gpus, "mps": mps}))
"""


class Finding(NamedTuple):
    """What one check saw. level: ok, note (works, could be better) or trouble. cure: what to do."""

    name: str
    level: str
    what: str
    cure: str = ""


Check = Callable[[], Iterator[Finding]]


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list of findings.")
@click.pass_context
def doctor(ctx: click.Context, as_json: bool) -> None:
    """Check this installation. Exit code 1 if there is a trouble."""
    from core_server.cli.console import print_json

    found: list[Finding] = []
    for finding in examine():
        found.append(finding)
        if not as_json:
            _show(finding)
    if as_json:
        print_json([finding._asdict() for finding in found])
    troubles = sum(finding.level == "trouble" for finding in found)
    if not as_json:
        click.echo()
        click.echo(f"{troubles} trouble(s) found." if troubles else "Everything is ready.")
    ctx.exit(TROUBLE if troubles else 0)


def examine() -> Iterator[Finding]:
    """All findings, one after the other; slow checks come last."""
    for check in CHECKS:
        try:
            yield from check()
        except ImpastoError as error:
            yield Finding(check.__name__.strip("_"), "trouble", error.message)
        except OSError as error:
            yield Finding(check.__name__.strip("_"), "trouble", f"{error}.")


def _show(finding: Finding) -> None:
    sign, colour = LEVELS[finding.level]
    plain = bool(os.environ.get("NO_COLOR"))
    click.echo(f"{sign if plain else click.style(sign, fg=colour)} {finding.name:<10}", nl=False)
    click.echo(f" {finding.what}")
    if finding.cure:
        click.echo(f"{'':13}Try: {finding.cure}")


# ---- the checks ------------------------------------------------------------------------------


def python() -> Iterator[Finding]:
    text = f"Python {platform.python_version()} on {platform.platform(terse=True)}"
    if sys.maxsize < 2**32:
        yield Finding("python", "trouble", f"{text}, 32 bit", "a 64-bit Python")
    else:
        yield Finding("python", "ok", f"{text}, in {sys.prefix}")


def packages() -> Iterator[Finding]:
    have, missing = [], []
    for name in PACKAGES:
        try:
            have.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            missing.append(name)
    yield Finding("packages", "ok", f"impasto {VERSION}, {', '.join(have)}")
    if missing:
        cure = f"{sys.executable} -m pip install {' '.join(missing)}"
        yield Finding("packages", "trouble", f"missing: {', '.join(missing)}", cure)


def home() -> Iterator[Finding]:
    """The folder of everything: there, ours, and closed to others."""
    folder = connection.home()
    cure = "set IMPASTO_HOME to a folder of your own"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        yield Finding("home", "trouble", f"{folder} cannot be made: {error.strerror}", cure)
        return
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        yield Finding("home", "trouble", f"{folder} is not yours to write to", cure)
        return
    yield Finding("home", "ok", f"{folder} (settings.toml, styles.toml and daemon.log go here)")
    yield from _closed(folder, 0o022, "go-w", "others may write to")
    path = connection.connection_path()
    if path.exists():
        yield from _closed(path, 0o077, "go-rwx", "others may read the password in")


def _closed(path: Path, forbidden: int, change: str, sentence: str) -> Iterator[Finding]:
    if sys.platform != "win32" and stat.S_IMODE(path.stat().st_mode) & forbidden:
        yield Finding("home", "trouble", f"{sentence} {path}", f"chmod {change} {path}")


def sockets() -> Iterator[Finding]:
    if sys.platform == "win32":
        yield Finding("sockets", "ok", "tcp on this machine only")
    elif connection.ipc_endpoint() is None:
        length = len(os.fsencode(connection.home() / "daemon.sock"))
        yield Finding(
            "sockets", "note",
            f"the path of the Unix socket has {length} bytes, {connection.IPC_PATH_LIMIT} fit; "
            "only tcp is used",
            "a shorter IMPASTO_HOME",
        )  # fmt: skip
    else:
        yield Finding("sockets", "ok", f"{connection.ipc_endpoint()}, and tcp on this machine only")


def launcher() -> Iterator[Finding]:
    """Whether a plugin could start the daemon."""
    try:
        command = connection.read_launcher().command
    except NotRunning:
        yield Finding(
            "launcher", "trouble", "plugins cannot start the daemon: launcher.json is missing",
            f"make {connection.home()} writable, then any impasto command",
        )  # fmt: skip
        return
    if shutil.which(command[0]) is None:
        yield Finding(
            "launcher", "trouble", f"plugins start {command[0]}, which is gone",
            "impasto doctor, run with the Python that has Impasto",
        )  # fmt: skip
    else:
        yield Finding("launcher", "ok", f"plugins start {command[0]}")


def settings() -> Iterator[Finding]:
    """settings.toml and styles.toml can be read. Raises BadRequest naming file and field."""
    from core_server.config import load_settings, styles_path
    from core_server.operations import load_styles

    devices = ", ".join(load_settings().devices)
    styles = len(load_styles(styles_path()))
    yield Finding("settings", "ok", f"devices {devices}; {styles} styles")


def daemon() -> Iterator[Finding]:
    from core_server.cli.daemon import read_status

    try:
        report = read_status()
    except NotRunning:
        if connection.Lock.is_held():
            yield Finding(
                "daemon", "trouble", "a daemon runs but does not answer",
                f"end it, and look into {connection.log_path()}",
            )  # fmt: skip
        else:
            yield Finding("daemon", "ok", "not running; it starts when it is needed")
        return
    except ImpastoError as error:
        yield Finding("daemon", "trouble", error.message, "impasto stop, then again")
        return
    if report.daemon_version != VERSION:
        yield Finding(
            "daemon", "trouble",
            f"version {report.daemon_version} runs, version {VERSION} is installed",
            "impasto stop; the next command starts the new one",
        )  # fmt: skip
        return
    where = " and ".join(report.endpoints)
    yield Finding("daemon", "ok", f"running as process {report.pid} on {where}")
    for device in report.devices:
        yield Finding("device", "ok", f"{device.name} {device.title} ({device.state})")


def plugins() -> Iterator[Finding]:
    """The copy of the plugin in every paint program that is here."""
    from core_server.hosts import blender, gimp, krita

    known: dict[str, Sequence[Place]] = {
        "krita": krita.known_places(),
        "gimp": gimp.known_places(),
        "blender": blender.known_places(),
    }
    for host, places in known.items():
        cure = f"impasto install {host}"
        for place in places:
            if place.package.exists():
                yield _copy(place, cure)
            elif place.is_there():
                what = f"{place.name} is here, without the plugin"
                yield Finding("plugin", "note", what, cure)


def _copy(place: Place, cure: str) -> Finding:
    about, where = place.about(), f"{place.name}: version {{}} in {place.package}"
    if about is None:
        return Finding("plugin", "trouble", where.format("unknown"), cure)
    where = where.format(about.version)
    if about.protocol != PROTOCOL_VERSION:
        return Finding("plugin", "trouble", f"{where} cannot talk to {VERSION}", cure)
    if about.version != VERSION:
        return Finding("plugin", "note", f"{where} is not {VERSION}", cure)
    level, words, other_cure = place.condition()
    what = f"{where}, {words}" if words else where
    return Finding("plugin", level, what, "" if level == "ok" else other_cure or cure)


def memory() -> Iterator[Finding]:
    import psutil

    free, total = psutil.virtual_memory().available / 1e9, psutil.virtual_memory().total / 1e9
    text = f"{free:.1f} of {total:.1f} GB free"
    if free < MEMORY_GB:
        yield Finding("memory", "trouble", text, "close other programs; impasto release")
    else:
        yield Finding("memory", "ok", text)


def disk() -> Iterator[Finding]:
    folder = connection.home()
    free = shutil.disk_usage(folder if folder.is_dir() else Path.home()).free / 1e9
    text = f"{free:.1f} GB free for {folder}"
    if free < DISK_GB:
        yield Finding("disk", "trouble", text, "make room, or set results_mb in settings.toml")
    else:
        yield Finding("disk", "ok", text)


def models() -> Iterator[Finding]:
    """The files of every model and ControlNet are there and whole."""
    from core_server.config import models_path
    from core_server.models.controls import ControlCard, read_control
    from core_server.models.folders import read_folder
    from core_server.models.registry import EMBEDDED, ModelCard, ModelRegistry

    registry = ModelRegistry(models_path())
    cards: list[ModelCard | ControlCard] = [*registry.list(), *registry.controls()]
    if not any(card.name == EMBEDDED for card in cards):
        yield Finding(
            "models", "trouble", "the embedded model is missing from the package", REINSTALL
        )  # fmt: skip
    for card in cards:
        try:
            if isinstance(card, ControlCard):
                read_control(Path(card.path), card.kind)
            elif card.name == EMBEDDED:
                _require_shards(Path(card.path))
            else:
                read_folder(Path(card.path))
        except ImpastoError as error:
            again = f"impasto models remove {card.name}, and add it again"
            cure = REINSTALL if card.name == EMBEDDED else again
            yield Finding("models", "trouble", f"{card.name}: {error.message}", cure)
        else:
            yield Finding("models", "ok", f"{card.name} ({card.bytes / 1e6:.0f} MB)")


def _require_shards(folder: Path) -> None:
    """All files of the embedded model are there, as long as they were. Raises CorruptModel."""
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    for shard in manifest["shards"]:
        path = folder / shard["name"]
        if not path.is_file() or path.stat().st_size != shard["bytes"]:
            raise CorruptModel(f"{path} is missing or cut short.")


def device() -> Iterator[Finding]:
    """What torch can compute on; asked of another process, because a broken torch may crash."""
    try:
        answer = subprocess.run(
            [sys.executable, "-c", PROBE], capture_output=True, text=True, timeout=PROBE_TIMEOUT_S
        )
        facts = json.loads(answer.stdout.strip().splitlines()[-1])
    except subprocess.TimeoutExpired:
        yield Finding("torch", "trouble", "torch did not start within two minutes", "try again")
        return
    except (ValueError, IndexError):
        last = (answer.stderr.strip().splitlines() or [f"exit code {answer.returncode}"])[-1]
        cure = f"{sys.executable} -m pip install --force-reinstall torch"
        yield Finding("torch", "trouble", f"torch cannot be loaded: {last}", cure)
        return
    gpus = facts["gpus"] + (["Apple GPU"] if facts["mps"] else [])
    if gpus:
        yield Finding("torch", "ok", f"torch {facts['torch']} on {', '.join(gpus)}")
    elif shutil.which("nvidia-smi"):
        what = f"torch {facts['torch']} does not see the graphics card and uses the CPU"
        cure = "install the torch build for your card (pytorch.org, Get Started)"
        yield Finding("torch", "note", what, cure)
    else:
        yield Finding("torch", "ok", f"torch {facts['torch']} on the CPU; large models want a GPU")


CHECKS: tuple[Check, ...] = (
    python, packages, home, sockets, launcher, plugins, settings, daemon, memory, disk, models,
    device,
)  # fmt: skip
