"""Who somebody is: the card behind a name. GUI thread; services and model only."""
