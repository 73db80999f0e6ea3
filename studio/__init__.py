"""Host Studio: the desktop app a creator hosts LIVEs with, and its reference backend."""

import time

#: When this program's code began, Unix seconds. The process may be older: `dev.py` becomes the app.
STARTED_S = time.time()

__version__ = "0.1.0"
