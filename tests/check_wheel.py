"""`make dist` runs this: a built wheel has everything, nothing else, and starts by itself."""

import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

NEEDED = (
    "protocol/SPEC.md",
    "protocol/py.typed",
    "core_server/py.typed",
    "core_server/operations/styles.toml",
    "core_server/demo/photo.jpg",
    "core_server/demo/PHOTO-LICENCE.txt",
    "core_server/pocket/weights/manifest.json",
    "plugins/common/about.py",
    "plugins/blender/blender_manifest.toml",
    "plugins/gimp/GIMPFU.md",
    "plugins/gimp/impasto.py",
    "plugins/krita/impasto.desktop",
    "plugins/krita/manual.html",
)
PACKAGES = {"core_server", "plugins", "protocol"}
LARGEST_MB = 100
"""What a package index takes from everybody."""


def check(wheel: Path) -> list[str]:
    """What is wrong with it, as sentences."""
    names = zipfile.ZipFile(wheel).namelist()
    wrong = [f"{name} is missing" for name in NEEDED if name not in names]
    folders = {name.split("/")[0] for name in names if ".dist-info/" not in name}
    wrong += [f"{extra} does not belong in it" for extra in folders - PACKAGES]
    wrong += [f"{name} was left in it" for name in names if name.endswith((".pyc", ".log"))]
    size = wheel.stat().st_size / 1e6
    if size > LARGEST_MB:
        wrong.append(f"it has {size:.0f} MB; {LARGEST_MB} are allowed")
    return wrong + _run(wheel)


def _run(wheel: Path) -> list[str]:
    """Starts, and packs a plugin, from the wheel alone, with this Python's dependencies."""
    commands = {
        "it does not start": ["-c", "import core_server.__main__ as m; m.main()", "--help"],
        "it packs no plugin for Blender": ["-m", "plugins.build", "blender", "--out", "built"],
        "it packs no plugin for Krita": ["-m", "plugins.build", "krita", "--out", "built"],
        "it packs no plugin for GIMP": ["-m", "plugins.build", "gimp", "--out", "built"],
    }
    wrong = []
    with tempfile.TemporaryDirectory() as folder:
        zipfile.ZipFile(wheel).extractall(folder)
        for sentence, command in commands.items():
            answer = subprocess.run(
                [sys.executable, "-P", *command],
                cwd=folder,
                env={**os.environ, "PYTHONPATH": folder, "IMPASTO_HOME": f"{folder}/home"},
                capture_output=True,
                text=True,
            )
            if answer.returncode != 0:
                wrong.append(f"{sentence}: {answer.stderr}")
    return wrong


if __name__ == "__main__":
    troubles = check(Path(sys.argv[1]))
    for trouble in troubles:
        print(f"{sys.argv[1]}: {trouble}", file=sys.stderr)
    sys.exit(1 if troubles else 0)
