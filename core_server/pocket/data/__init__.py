"""Pictures and captions that pocket learns from: open emoji, seamless textures, plain shapes.

It must not import torch: building and sampling the data needs only numpy, Pillow and resvg.
"""
