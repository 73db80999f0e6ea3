"""Where the log goes, and that nothing fails unseen: one rotating file, warnings on standard error.

Secrets never reach it (``net.secret.Secret`` hides itself; commands are not logged).
"""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import Any

_FORMAT = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"
_BYTES, _FILES = 2 * 1024 * 1024, 3

log = logging.getLogger("studio")


def start_logging(folder: Path | None, debug: bool) -> None:
    """Call once, first. Without a writable folder the log is standard error alone."""
    root = logging.getLogger()
    root.setLevel(logging.DEBUG if debug else logging.INFO)
    console = logging.StreamHandler()
    console.setLevel(logging.DEBUG if debug else logging.WARNING)
    console.setFormatter(logging.Formatter(_FORMAT))
    root.addHandler(console)
    logging.getLogger("websockets").setLevel(logging.WARNING)
    logging.getLogger("qasync").setLevel(logging.WARNING)
    logging.captureWarnings(True)
    sys.excepthook = _unhandled
    threading.excepthook = lambda args: log.critical(
        "unhandled in thread %s",
        args.thread.name if args.thread else "?",
        exc_info=(args.exc_type, args.exc_value, args.exc_traceback),  # type: ignore[arg-type]
    )
    if folder is None:
        return
    try:
        file = RotatingFileHandler(
            folder / "studio.log", maxBytes=_BYTES, backupCount=_FILES, encoding="utf-8", delay=True
        )
    except OSError as error:
        log.warning("no log file in %s: %s", folder, error)
        return
    file.setFormatter(logging.Formatter(_FORMAT))
    root.addHandler(file)


def loop_failed(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """For ``loop.set_exception_handler``."""
    log.error("in the event loop: %s", context.get("message"), exc_info=context.get("exception"))


def _unhandled(kind: type[BaseException], error: BaseException, where: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, where)
        return
    log.critical("unhandled", exc_info=(kind, error, where))
