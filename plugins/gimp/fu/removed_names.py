"""Procedures of GIMP 2 that GIMP 3 has not, and that the binding does not stand in for.

Each with a sentence that says what to use instead. Must stay importable without GIMP.
"""

from __future__ import annotations

from collections.abc import Mapping

_BY_HAND = "no call does it in GIMP 3; read and write the pixels with drawable.get_pixel_rgn."

_EXPORTED = (
    "aa",
    "ani",
    "bz2",
    "cel",
    "csource",
    "cur",
    "dds",
    "dicom",
    "eps",
    "exr",
    "farbfeld",
    "fli",
    "gih",
    "gz",
    "header",
    "heif",
    "html-table",
    "icns",
    "jpegxl",
    "pam",
    "pfm",
    "pix",
    "ps",
    "raw",
    "rgbe",
    "xbm",
    "xmc",
    "xwd",
    "xz",
)
"""Formats whose exporters no function with GIMP 2's arguments stands for."""

REMOVED: Mapping[str, str] = {
    **{
        f"file-{kind}-save": "use pdb.gimp_file_save with a name that ends so."
        for kind in _EXPORTED
    },
    # The context and its lists
    "gimp-brushes-get-brush": "use pdb.gimp_context_get_brush and pdb.gimp_brush_get_info.",
    "gimp-brushes-get-brush-data": "use Gimp.Brush.get_buffer.",
    "gimp-brushes-get-spacing": "use pdb.gimp_brush_get_spacing with the brush.",
    "gimp-brushes-set-spacing": "use pdb.gimp_brush_set_spacing with the brush.",
    "gimp-brush-get-pixels": "use Gimp.Brush.get_buffer and get_mask.",
    "gimp-pattern-get-pixels": "use Gimp.Pattern.get_buffer.",
    "gimp-patterns-get-pattern": "use pdb.gimp_context_get_pattern and pdb.gimp_pattern_get_info.",
    "gimp-patterns-get-pattern-data": "use Gimp.Pattern.get_buffer.",
    "gimp-gradients-get-gradient-data": "use pdb.gimp_gradient_get_uniform_samples.",
    "gimp-gradients-sample-custom": "use pdb.gimp_gradient_get_custom_samples.",
    "gimp-palettes-get-palette": "use pdb.gimp_context_get_palette.",
    "gimp-palettes-get-palette-entry": "use pdb.gimp_palette_entry_get_color.",
    "gimp-brush-select-new": "ask for a brush with a PF_BRUSH parameter.",
    # Drawables and images
    "gimp-drawable-set-image": "make a copy for the other image with gimp-layer-new-from-drawable.",
    "gimp-drawable-get-thumbnail": "use drawable.get_thumbnail(width, height, …) of GIMP 3.",
    "gimp-drawable-thumbnail": "use drawable.get_thumbnail(width, height, …) of GIMP 3.",
    "gimp-drawable-sub-thumbnail": "use drawable.get_sub_thumbnail(…) of GIMP 3.",
    "gimp-image-thumbnail": "use image.get_thumbnail(width, height, …) of GIMP 3.",
    "gimp-floating-sel-relax": "leave it out: a floating selection needs no care in GIMP 3.",
    "gimp-floating-sel-rigor": "leave it out: a floating selection needs no care in GIMP 3.",
    "gimp-image-get-color-profile": "use image.get_color_profile() of GIMP 3.",
    "gimp-image-set-color-profile": "use image.set_color_profile(…) of GIMP 3.",
    "gimp-image-get-effective-color-profile": "use image.get_effective_color_profile() of GIMP 3.",
    "gimp-image-convert-color-profile": "use image.convert_color_profile(…) of GIMP 3.",
    "gimp-image-get-metadata": "use image.get_metadata() of GIMP 3.",
    "gimp-image-set-metadata": "use image.set_metadata(…) of GIMP 3.",
    # Old paths, before vectors
    "gimp-path-get-points": "use pdb.gimp_vectors_stroke_get_points.",
    "gimp-path-set-points": "use pdb.gimp_vectors_stroke_new_from_points.",
    "gimp-path-get-point-at-dist": "use pdb.gimp_vectors_stroke_get_point_at_dist.",
    "gimp-path-get-current": "use image.active_vectors.",
    "gimp-path-set-current": "set image.active_vectors.",
    "gimp-path-list": "use image.vectors.",
    "gimp-path-stroke-current": "use pdb.gimp_edit_stroke_vectors.",
    "gimp-path-import": "use pdb.gimp_vectors_import_from_file.",
    "gimp-path-get-locked": "use pdb.gimp_item_get_lock_position.",
    "gimp-path-set-locked": "use pdb.gimp_item_set_lock_position.",
    "gimp-path-get-tattoo": "use path.tattoo.",
    "gimp-path-set-tattoo": "set path.tattoo.",
    "gimp-get-path-by-tattoo": "use pdb.gimp_image_get_vectors_by_tattoo.",
    # Text
    "gimp-text-layer-set-hinting": "use pdb.gimp_text_layer_set_hint_style.",
    "gimp-text-get-extents": "use pdb.gimp_text_get_extents_fontname.",
    # The program itself
    "gimp-get-theme-dir": "GIMP 3 is styled by gimp.css in its folder.",
    "gimp-get-icon-theme-dir": "GIMP 3 tells no plug-in its folder of icons.",
    "gimp-get-color-configuration": "use Gimp.get_color_configuration().",
    "gimp-install-cmap": "leave it out: today's screens need no colormap.",
    "gimp-min-colors": "leave it out: today's screens need no colormap.",
    "gimp-gamma": "leave it out: it was 2.2 at all times.",
    "gimp-default-display": "use gimp.Display(image) for a new window.",
    "gimp-register-load-handler": "GIMP 3 registers loaders by Gimp.LoadProcedure.",
    "gimp-register-magic-load-handler": "GIMP 3 registers loaders by Gimp.LoadProcedure.",
    "gimp-register-save-handler": "GIMP 3 registers exporters by Gimp.ExportProcedure.",
    "gimp-register-file-handler-mime": "GIMP 3 has Gimp.FileProcedure.set_mime_types.",
    "gimp-register-thumbnail-loader": "GIMP 3 has Gimp.ThumbnailProcedure.",
    "gimp-plugin-menu-register": "give register() a menu.",
    "gimp-plugin-menu-branch-register": "name the submenu in the menu path of register().",
    "gimp-plugin-domain-register": "give register() a domain.",
    "gimp-plugin-help-register": "GIMP 3 has no call for it.",
    "gimp-plugin-icon-register": "use Gimp.Procedure.set_icon_name.",
    "gimp-procedural-db-dump": "use pdb.query() and pdb[name].params.",
    "gimp-procedural-db-proc-info": "use pdb[name].params and pdb[name].return_vals.",
    "gimp-procedural-db-proc-arg": "use pdb[name].params.",
    "gimp-procedural-db-proc-val": "use pdb[name].return_vals.",
    "gimp-procedural-db-temp-name": "choose a name yourself: GIMP 3 takes any.",
    "gimp-plugins-query": "use pdb.gimp_plug_ins_query.",
    "gimp-unit-get-number-of-units": "count from 0 with Gimp.Unit.get_by_id until it gives None.",
    "gimp-unit-get-number-of-built-in-units": "there are five: 0 to 4.",
    # Filters that nothing stands in for
    "plug-in-colormap-set": "set image.colormap.",
    "plug-in-filter-pack": "GIMP 3 has no Filter Pack; use pdb.gimp_hue_saturation and the like.",
    "plug-in-iccprofile-apply-rgb": "convert to Gimp.ColorProfile.new_rgb_srgb().",
    "plug-in-iccprofile-apply": "use image.convert_color_profile_from_file(…) of GIMP 3.",
    "plug-in-iccprofile-set": "use image.set_color_profile_from_file(…) of GIMP 3.",
    "plug-in-iccprofile-set-rgb": "use image.set_color_profile(Gimp.ColorProfile.new_rgb_srgb()).",
    "plug-in-iccprofile-info": "use image.get_color_profile().get_label() of GIMP 3.",
    "plug-in-max-rgb": _BY_HAND,
    "plug-in-sel2path-advanced": "use pdb.plug_in_sel2path.",
    "plug-in-the-egg": "nothing: it was a joke of GIMP's makers.",
    "plug-in-the-slow-egg": "nothing: it was a joke of GIMP's makers.",
    "plug-in-twain-acquire": "GIMP 3 has it on Windows and macOS alone, from its menu.",
    "plug-in-win-snap": "use pdb.plug_in_screenshot.",
    "file-uri-load": "use pdb.gimp_file_load, which takes URIs.",
    "file-uri-save": "use pdb.gimp_file_save, which takes URIs.",
}
"""Name in GIMP 2 → what to use instead, to be read after "GIMP 3 has no procedure …: "."""
