"""What is read aloud to the host. GUI thread; services and model only."""
