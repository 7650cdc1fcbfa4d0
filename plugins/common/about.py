"""Which version this copy of the plugin is; `plugins.build` writes the real figures into a copy.

Read as text by the installer, so nothing but plain assignments belongs here.
"""

VERSION = "0.0.0"
"""Of the Impasto that the copy was built from; this, in a checkout that is used as it is."""

PROTOCOL = 0
"""The protocol that the copy speaks."""
