"""History: every LIVE kept on this computer, looked back at."""
