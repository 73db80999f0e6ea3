"""Scenes: the host's book of them, what they need opened, and their files."""
