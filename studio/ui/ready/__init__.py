"""The Ready screen: what the LIVE will be, whether all is in order, and Go LIVE. GUI thread."""
