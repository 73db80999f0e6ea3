"""Recordings, marks, clips and replays, as far as they are seen. GUI thread; services only."""
