"""The goal of a LIVE: its card, and the fields it is asked for with. GUI thread; services and model only."""
