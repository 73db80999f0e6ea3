"""Recorded events of other platforms, turned into our own terms. No Qt, no net, no backend, no protocol."""
