"""GIMP 2's module `gimp`, on GIMP 3, for sources that say `import gimp`."""

import sys

from plugins.gimp.fu import gimp_module

sys.modules[__name__] = gimp_module
