"""Work spread over processes, its results in order. Blocks."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, wait
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")

#: More processes than these wait for the one that puts the results together.
_MOST = 4
#: Results that may wait for their turn, for each process: they are memory.
_AHEAD = 4
_LOOK_EVERY_S = 0.05


def in_order(
    work: Callable[[T], R],
    wanted: Sequence[T],
    *,
    many: bool,
    stop: Callable[[], bool],
    failures: tuple[type[Exception], ...],
) -> Iterator[R | Exception]:
    """What ``work`` makes of each, or its failure; ``many``: it is worth processes of their own.

    Ends early when ``stop`` says so. ``work`` is a module's function, what it takes and gives can be pickled.
    """
    if not many:
        yield from _one_by_one(work, wanted, stop, failures)
        return
    count = min(_MOST, os.cpu_count() or 1)
    # Not forked: the thread that waits for the word to stop would not be there, its locks would.
    context = multiprocessing.get_context("spawn")
    others = set(multiprocessing.active_children())
    pool = ProcessPoolExecutor(count, mp_context=context, initializer=_end_with_parent)
    waiting: deque[Future[R]] = deque()
    todo = iter(wanted)
    whole = False
    try:
        while True:
            while len(waiting) < count * _AHEAD and (one := next(todo, None)) is not None:
                waiting.append(pool.submit(work, one))
            if not waiting:
                whole = True
                return
            answer = _answer(waiting.popleft(), stop, failures)
            if answer is None:
                return
            yield answer
    finally:
        if not whole:  # whoever cancelled does not wait for what is under way
            for process in set(multiprocessing.active_children()) - others:
                process.terminate()
        pool.shutdown(cancel_futures=True)


def _one_by_one(
    work: Callable[[T], R],
    wanted: Sequence[T],
    stop: Callable[[], bool],
    failures: tuple[type[Exception], ...],
) -> Iterator[R | Exception]:
    for one in wanted:
        if stop():
            return
        try:
            yield work(one)
        except failures as error:
            yield error


def _answer(
    future: Future[R], stop: Callable[[], bool], failures: tuple[type[Exception], ...]
) -> R | Exception | None:
    """None: it is not wanted any more."""
    while not stop():
        if wait([future], _LOOK_EVERY_S).done:
            try:
                return future.result()
            except failures as error:
                return error
    return None


def _end_with_parent() -> None:
    """A worker would wait for work for ever once whoever gives it was killed."""
    parent = multiprocessing.parent_process()

    def look() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=look, daemon=True).start()
