"""How the host sets the look of their picture: a card of sliders and an eyedropper. GUI thread."""
