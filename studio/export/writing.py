"""Writing an export: to a file beside, synced, then renamed. Blocks; not on the GUI thread."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from types import ModuleType

from studio.export import csv_form, json_form
from studio.export.row import Head, Row, Signed, Sums, Tail
from studio.export.seal import START, digest

FORMS: dict[str, ModuleType] = {"csv": csv_form, "json": json_form}
#: Rows between two words about the progress.
_EVERY = 5_000


class Cancelled(Exception):
    """The host does not want it any more; nothing is left behind."""


def write_export(
    path: Path,
    form_name: str,
    head: Head,
    rows: Iterable[Row],
    signed: Signed | None,
    *,
    progress: Callable[[int], object] = lambda rows: None,
    stop: Callable[[], bool] = lambda: False,
) -> Tail:
    """Writes all of it, or nothing. Raises OSError, `Cancelled`."""
    part = path.with_name(path.name + ".part")
    try:
        with part.open("wb") as file:
            tail = _write(file.write, FORMS[form_name], head, rows, signed, progress, stop)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise
    return tail


def _write(
    write: Callable[[bytes], object],
    form: ModuleType,
    head: Head,
    rows: Iterable[Row],
    signed: Signed | None,
    progress: Callable[[int], object],
    stop: Callable[[], bool],
) -> Tail:
    write(form.first_line())
    sums, body = Sums(), form.head_body(head)
    seal = digest(START, body)
    write(form.sealed(body, seal))
    waiting: bytes | None = None  # a row is written when it is known whether another follows
    for row in rows:
        if waiting is not None:
            write(form.sealed(waiting, seal))
        sums.add(row)
        waiting = form.row_body(row)
        seal = digest(seal, waiting)
        if sums.rows % _EVERY == 0:
            progress(sums.rows)
            if stop():
                raise Cancelled
    if waiting is not None:
        write(form.sealed(waiting, seal, last=True))
    tail = sums.tail(signed)
    body = form.tail_body(tail)
    write(form.sealed(body, digest(seal, body)))
    return tail
