"""GIMP 2's gimpplugin registered procedures by classes: importing it says what to use."""

from plugins.gimp.fu.errors import NotSupported

raise NotSupported(
    "gimpplugin is not there in GIMP 3. Declare each procedure by register() of gimpfu with a "
    "function, and call main() at the end."
)
