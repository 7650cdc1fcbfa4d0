"""How good pocket is: figures that no choice of ours can flatter, for the manifest and the card.

Nothing that paints may import this package, and nothing here trains pocket.
"""
