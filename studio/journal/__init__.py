"""What happened in every LIVE, kept on the host's machine. No Qt, no net, no protocol."""
