"""The one door to PyPatchMatch: seeded patch synthesis on 8-bit pictures.

Must not be called for a picture without source pixels; `remove` decides when patches make sense.
Method: Barnes et al., PatchMatch, SIGGRAPH 2009; Wexler et al., Space-Time Completion, 2007.
"""

from __future__ import annotations

import importlib
import threading
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from core_server.imaging.arrays import Flags
from protocol.errors import Internal

_NEEDED = ("inpaint", "inpaint_regularity", "set_random_seed", "patchmatch_available")

# the library keeps one seed per process: seeding and searching must not be torn apart
_ONE_AT_A_TIME = threading.Lock()


def load() -> ModuleType:
    """The PyPatchMatch module.

    Raises Internal when it is missing, cannot load its library, or when another package of the same
    name (PyPI has several that install a module `patchmatch`) stands in its place.
    """
    try:
        module = importlib.import_module("patchmatch")
    except ImportError as error:
        raise Internal(
            "Removing needs the package pypatchmatch; install it with 'pip install pypatchmatch'."
        ) from error
    missing = [name for name in _NEEDED if not hasattr(module, name)]
    if missing:
        raise Internal(
            f"The module patchmatch in {module.__file__} is not PyPatchMatch 2 (it has no "
            f"{missing[0]}); remove that package and run 'pip install pypatchmatch'."
        )
    if not module.patchmatch_available:
        raise Internal(
            "PyPatchMatch is installed without its library for this system; "
            "reinstall it with 'pip install --force-reinstall pypatchmatch'."
        )
    return module


def synthesise(
    picture: NDArray[np.uint8], hole: Flags, barred: Flags, patch_radius: int, seed: int
) -> NDArray[np.uint8]:
    """Fill `hole` with patches from the rest of `picture`, never from `barred` pixels.

    picture (H, W, 3), hole and barred (H, W). Patches span 2 × patch_radius + 1 pixels. Equal
    inputs and seed give equal pixels.
    """
    module = load()
    with _ONE_AT_A_TIME:
        module.set_random_seed(seed % 2**32)
        filled: NDArray[np.uint8] = module.inpaint(
            picture, hole, global_mask=barred & ~hole, patch_size=patch_radius
        )
    return filled
