"""The settings of the picture: preset, canvas, rate and encoder."""
