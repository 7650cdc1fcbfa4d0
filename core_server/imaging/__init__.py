"""Pixel work on numpy arrays: layouts, masks, fitting, pre-fill, compositing, files.

Must never import torch, zmq or anything above `protocol`; every function is pure but for `files`
and `ora`, which read and write the named file only.
"""
