"""Widgets the screens share, one class a file. They know the theme, not the services."""
