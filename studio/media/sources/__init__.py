"""Where pictures come from: `source` is the seam, the others are cameras, files and drawn pictures."""
