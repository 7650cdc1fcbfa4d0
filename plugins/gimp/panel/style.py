"""The few things that GIMP's theme does not say. Colours that suit dark and light themes alike."""

from __future__ import annotations

from plugins.gimp.panel.gtk import Gdk, Gtk

_CSS = b"""
#impasto-notice { border-left: 3px solid alpha(currentColor, 0.4); padding: 2px 0 2px 6px; }
#impasto-notice.impasto-error { border-left-color: #c8503f; }
#impasto-applied { color: #37b35f; margin: 2px; text-shadow: 0 0 2px black; }
#impasto-panel flowboxchild { padding: 0; background: none; }
#impasto-panel flowboxchild:selected image {
  box-shadow: 0 0 0 3px #3d8ee6;
}
#impasto-intents button:checked {
  background-image: none; background-color: @theme_selected_bg_color;
}
#impasto-intents button:checked label { color: @theme_selected_fg_color; }
#impasto-share spinbutton button { padding: 0 3px; min-width: 18px; }
#impasto-image { -GtkComboBox-appears-as-list: 1; }
#impasto-panel button.suggested-action { font-weight: bold; }
#impasto-panel textview text { background-color: transparent; }
#impasto-panel progressbar, #impasto-panel progress, #impasto-panel trough {
  min-height: 5px;
}
"""


def apply_style() -> None:
    """To every window of this process."""
    provider = Gtk.CssProvider()
    provider.load_from_data(_CSS)
    priority = Gtk.STYLE_PROVIDER_PRIORITY_APPLICATION
    Gtk.StyleContext.add_provider_for_screen(Gdk.Screen.get_default(), provider, priority)
