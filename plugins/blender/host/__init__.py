"""Blender's datablocks and pixels: the only files of the extension that touch them.

Must not talk to the daemon, nor draw anything.
"""
