"""What an artist can ask for: declarations only, one file per operation.

Light on purpose: the command line, the daemon and the documentation read them without a model.
How an operation is carried out is in `core_server.execution`, in the file of the same name.
"""

from core_server.operations.generate import CONTROL_KINDS, generate
from core_server.operations.inpaint import inpaint
from core_server.operations.material import MATERIAL, material
from core_server.operations.mix import mix
from core_server.operations.rehearse import REHEARSE, rehearse
from core_server.operations.styles import Style, load_styles
from core_server.operations.vary import vary
from protocol.params import Catalogue

__all__ = ["CONTROL_KINDS", "MATERIAL", "REHEARSE", "Style", "catalogue", "load_styles"]


def catalogue(styles: dict[str, Style], *, with_rehearse: bool = False) -> Catalogue:
    """All operations, with the artist's style presets among the choices.

    with_rehearse: also the one that paints nothing, for tests and benchmarks.
    """
    operations = (generate(styles), inpaint(styles), vary(), mix(), material())
    return Catalogue((*operations, rehearse()) if with_rehearse else operations)
