"""Keeps the libraries under the engine off the network and quiet.

Must not import torch, diffusers or transformers at module level: they read the environment
when they are imported, so it has to be set first.
"""

from __future__ import annotations

import os
from types import ModuleType

ENVIRONMENT = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    "TRANSFORMERS_VERBOSITY": "error",
    "DIFFUSERS_VERBOSITY": "error",
    "TOKENIZERS_PARALLELISM": "false",
}


def set_environment() -> None:
    """Forbid downloads and telemetry, whatever was set before. Call before the first import."""
    os.environ.update(ENVIRONMENT)


def import_diffusers() -> ModuleType:
    """The diffusers module: offline, without progress bars, and with torchvision usable."""
    set_environment()
    from core_server.engine import torchvision_shim

    torchvision_shim.install()
    import diffusers
    import transformers

    library: ModuleType = diffusers
    diffusers.utils.logging.set_verbosity_error()
    diffusers.utils.logging.disable_progress_bar()
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    return library
