"""Where a LIVE goes beside the backend. GUI thread; services only."""
