"""The package's version, from its metadata."""

from importlib.metadata import PackageNotFoundError, version

try:
    VERSION = version("impasto")
except PackageNotFoundError:  # run from a checkout that was not installed
    VERSION = "0.0.0"
