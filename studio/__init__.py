"""Host Studio: the desktop app a creator hosts LIVEs with, and its reference backend."""

__version__ = "0.1.0"
