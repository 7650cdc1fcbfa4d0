#!/usr/bin/env python3
"""What GIMP starts: Impasto's procedures and its panel."""

from plugins.gimp.gimpfu import main
from plugins.gimp.procedures import register_all

register_all()
main()
