"""Damaged recordings: a clear error or a counted skip, never a crash; streaks survive every disorder."""

from __future__ import annotations

import copy
import gzip
import json
import re
from functools import cache
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.connectors.forms import open_recording
from studio.connectors.happening import Entry, Happening, Kind, RecordedGift, Verdict, Who, converted
from studio.connectors.plan import Plan, plan_entries, plan_recording
from studio.connectors.source import BadRecording, read_records
from studio.model.limits import LIMITS
from studio.model.text import clean_line
from tests.unit.connectors.recordings import EVENTS, RECORDINGS, WEBCAST, catalogue

#: What stands in a field that should not: every type of JSON, and sizes nobody means.
_WRONG = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**30), 10**30),
    st.floats(allow_nan=False),
    st.text(max_size=30),
    st.sampled_from(["", "0", "-1", "9" * 40, "\x01ACTION ", "\u202e", "x" * 30_000, "1e5", "٣"]),
    st.lists(st.integers(), max_size=3),
    st.dictionaries(st.text(max_size=5), st.integers(), max_size=3),
)


@cache
def records() -> tuple[tuple[str, Any], ...]:
    """One of each kind of record of every recording, with the name of its file."""
    found: dict[str, Any] = {}
    for path in RECORDINGS:
        for record in read_records(path):
            assert isinstance(record, dict)
            kind = "".join(str(record.get(name))[:40] for name in ("type", "kind", "test") if name in record)
            kind = kind or f"{str(record.get('raw') or record.get('event'))[-60:]}"
            found.setdefault(f"{path.name} {kind}", record)
    return tuple(found.items())


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to every field inside."""
    found: list[tuple[Any, ...]] = []
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in steps:
        found += [(*path, step), *places(inner, (*path, step))]
    return found


def damaged(draw: st.DrawFn, record: Any) -> Any:
    """The record with one to four fields dropped or replaced; the outer ones as likely as the inner."""
    record = copy.deepcopy(record)
    for _ in range(draw(st.integers(1, 4))):
        ways = sorted(places(record), key=lambda way: (len(way), str(way)))
        if not ways:
            break
        shallow = [way for way in ways if len(way) <= draw(st.integers(1, 4))] or ways
        *way, last = draw(st.sampled_from(shallow))
        inside = record
        for step in way:
            inside = inside[step]
        if draw(st.booleans()) and isinstance(inside, dict):
            del inside[last]
        else:
            inside[last] = draw(_WRONG)
    return record


@settings(max_examples=200)
@given(people=st.lists(st.tuples(st.text(max_size=30), st.text(max_size=300)), max_size=20), said=st.text())
def test_any_name_handle_and_text_become_ones_our_room_takes(
    people: list[tuple[str, str]], said: str
) -> None:
    entries = [
        Entry(
            "chat",
            Verdict.CONVERTED,
            (Happening(Kind.COMMENT, Who(str(number), *person), text=said * 9),),
        )
        for number, person in enumerate(people)
    ]
    plan = plan_entries("test", iter(entries), catalogue())
    whole(plan)
    assert len(plan.turns) in (0, len(people))


@st.composite
def damaged_records(draw: st.DrawFn) -> Any:
    return damaged(draw, draw(st.sampled_from([record for _, record in records()])))


def written(folder: Path, lines: list[bytes]) -> Path:
    path = folder / "recording.jsonl"
    path.write_bytes(b"\n".join(lines))
    return path


def whole(plan: Plan) -> None:
    """What holds for every plan."""
    counts = plan.counts
    parts = (
        counts.converted,
        counts.repeated,
        counts.not_applicable,
        counts.unknown,
        counts.unreadable,
    )
    assert counts.read.total() == sum(part.total() for part in parts)
    assert plan.expected.gifts == sum(turn.count for turn in plan.turns if turn.kind is Kind.GIFT)
    assert plan.expected.likes == sum(turn.count for turn in plan.turns if turn.kind is Kind.LIKE)
    for turn in plan.turns:
        assert turn.text == clean_line(turn.text) and len(turn.text) <= LIMITS.comment_max
        assert bool(turn.text) == (turn.kind in (Kind.COMMENT, Kind.QUESTION)) and turn.count > 0
    handles = [part.handle.lower() for part in plan.people]
    assert len(set(handles)) == len(handles)
    assert all(re.fullmatch(r"[a-z0-9._-]{2,24}", handle) for handle in handles)
    assert all(len(part.name) <= LIMITS.display_name_max for part in plan.people)


@settings(max_examples=300)
@given(record=damaged_records())
def test_a_damaged_record_is_read_skipped_or_refused(
    record: Any, tmp_path_factory: pytest.TempPathFactory
) -> None:
    try:
        line = json.dumps(record).encode()
    except (TypeError, ValueError):
        return
    path = written(tmp_path_factory.mktemp("damaged"), [line])
    try:
        whole(plan_recording(path, catalogue()))
    except BadRecording as refused:
        assert "knows" in str(refused) or "JSON" in str(refused)


@cache
def packed() -> bytes:
    """The first 60 lines of a real recording, gzipped."""
    with gzip.open(WEBCAST, "rb") as lines:
        return gzip.compress(b"".join(islice(lines, 60)))


@settings(max_examples=100)
@given(share=st.floats(0, 0.999))
def test_a_gzip_file_cut_anywhere_plays_what_is_there(
    share: float, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("cut") / "recording.gz"
    path.write_bytes(packed()[: int(share * len(packed()))])
    try:
        plan = plan_recording(path, catalogue())
    except BadRecording as refused:
        assert any(word in str(refused) for word in ("damaged", "empty", "knows"))
        return
    whole(plan)
    assert plan.counts.unreadable.total() >= 1, "the cut itself is counted"


@settings(max_examples=100)
@given(share=st.floats(0, 0.999), byte=st.integers(0, 255))
def test_a_gzip_file_with_a_wrong_byte_is_no_crash(
    share: float, byte: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    data = bytearray(packed())
    data[int(share * len(data))] = byte
    path = tmp_path_factory.mktemp("wrong") / "recording.gz"
    path.write_bytes(data)
    try:
        whole(plan_recording(path, catalogue()))
    except BadRecording as refused:
        assert str(path) in str(refused)


@settings(max_examples=100)
@given(name=st.sampled_from([path.name for path in RECORDINGS if path.suffix != ".gz"]), data=st.data())
def test_a_plain_file_cut_anywhere_is_no_crash(
    name: str, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    content = (EVENTS / name).read_bytes()
    path = tmp_path_factory.mktemp("cut") / name
    path.write_bytes(content[: data.draw(st.integers(0, len(content) - 1))])
    try:
        whole(plan_recording(path, catalogue()))
    except BadRecording as refused:
        assert str(path) in str(refused)


@settings(max_examples=200)
@given(content=st.binary(max_size=300), gzipped=st.booleans())
def test_any_bytes_are_refused_with_a_sentence_or_planned(
    content: bytes, gzipped: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("bytes") / "file"
    path.write_bytes(gzip.compress(content) if gzipped else content)
    try:
        whole(plan_recording(path, catalogue()))
    except BadRecording as refused:
        assert str(path) in str(refused)


def gift_message(streak: str, count: int, message_id: str) -> Any:
    gift = RecordedGift("5655", 1, streak)
    happening = Happening(Kind.GIFT, Who("giver", "giver", "Giver"), count=count, gift=gift)
    return converted("gift", message_id, lambda: (happening,))


@settings(max_examples=1_000)
@given(seed=st.integers(0, 2**64), lengths=st.lists(st.integers(1, 40), min_size=1, max_size=4))
def test_streaks_are_exact_under_drops_repeats_and_disorder(seed: int, lengths: list[int]) -> None:
    dice = Random(seed)
    sent = [
        (f"streak {number}", count, f"{number} {index}")
        for number, length in enumerate(lengths)
        for index, count in enumerate([*range(1, length + 1), length])  # the end repeats the last count
    ]
    arrived = [one for one in sent for _ in range(dice.choice((0, 1, 1, 2)))]
    dice.shuffle(arrived)
    plan = plan_entries("test", iter([gift_message(*one) for one in arrived]), catalogue())
    highest: dict[str, int] = {}
    for streak, count, _ in arrived:
        highest[streak] = max(highest.get(streak, 0), count)
    assert plan.expected.gifts == sum(highest.values())
    whole(plan)


def test_a_gift_that_stands_alone_counts_each_time_but_not_when_it_is_told_again() -> None:
    told = [gift_message("", 1, "a"), gift_message("", 1, "b"), gift_message("", 1, "a")]
    plan = plan_entries("test", iter(told), catalogue())
    assert plan.expected.gifts == 2 and plan.counts.repeated == {"gift": 1}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"hello\n", "not a recording this program knows"),
        (b'{"a": 1}\n', "It knows: TikTok webcast"),
        (b"[", "begins as a JSON list"),
        (b'[{"event": "chat", "data": {}', "begins as a JSON list"),
        (b"\x1f\x8b" + b"\x00" * 30, "damaged gzip"),
        (gzip.compress(b""), "is empty"),
    ],
    ids=["nothing", "words", "other JSON", "bracket", "cut list", "no gzip", "nothing packed"],
)
def test_what_is_no_recording_is_told_in_a_sentence(content: bytes, words: str, tmp_path: Path) -> None:
    path = tmp_path / "recording"
    path.write_bytes(content)
    with pytest.raises(BadRecording, match=words):
        plan_recording(path, catalogue())


def test_a_file_that_is_not_there_or_is_a_folder_is_told(tmp_path: Path) -> None:
    for path in (tmp_path / "nothing", tmp_path):
        with pytest.raises(BadRecording, match="cannot be read"):
            plan_recording(path, catalogue())


def test_damage_between_good_records_is_counted_and_the_rest_is_played(tmp_path: Path) -> None:
    comment = b'{"type": "WebcastChatMessage", "data": {"comment": "hi", "user": {"userId": "1"}}}'
    lines = [comment, b'{"type": "Webc', b"\xff\xfe", b"[" * 9_000, b"x" * (5 << 20), b"3", comment]
    plan = plan_recording(written(tmp_path, lines), catalogue())
    assert plan.expected.comments == 2
    assert plan.counts.unreadable == {"(damaged)": 5}


def test_form_and_wrapping_are_independent(tmp_path: Path) -> None:
    events = json.loads((EVENTS / "tiktok_connector_v1_events.json").read_bytes())
    lines = written(tmp_path, [json.dumps(event).encode() for event in events])
    packed = tmp_path / "packed"
    packed.write_bytes(gzip.compress(b"\xef\xbb\xbf\n" + lines.read_bytes()))
    plan = plan_recording(EVENTS / "tiktok_connector_v1_events.json", catalogue())
    assert plan_recording(lines, catalogue()) == plan == plan_recording(packed, catalogue())
    assert open_recording(packed)[0].name == "TikTok connector v1"
