"""What every plugin does alike, whatever paint program it lives in: standard library only.

Knows `protocol` and the `Host` that it is given; never a toolkit, never a document.
"""
