"""How operations are carried out: from stored inputs to stored layers, with any engine.

Must not import torch or zmq, nor know who asked.
"""
