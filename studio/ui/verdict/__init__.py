"""How the LIVE is doing: the pill in the top bar and the card behind it. GUI thread."""
