"""Procedures of GIMP 2 that are only called otherwise in GIMP 3; the arguments are the same.

Names only; must stay importable without GIMP.
"""

from __future__ import annotations

from collections.abc import Mapping

ITEM_KINDS = ("drawable", "layer", "channel", "vectors")
"""GIMP 2 had calls of their own for what is any item's."""

_OF_ITEMS = {
    "delete": "gimp-item-delete",
    "get-image": "gimp-item-get-image",
    "get-name": "gimp-item-get-name",
    "set-name": "gimp-item-set-name",
    "get-tattoo": "gimp-item-get-tattoo",
    "set-tattoo": "gimp-item-set-tattoo",
    "get-visible": "gimp-item-get-visible",
    "set-visible": "gimp-item-set-visible",
    "is-valid": "gimp-item-id-is-valid",
    "parasite-attach": "gimp-item-attach-parasite",
    "parasite-detach": "gimp-item-detach-parasite",
    "parasite-find": "gimp-item-get-parasite",
}

_OF_PATHS = (
    "new",
    "new-from-text-layer",
    "copy",
    "remove-stroke",
    "stroke-close",
    "stroke-flip",
    "stroke-flip-free",
    "stroke-get-length",
    "stroke-get-point-at-dist",
    "stroke-new-from-points",
    "stroke-reverse",
    "stroke-rotate",
    "stroke-scale",
    "stroke-translate",
    "bezier-stroke-new-moveto",
    "bezier-stroke-new-ellipse",
    "bezier-stroke-lineto",
    "bezier-stroke-conicto",
    "bezier-stroke-cubicto",
)

_OF_STACKS = {
    "raise": "gimp-image-raise-item",
    "lower": "gimp-image-lower-item",
}

_COLORS = {
    "get-background": "gimp-context-get-background",
    "get-foreground": "gimp-context-get-foreground",
    "set-background": "gimp-context-set-background",
    "set-foreground": "gimp-context-set-foreground",
    "set-default-colors": "gimp-context-set-default-colors",
    "swap-colors": "gimp-context-swap-colors",
}

_OTHERS = {
    # Drawables
    "gimp-drawable-width": "gimp-drawable-get-width",
    "gimp-drawable-height": "gimp-drawable-get-height",
    "gimp-drawable-offsets": "gimp-drawable-get-offsets",
    "gimp-drawable-is-layer": "gimp-item-id-is-layer",
    "gimp-drawable-is-layer-mask": "gimp-item-id-is-layer-mask",
    "gimp-drawable-is-channel": "gimp-item-id-is-channel",
    "gimp-drawable-is-text-layer": "gimp-item-id-is-text-layer",
    "gimp-item-is-valid": "gimp-item-id-is-valid",
    "gimp-item-is-drawable": "gimp-item-id-is-drawable",
    "gimp-item-is-layer": "gimp-item-id-is-layer",
    "gimp-item-is-layer-mask": "gimp-item-id-is-layer-mask",
    "gimp-item-is-channel": "gimp-item-id-is-channel",
    "gimp-item-is-selection": "gimp-item-id-is-selection",
    "gimp-item-is-text-layer": "gimp-item-id-is-text-layer",
    "gimp-item-is-vectors": "gimp-item-id-is-path",
    # Layers
    "gimp-layer-translate": "gimp-item-transform-translate",
    "gimp-layer-mask": "gimp-layer-get-mask",
    "gimp-layer-get-preserve-trans": "gimp-layer-get-lock-alpha",
    "gimp-layer-set-preserve-trans": "gimp-layer-set-lock-alpha",
    # Images
    "gimp-image-width": "gimp-image-get-width",
    "gimp-image-height": "gimp-image-get-height",
    "gimp-image-base-type": "gimp-image-get-base-type",
    "gimp-image-is-valid": "gimp-image-id-is-valid",
    "gimp-image-get-layer-position": "gimp-image-get-item-position",
    "gimp-image-get-channel-position": "gimp-image-get-item-position",
    "gimp-image-get-vectors-position": "gimp-image-get-item-position",
    "gimp-image-get-vectors-by-name": "gimp-image-get-path-by-name",
    "gimp-image-get-vectors-by-tattoo": "gimp-image-get-path-by-tattoo",
    "gimp-image-insert-vectors": "gimp-image-insert-path",
    "gimp-image-remove-vectors": "gimp-image-remove-path",
    "gimp-image-freeze-vectors": "gimp-image-freeze-paths",
    "gimp-image-thaw-vectors": "gimp-image-thaw-paths",
    "gimp-image-parasite-attach": "gimp-image-attach-parasite",
    "gimp-image-parasite-detach": "gimp-image-detach-parasite",
    "gimp-image-parasite-find": "gimp-image-get-parasite",
    "gimp-image-undo-push-group-start": "gimp-image-undo-group-start",
    "gimp-image-undo-push-group-end": "gimp-image-undo-group-end",
    "gimp-undo-push-group-start": "gimp-image-undo-group-start",
    "gimp-undo-push-group-end": "gimp-image-undo-group-end",
    "gimp-channel-ops-duplicate": "gimp-image-duplicate",
    "gimp-channel-ops-offset": "gimp-drawable-offset",
    "gimp-crop": "gimp-image-crop",
    "gimp-convert-rgb": "gimp-image-convert-rgb",
    "gimp-convert-grayscale": "gimp-image-convert-grayscale",
    "gimp-convert-indexed": "gimp-image-convert-indexed",
    "gimp-display-is-valid": "gimp-display-id-is-valid",
    "gimp-parasite-attach": "gimp-attach-parasite",
    "gimp-parasite-detach": "gimp-detach-parasite",
    "gimp-parasite-find": "gimp-get-parasite",
    "gimp-vectors-export-to-file": "gimp-image-export-path-to-file",
    "gimp-vectors-export-to-string": "gimp-image-export-path-to-string",
    "plug-in-autocrop": "gimp-image-autocrop",
    "plug-in-autocrop-layer": "gimp-image-autocrop-selected-layers",
    # Editing
    "gimp-edit-clear": "gimp-drawable-edit-clear",
    "gimp-edit-stroke": "gimp-drawable-edit-stroke-selection",
    "gimp-edit-stroke-vectors": "gimp-drawable-edit-stroke-item",
    "gimp-edit-paste-as-new": "gimp-edit-paste-as-new-image",
    "gimp-edit-named-paste-as-new": "gimp-edit-named-paste-as-new-image",
    # Colours
    "gimp-color-balance": "gimp-drawable-color-balance",
    "gimp-colorize": "gimp-drawable-colorize-hsl",
    "gimp-desaturate-full": "gimp-drawable-desaturate",
    "gimp-equalize": "gimp-drawable-equalize",
    "gimp-levels-auto": "gimp-drawable-levels-stretch",
    "gimp-levels-stretch": "gimp-drawable-levels-stretch",
    "gimp-posterize": "gimp-drawable-posterize",
    "gimp-transform-2d": "gimp-drawable-transform-2d",
    # The context
    "gimp-brushes-set-brush": "gimp-context-set-brush",
    "gimp-brushes-get-opacity": "gimp-context-get-opacity",
    "gimp-brushes-set-opacity": "gimp-context-set-opacity",
    "gimp-brushes-get-paint-mode": "gimp-context-get-paint-mode",
    "gimp-brushes-set-paint-mode": "gimp-context-set-paint-mode",
    "gimp-gradients-get-gradient": "gimp-context-get-gradient",
    "gimp-gradients-set-gradient": "gimp-context-set-gradient",
    "gimp-palettes-set-palette": "gimp-context-set-palette",
    "gimp-patterns-set-pattern": "gimp-context-set-pattern",
    "gimp-context-get-dynamics": "gimp-context-get-dynamics-name",
    "gimp-context-set-dynamics": "gimp-context-set-dynamics-name",
    # Palettes, text, the rest
    "gimp-palette-get-info": "gimp-palette-get-color-count",
    "gimp-palette-entry-get-color": "gimp-palette-get-entry-color",
    "gimp-palette-entry-set-color": "gimp-palette-set-entry-color",
    "gimp-palette-entry-get-name": "gimp-palette-get-entry-name",
    "gimp-palette-entry-set-name": "gimp-palette-set-entry-name",
    "gimp-text-layer-get-hinting": "gimp-text-layer-get-hint-style",
    "gimp-temp-name": "gimp-temp-file",
    "gimp-file-save-thumbnail": "gimp-file-create-thumbnail",
}

RENAMED: Mapping[str, str] = {
    **{f"gimp-{kind}-{old}": new for kind in ITEM_KINDS for old, new in _OF_ITEMS.items()},
    **{f"gimp-vectors-{each}": f"gimp-path-{each}" for each in _OF_PATHS},
    **{
        f"gimp-image-{old}-{kind}": new
        for kind in ("layer", "channel", "vectors")
        for old, new in _OF_STACKS.items()
    },
    **{
        f"gimp-image-{old}-{kind}-to-{end}": f"{new}-to-{end}"
        for kind in ("layer", "channel", "vectors")
        for old, new, end in (
            ("raise", "gimp-image-raise-item", "top"),
            ("lower", "gimp-image-lower-item", "bottom"),
        )
    },
    **{f"gimp-palette-{old}": new for old, new in _COLORS.items()},
    **_OTHERS,
}
"""Name in GIMP 2 → name in GIMP 3, or another name of GIMP 2 that the binding knows."""

RESOURCES: Mapping[str, str] = {
    f"gimp-{kind}-{what}": f"gimp-resource-{what}"
    for kind in ("brush", "gradient", "palette")
    for what in ("delete", "duplicate", "rename", "is-editable")
}
"""The same, but what is meant is found by its name among its kind (`old_texts.py`)."""

LOADERS = (
    "file-bmp-load",
    "file-cel-load",
    "file-dds-load",
    "file-dicom-load",
    "file-exr-load",
    "file-farbfeld-load",
    "file-fits-load",
    "file-fli-load",
    "file-gbr-load",
    "file-gif-load",
    "file-gih-load",
    "file-heif-load",
    "file-ico-load",
    "file-j2k-load",
    "file-jp2-load",
    "file-jpeg-load",
    "file-jpegxl-load",
    "file-openraster-load",
    "file-pat-load",
    "file-pcx-load",
    "file-pdf-load",
    "file-pix-load",
    "file-png-load",
    "file-pnm-load",
    "file-ps-load",
    "file-psd-load",
    "file-psp-load",
    "file-raw-load",
    "file-rgbe-load",
    "file-sgi-load",
    "file-sunras-load",
    "file-svg-load",
    "file-tga-load",
    "file-tiff-load",
    "file-wbmp-load",
    "file-webp-load",
    "file-wmf-load",
    "file-xbm-load",
    "file-xmc-load",
    "file-xpm-load",
    "file-xwd-load",
    "file-qoi-load",
)
"""Loaders, which GIMP 2 gave the file's name twice (`old_files.py`)."""
