"""Comments and people: who may talk, what rules stop, what was done about it, by whom, and its undo."""
