"""`python -m studio.backend`: the backend alone, without the studio's command line."""

from __future__ import annotations

import argparse
import sys

from studio.backend import command

if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="studio.backend")
    command.add_arguments(parser)
    sys.exit(command.run(parser.parse_args()))
