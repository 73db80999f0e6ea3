#!/usr/bin/env python3
"""The developer's commands: run, test, bench, soak, package, lock. See `python3 packaging/dev.py --help`.

This file keeps to syntax that very old Pythons read, so that they can say what is wrong.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - an older Python does get here
    sys.exit(
        "Host Studio needs Python 3.11 or newer; this is Python "
        + ".".join(str(number) for number in sys.version_info[:3])
        + " ("
        + str(sys.executable)
        + ").\nInstall a newer one (https://www.python.org/downloads/, or your system's packages)"
        + " and start this command with it, for example: python3.12 packaging/dev.py run"
    )

from devtools.cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
