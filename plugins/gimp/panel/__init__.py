"""*Windows ▸ Impasto*: a window beside the image, over the same `Desk` as Krita's docker."""
