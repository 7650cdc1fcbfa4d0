"""The command line `impasto`: one module per group of commands, loaded when it is asked for.

Must not import numpy, torch or rich at import time: `impasto --help` answers at once. Only
`saving` and `console` do, which commands import when they run.
"""
