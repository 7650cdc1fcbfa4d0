"""The paint programs on this machine, seen from outside: where their plugins live.

Must not show a paint program, and touches nothing of one but this project's own plugin.
"""
