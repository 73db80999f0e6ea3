"""The queue of questions in its tab. GUI thread."""
