"""Choosing what lies over the picture. GUI thread."""
