"""What is heard and seen when a gift comes, by tier and by gift. GUI thread; services and model only."""
