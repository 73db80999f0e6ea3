"""The journal: entries a second beside bare append and fsync of the same bytes, and the index's answers.

burst     all entries as fast as they are taken, beside the same bytes in as many syncs; reading them
steady    10,000 entries a second for ``BENCH_SECONDS``: delay to the disk, share of one core
index     500 LIVEs of 2,000 people: ms a question
"""

from __future__ import annotations

import json
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import psutil
from sqlalchemy import insert

from studio.journal.entry import Entry, Header
from studio.journal.index import Index
from studio.journal.index_schema import open_index, people, sessions, set_whole
from studio.journal.reader import Reader
from studio.journal.tally import figures_of
from studio.journal.writer import JournalWriter
from studio.model.room import Person
from studio.protocol.events import Commented, GiftSent, Joined, Liked

SECONDS = float(os.environ.get("BENCH_SECONDS", "20"))
RATE = 10_000
BURST = 100_000
ROUNDS = 3
LIVES, PEOPLE, KNOWN = 500, 2_000, 40_000
_HOST = Person(id="host", handle="host", name="Host")
_START_MS = 1_767_225_600_000


def _entries(count: int) -> list[Entry]:
    """A busy LIVE's mixture: comments, likes, gifts and joins of 2,000 people."""
    crowd = [Person(id=f"{n:016x}", handle=f"viewer{n}", name=f"Viewer {n} ✨") for n in range(2_000)]
    made = []
    for seq in range(1, count + 1):
        person, at_ms = crowd[seq * 7_919 % 2_000], _START_MS + seq // 10
        where = {"seq": seq, "at_ms": at_ms, "person": person}
        event: Any
        match seq % 10:
            case 0:
                event = Joined(**where)
            case 1 | 2 | 3:
                event = Liked(**where, count=5, total=seq)
            case 4:
                event = GiftSent(
                    **where, transfer_id=f"{seq:032x}.{person.id}.gift", streak_id=f"room.{seq}", gift_id=1,
                    gift_name="Rose", coins_each=1, count=1, added=1, coins=1, diamonds=1, room_diamonds=seq,
                )  # fmt: skip
            case _:
                event = Commented(
                    **where, comment_id=f"room.{seq}", text=f"A comment as people write them, {seq}"
                )
        gift = isinstance(event, GiftSent)
        made.append(
            Entry(
                seq=seq,
                at_ms=at_ms,
                kind=str(event.__struct_config__.tag),
                person=person,
                text=getattr(event, "text", ""),
                gift_id=1 if gift else 0,
                count=getattr(event, "count", 0),
                coins=1 if gift else 0,
                diamonds=1 if gift else 0,
                body=msgspec.json.encode(event),
            )
        )
    return made


def _writer(folder: Path) -> JournalWriter:
    writer = JournalWriter(folder, Header(room_id="room", host=_HOST, title="Bench", started_ms=_START_MS))
    writer.start()
    return writer


def _ours(folder: Path, entries: list[Entry]) -> tuple[float, int]:
    """Seconds until all is on the disk, and syncs."""
    writer = _writer(folder)
    begun = time.perf_counter()
    for entry in entries:
        while not writer.append(entry):
            time.sleep(0.001)
    assert writer.flush(120)
    took = time.perf_counter() - begun
    assert writer.close(10)
    assert writer.state.written == len(entries)
    return took, writer.state.syncs


def _bare(folder: Path, data: bytes, syncs: int) -> float:
    """The same bytes in as many pieces, each appended and synced."""
    size = -(-len(data) // syncs)
    fd = os.open(folder / "bare", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    begun = time.perf_counter()
    for at in range(0, len(data), size):
        os.write(fd, data[at : at + size])
        os.fsync(fd)
    took = time.perf_counter() - begun
    os.close(fd)
    return took


def burst(count: int) -> dict[str, Any]:
    entries = _entries(count)
    pairs = []
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory() as name:
            ours, syncs = _ours(Path(name), entries)
            data = Path(name, "room.journal").read_bytes()
            pairs.append((ours, _bare(Path(name), data, syncs), syncs))
            reading = _reading(Path(name, "room.journal"), count)
    ours, bare = min(pair[0] for pair in pairs), min(pair[1] for pair in pairs)
    return {
        "entries": count,
        "bytes_an_entry": round(len(data) / count),
        "entries_per_second": round(count / ours),
        "bare_append_fsync_per_second": round(count / bare),
        "ratio": round(bare / ours, 3),
        "syncs": pairs[-1][2],
        **reading,
    }


def _reading(path: Path, count: int) -> dict[str, Any]:
    with Reader(path) as reader:
        begun = time.perf_counter()
        assert reader.verify().intact
        verified = time.perf_counter()
        assert figures_of(reader).events == count
        counted = time.perf_counter()
        reader.entries(count - 100, 100)
        begun_page = time.perf_counter()
        assert len(reader.entries(count // 2, 100)) == 100
        page_ms = (time.perf_counter() - begun_page) * 1_000
    return {
        "verified_per_second": round(count / (verified - begun)),
        "counted_per_second": round(count / (counted - verified)),
        "page_ms": round(page_ms, 2),
    }


def steady(seconds: float) -> dict[str, Any]:
    """At a fixed rate, handed over in ticks of 10 ms as a busy server's frames come."""
    entries = _entries(int(RATE * seconds))
    with tempfile.TemporaryDirectory() as name:
        writer = _writer(Path(name))
        slowest_append = 0.0
        cpu, begun, at = _cpu(), time.perf_counter(), 0
        while at < len(entries):
            due = min(len(entries), int((time.perf_counter() - begun) * RATE))
            for entry in entries[at:due]:
                before = time.perf_counter()
                assert writer.append(entry), "it did not keep up"
                slowest_append = max(slowest_append, time.perf_counter() - before)
            at = due
            time.sleep(0.01)
        assert writer.flush(10)
        took, used = time.perf_counter() - begun, _cpu() - cpu
        state = writer.state
        assert writer.close(10)
    return {
        "asked_per_second": RATE,
        "entries_per_second": round(len(entries) / took),
        "refused": state.refused,
        "slowest_to_disk_ms": round(state.slowest_ms, 1),
        "slowest_append_ms": round(slowest_append * 1_000, 2),
        "syncs_per_second": round(state.syncs / took, 1),
        "cpu_of_a_core": round(used / took, 3),
    }


def _cpu() -> float:
    used = psutil.Process().cpu_times()
    return float(used.user + used.system)


def _fill(folder: Path, dice: random.Random) -> None:
    """The rows that 500 LIVEs leave; their files would take 10 GB."""
    engine = open_index(folder)
    figures = {name.name: 7 for name in sessions.c}
    with engine.begin() as db:
        for live in range(LIVES):
            room_id, started_ms = f"room{live:04d}", _START_MS + live * 86_400_000
            row = figures | {"room_id": room_id, "file_name": room_id, "host_id": "host", "title": "A LIVE"}
            db.execute(insert(sessions), row | {"started_ms": started_ms})
            crowd = {0, *dice.sample(range(1, KNOWN), PEOPLE - 1)}  # one regular is always there
            visit = {"room_id": room_id, "started_ms": started_ms, "comments": 3, "likes": 40, "gifts": 1}
            visit |= {"diamonds": 5, "first_ms": started_ms, "last_ms": started_ms + 1_000}
            rows = [
                visit | {"person_id": f"{who:016x}", "handle": f"viewer{who}", "name": f"Viewer {who}"}
                for who in crowd
            ]
            db.execute(insert(people), rows)
        set_whole(db)
    engine.dispose()


def index() -> dict[str, Any]:
    dice = random.Random(1)
    with tempfile.TemporaryDirectory() as name:
        begun = time.perf_counter()
        _fill(Path(name), dice)
        filled = time.perf_counter() - begun
        asked = Index(Path(name))
        begun = time.perf_counter()
        assert asked.person_history(f"{0:016x}").lives == LIVES
        first_ms = (time.perf_counter() - begun) * 1_000
        somebody = [f"{dice.randrange(KNOWN):016x}" for _ in range(200)]
        page = asked.sessions(50)
        figures = {
            "lives": LIVES,
            "people_rows": LIVES * PEOPLE,
            "mb": round(sum(path.stat().st_size for path in Path(name).iterdir()) / 2**20),
            "insert_s": round(filled, 1),
            "first_question_ms": round(first_ms, 2),
            "person_history_ms": _times(asked.person_history, somebody),
            "regulars_history_ms": _times(asked.person_history, [f"{0:016x}"] * 50),
            "was_here_before_ms": _times(lambda who: asked.was_here_before(who, "room0250"), somebody),
            "sessions_ms": _times(lambda _: asked.sessions(50, page[-1]), somebody[:50]),
        }
        begun = time.perf_counter()
        asked.remove_person(f"{0:016x}")
        figures["remove_person_ms"] = round((time.perf_counter() - begun) * 1_000, 1)
        asked.close()
    return figures


def _times(ask: Callable[[str], object], whom: list[str]) -> dict[str, float]:
    took = []
    for who in whom:
        begun = time.perf_counter()
        ask(who)
        took.append((time.perf_counter() - begun) * 1_000)
    return {"median": round(statistics.median(took), 2), "worst": round(max(took), 2)}


def main(seconds: float = SECONDS, count: int = BURST) -> dict[str, Any]:
    return {"burst": burst(count), "steady": steady(seconds), "index": index()}


if __name__ == "__main__":
    print(json.dumps(main()))
