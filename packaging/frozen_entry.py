"""Where the frozen app starts: the same `main` as the `host-studio` command and `python -m studio`."""

import sys

from studio.__main__ import main

if __name__ == "__main__":
    sys.exit(main())
