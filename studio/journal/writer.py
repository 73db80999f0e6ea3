"""The one thread that writes a LIVE's journal: entries come in, a batch of them is one write and one sync.

`append`, `flush`, `close` and `state` belong to any one thread; `append` never waits. An entry is on the disk
200 ms after it came: 60 ms are left for others to come along, the rest for the disk.

Queue: 50,000 entries, 64 MiB. Nothing in it is ever dropped; when it is full, `append` answers False (counter
``refused``), the caller keeps that entry, and everything behind it is refused, too, until it comes again: so
no row can be lost by a later one that found room.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Sequence
from pathlib import Path

import msgspec

from studio.journal.entry import Entry, Header, JournalError, check_entry, check_header
from studio.journal.files import advice
from studio.journal.sink import Sink
from studio.journal.tail import Repaired

log = logging.getLogger(__name__)

CAPACITY, CAPACITY_BYTES = 50_000, 64 << 20
#: Of one write. Small enough that a batch is encoded in some 10 ms.
_BATCH, _BATCH_BYTES = 2_000, 4 << 20
_GATHER_S = 0.06
_RETRY_S = 1.0


class WriterState(msgspec.Struct, frozen=True, kw_only=True):
    """How it goes. ``trouble``: what is wrong and what to do; entries wait meanwhile.

    ``written`` rows are on the disk, up to ``seq``; ``repeated`` came again and were not; ``slowest_ms`` is
    the longest one took from `append` to the disk.
    """

    trouble: str = ""
    waiting: int = 0
    written: int = 0
    repeated: int = 0
    refused: int = 0
    seq: int = 0
    syncs: int = 0
    slowest_ms: float = 0.0
    repaired: Repaired | None = None


class JournalWriter:
    """One LIVE's journal in ``folder``. `start`, `append`..., `close`; once.

    Entries come in the order of their seq; what is not above the last one is a repeat. Raises BadEntry when
    the header cannot be written.
    """

    def __init__(
        self,
        folder: Path,
        header: Header,
        *,
        capacity: int = CAPACITY,
        capacity_bytes: int = CAPACITY_BYTES,
        retry_s: float = _RETRY_S,
    ) -> None:
        check_header(header)
        self._folder, self._header = folder, header
        self._capacity, self._capacity_bytes, self._retry_s = capacity, capacity_bytes, retry_s
        self._changed = threading.Condition()
        # Everything below is guarded by it; entries leave the queue only when they are on the disk.
        self._queue: deque[tuple[float, Entry]] = deque()
        self._bytes = 0
        self._accepted = self._settled = 0
        self._refused_seq = 0
        self._flush_to = self._flushes = 0
        self._sink: Sink | None = None  # the thread's own
        self._closing = self._ended = False
        self._state = WriterState()
        self._thread = threading.Thread(target=self._run, name="journal", daemon=True)

    @property
    def state(self) -> WriterState:
        with self._changed:
            return msgspec.structs.replace(self._state, waiting=len(self._queue))

    def start(self) -> None:
        self._thread.start()

    def append(self, entry: Entry) -> bool:
        """Takes an entry; False when there is no room, or it is closed: keep it and offer it again.

        Raises BadEntry for what can never be kept.
        """
        check_entry(entry)
        size = _size(entry)
        with self._changed:
            if self._closing or self._ended or not self._has_room(entry, size):
                self._refused_seq = self._refused_seq or entry.seq
                self._note(refused=self._state.refused + 1)
                return False
            self._refused_seq = 0
            self._queue.append((time.monotonic(), entry))
            self._bytes += size
            self._accepted += 1
            if len(self._queue) == 1 or len(self._queue) == _BATCH:
                self._changed.notify_all()
        return True

    def append_all(self, entries: Sequence[Entry]) -> int:
        """Takes entries as far as there is room; how many it took. The rest: keep it and offer it again.

        Raises BadEntry for what can never be kept; nothing of ``entries`` is taken then.
        """
        for entry in entries:
            check_entry(entry)
        now = time.monotonic()
        with self._changed:
            before = len(self._queue)
            for taken, entry in enumerate(entries):
                size = _size(entry)
                if self._closing or self._ended or not self._has_room(entry, size):
                    self._refused_seq = self._refused_seq or entry.seq
                    self._note(refused=self._state.refused + 1)
                    self._changed.notify_all()
                    return taken
                self._refused_seq = 0
                self._queue.append((now, entry))
                self._bytes += size
                self._accepted += 1
            if not before or before < _BATCH <= len(self._queue):
                self._changed.notify_all()
        return len(entries)

    def flush(self, timeout_s: float) -> bool:
        """Whether all that was taken is on the disk; waits for it so long at most."""
        with self._changed:
            target = self._flush_to = self._accepted
            self._flushes += 1
            self._changed.notify_all()
            return self._changed.wait_for(lambda: self._settled >= target or self._ended, timeout_s) and (
                self._settled >= target
            )

    def close(self, timeout_s: float) -> bool:
        """Flushes and ends the thread; False when entries are left (`state`) or it is still busy by then."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        if self._thread.ident is not None:
            self._thread.join(timeout_s)
        with self._changed:
            return not self._queue and not self._thread.is_alive()

    def _has_room(self, entry: Entry, size: int) -> bool:
        if self._refused_seq and entry.seq > self._refused_seq:
            return False
        return len(self._queue) < self._capacity and (
            self._bytes + size <= self._capacity_bytes or not self._queue
        )

    # ---- the thread ----

    def _run(self) -> None:
        try:
            while self._wait_for_entries():
                try:
                    self._write_batch(self._opened())
                except (OSError, JournalError) as error:
                    if self._wait_for_better(error):
                        continue
                    break
        finally:
            self._let_go()
            with self._changed:
                if not self._closing:  # a fault of ours, which the log tells of
                    self._note(trouble="The journal has stopped: what happens now is not kept.")
                self._ended = True
                self._changed.notify_all()

    def _opened(self) -> Sink:
        """The file, opened if it is not yet, or lies there no more."""
        if self._sink is not None and self._sink.holds():
            return self._sink
        if self._sink is not None:
            log.warning("the journal of room %s was taken away: a new one begins", self._header.room_id)
            self._let_go()
        sink = self._sink = Sink(self._folder, self._header)
        with self._changed:
            self._note(repaired=sink.repaired or self._state.repaired, seq=sink.seq)
        return sink

    def _write_batch(self, sink: Sink) -> None:
        with self._changed:
            batch: list[Entry] = []
            size = 0
            for _, entry in self._queue:
                size += len(entry.body)
                if len(batch) >= _BATCH or (batch and size > _BATCH_BYTES):
                    break
                batch.append(entry)
            oldest = self._queue[0][0]
        written = sink.write(batch)
        with self._changed:
            for _ in batch:
                self._bytes -= _size(self._queue.popleft()[1])
            self._settled += len(batch)
            took_ms = (time.monotonic() - oldest) * 1_000
            was = self._state
            if was.trouble:
                log.info("the journal of room %s is written again", self._header.room_id)
            self._note(
                trouble="",
                written=was.written + written,
                repeated=was.repeated + len(batch) - written,
                seq=sink.seq,
                syncs=was.syncs + (written > 0),
                slowest_ms=max(was.slowest_ms, took_ms),
            )
            self._changed.notify_all()

    def _wait_for_entries(self) -> bool:
        """Returns with entries to write, once others had the time to come along; False: all is done."""
        with self._changed:
            self._changed.wait_for(lambda: self._queue or self._closing)
            if not self._queue:
                return False
            left = self._queue[0][0] + _GATHER_S - time.monotonic()
            self._changed.wait_for(self._in_haste, max(0.0, left))
            return True

    def _in_haste(self) -> bool:
        return self._closing or self._flush_to > self._settled or len(self._queue) >= _BATCH

    def _wait_for_better(self, error: OSError | JournalError) -> bool:
        """Says what is wrong and waits a while; False when it is closing: that was the last try."""
        trouble = advice(error, self._folder) if isinstance(error, OSError) else str(error)
        with self._changed:
            if trouble != self._state.trouble:
                log.warning("%s", trouble)
            self._note(trouble=trouble)
            if self._closing:
                return False
            flushes = self._flushes
            self._changed.wait_for(lambda: self._closing or self._flushes > flushes, self._retry_s)
            return True

    def _let_go(self) -> None:
        sink, self._sink = self._sink, None
        if sink is not None:
            sink.close()

    def _note(self, **changes: object) -> None:
        self._state = msgspec.structs.replace(self._state, **changes)


def _size(entry: Entry) -> int:
    return len(entry.body) + len(entry.text)
