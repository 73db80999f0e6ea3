"""Fixtures of moderation's tests: the feed's panel on the app's real services, with its link recording."""

from tests.ui.feed.conftest import panel, rig, theme

__all__ = ["panel", "rig", "theme"]
