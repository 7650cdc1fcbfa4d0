"""GIMP 2's calls that save rarer formats, which were given the name twice, and one drawable.

Every function stands for what it is decorated with; the first line says what it calls in GIMP 3.
"""

from __future__ import annotations

from typing import Any

from plugins.gimp.fu.old_files import export, export_all
from plugins.gimp.fu.stand_ins import stands_for


@stands_for("file-pnm-save", "file-ppm-save")
def ppm_save(image: Any, drawable: Any, name: Any, raw_name: Any = None, raw: Any = 1) -> None:
    """file-ppm-export."""
    export("ppm", image, drawable, name, raw=int(bool(raw)))


@stands_for("file-pgm-save")
def pgm_save(image: Any, drawable: Any, name: Any, raw_name: Any = None, raw: Any = 1) -> None:
    """file-pgm-export."""
    export("pgm", image, drawable, name, raw=int(bool(raw)))


@stands_for("file-pbm-save")
def pbm_save(image: Any, drawable: Any, name: Any, raw_name: Any = None, raw: Any = 1) -> None:
    """file-pbm-export."""
    export("pbm", image, drawable, name, raw=int(bool(raw)))


@stands_for("file-psd-save")
def psd_save(image: Any, drawable: Any, name: Any, raw_name: Any = None, *_: Any) -> None:
    """file-psd-export of the whole image."""
    export_all("psd", image, name)


@stands_for("file-openraster-save")
def openraster_save(image: Any, drawable: Any, name: Any, raw_name: Any = None) -> None:
    """file-openraster-export of the whole image."""
    export_all("openraster", image, name)


@stands_for("file-pdf-save", "file-pdf-save2")
def pdf_save(
    image: Any,
    drawable: Any,
    name: Any,
    raw_name: Any = None,
    vectorize: object = True,
    ignore_hidden: object = True,
    apply_masks: object = True,
    *_: Any,
) -> None:
    """file-pdf-export of the whole image."""
    export_all(
        "pdf",
        image,
        name,
        vectorize=vectorize,
        ignore_hidden=ignore_hidden,
        apply_masks=apply_masks,
    )


@stands_for("file-pcx-save")
def pcx_save(image: Any, drawable: Any, name: Any, raw_name: Any = None) -> None:
    """file-pcx-export."""
    export("pcx", image, drawable, name)


@stands_for("file-xpm-save")
def xpm_save(
    image: Any, drawable: Any, name: Any, raw_name: Any = None, threshold: int = 127
) -> None:
    """file-xpm-export."""
    export("xpm", image, drawable, name, threshold=threshold)


@stands_for("file-sgi-save")
def sgi_save(
    image: Any, drawable: Any, name: Any, raw_name: Any = None, compression: int = 1
) -> None:
    """file-sgi-export."""
    export("sgi", image, drawable, name, compression=compression)


@stands_for("file-sunras-save")
def sunras_save(image: Any, drawable: Any, name: Any, raw_name: Any = None, rle: Any = 1) -> None:
    """file-sunras-export."""
    export("sunras", image, drawable, name, rle=int(bool(rle)))


@stands_for("file-ico-save")
def ico_save(image: Any, drawable: Any, name: Any, raw_name: Any = None) -> None:
    """file-ico-export of the whole image."""
    export_all("ico", image, name)


@stands_for("file-fits-save")
def fits_save(image: Any, drawable: Any, name: Any, raw_name: Any = None) -> None:
    """file-fits-export."""
    export("fits", image, drawable, name)


@stands_for("file-pat-save")
def pat_save(
    image: Any, drawable: Any, name: Any, raw_name: Any = None, description: str = "GIMP Pattern"
) -> None:
    """file-pat-export."""
    export("pat", image, drawable, name, description=description)


@stands_for("file-gbr-save")
def gbr_save(
    image: Any,
    drawable: Any,
    name: Any,
    raw_name: Any = None,
    spacing: int = 10,
    description: str = "GIMP Brush",
) -> None:
    """file-gbr-export."""
    export("gbr", image, drawable, name, spacing=spacing, description=description)
