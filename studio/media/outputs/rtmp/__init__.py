"""RTMP by hand, without a thread that a silent server could hold (see ARCHITECTURE, Decisions)."""
