"""Writing an export: to a file beside, synced, then renamed. Blocks; not on the GUI thread."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import ModuleType
from typing import BinaryIO

from studio.export.packed import FORMS, Packed
from studio.export.row import Head, Signed, Sums, Tail
from studio.export.seal import START, digest

#: Rows between two words about the progress.
_EVERY = 5_000


class Cancelled(Exception):
    """The host does not want it any more; nothing is left behind."""


def write_export(
    path: Path,
    form_name: str,
    head: Head,
    packs: Iterable[Packed],
    signed: Signed | None,
    *,
    progress: Callable[[int], object] = lambda rows: None,
    stop: Callable[[], bool] = lambda: False,
) -> Tail:
    """Writes all of it, or nothing; ``packs`` are of this form. Raises OSError, `Cancelled`."""
    with whole_or_nothing(path) as file:
        return write_lines(file.write, FORMS[form_name], head, packs, signed, progress=progress, stop=stop)


@contextlib.contextmanager
def whole_or_nothing(path: Path) -> Iterator[BinaryIO]:
    """A file that stands there once all of it is on the disk. Raises OSError."""
    part = path.with_name(path.name + ".part")
    try:
        with part.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise


def write_lines(
    write: Callable[[bytes], object],
    form: ModuleType,
    head: Head,
    packs: Iterable[Packed],
    signed: Signed | None,
    *,
    progress: Callable[[int], object] = lambda rows: None,
    stop: Callable[[], bool] = lambda: False,
    start: str = START,
) -> Tail:
    """Head, rows and totals, a ``write`` a line, chained behind ``start``. Raises `Cancelled`."""
    write(form.first_line())
    body = form.head_body(head)
    seal = digest(start, body)
    write(form.sealed(body, seal))
    sums, no = Sums(), 0
    waiting: bytes | None = None  # a row is written when it is known whether another follows
    for pack in packs:
        for rest in pack.bodies():
            if waiting is not None:
                write(form.sealed(waiting, seal))
            no += 1
            waiting = form.numbered(no, rest)
            seal = digest(seal, waiting)
            if no % _EVERY == 0:
                progress(no)
                if stop():
                    raise Cancelled
        sums.add_all(pack.sums)
    if stop():  # then what gives the rows ended early
        raise Cancelled
    if waiting is not None:
        write(form.sealed(waiting, seal, last=True))
    tail = sums.tail(signed)
    body = form.tail_body(tail)
    write(form.sealed(body, digest(seal, body)))
    return tail
