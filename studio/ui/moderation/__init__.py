"""Comments that wait, the rules that stopped them, and the log."""
