"""Scenes: the tile, its card, and the editor of layers over the preview."""
