"""The client's session: order of frames, and every event exactly once whatever the network does."""

from __future__ import annotations

from dataclasses import dataclass, field

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.model.limits import LIMITS
from studio.model.money import Rates
from studio.model.room import Person, Room
from studio.protocol.codec import ProtocolError, decode_client_frame, decode_command, encode, raw
from studio.protocol.codes import ErrorCode
from studio.protocol.commands import Comment, Posted, Resume, Resumed
from studio.protocol.events import Event, RoomClosed, Shared, UnknownEvent
from studio.protocol.frames import (
    Events,
    Fault,
    Hello,
    Identified,
    Identify,
    Notice,
    Ping,
    Pong,
    Request,
    Response,
)
from studio.protocol.session import ClientSession, Place, RoomCursor, RoomEvents, RoomLost, RoomResumed

ANNA = Person(id="p1", handle="anna")
ROOM = Room(room_id="r", host=ANNA, title="t", topic="", started_ms=1)
HELLO = encode(Hello(server="test", versions=(1,)))
IDENTIFIED = encode(Identified(version=1, server_time_ms=1, rates=Rates(), limits=LIMITS, topics=()))


def batch(*seqs: int, room_id: str = "r") -> str:
    events = tuple(raw(Shared(seq=seq, person=ANNA)) for seq in seqs)
    return encode(Events(room_id=room_id, events=events, sent_ms=7))


def opened(*cursors: RoomCursor) -> ClientSession:
    session = ClientSession("test", rooms={cursor.room_id: cursor for cursor in cursors})
    session.receive(HELLO)
    session.receive(IDENTIFIED)
    return session


def requests(session: ClientSession) -> list[Request]:
    sent = [decode_client_frame(text) for text in session.outgoing()]
    return [frame for frame in sent if isinstance(frame, Request)]


def resumes(session: ClientSession) -> list[tuple[str, int]]:
    asked = [(frame.id, decode_command(frame.command)) for frame in requests(session)]
    return [(request_id, one.after_seq) for request_id, one in asked if isinstance(one, Resume)]


def resumed(request_id: str, after_seq: int, seq: int) -> str:
    return encode(
        Response(id=request_id, ok=True, result=raw(Resumed(room=ROOM, after_seq=after_seq, seq=seq)))
    )


def seqs(happenings: list[object]) -> list[int]:
    return [event.seq for one in happenings if isinstance(one, RoomEvents) for event in one.events]


# The network as it really fails, against a server that keeps its word.


@dataclass
class Server:
    """Honours Resume. ``wire`` is under way to the client; the network may lose and repeat frames of it."""

    total: int = 0
    sent: int = 0
    inside: bool = False
    wire: list[str] = field(default_factory=list)

    def happen(self, count: int) -> None:
        self.total += count
        if self.inside:
            self.send_up_to_date()

    def send_up_to_date(self) -> None:
        if self.sent < self.total:
            self.wire.append(batch(*range(self.sent + 1, self.total + 1)))
            self.sent = self.total

    def hear(self, session: ClientSession) -> None:
        for text in session.outgoing():
            frame = decode_client_frame(text)
            if isinstance(frame, Identify):
                self.wire.append(IDENTIFIED)
            elif isinstance(frame, Request):
                command = decode_command(frame.command)
                assert isinstance(command, Resume)
                self.wire.append(resumed(frame.id, command.after_seq, self.total))
                self.inside, self.sent = True, command.after_seq
                self.send_up_to_date()


moves = st.lists(
    st.one_of(
        st.tuples(st.just("happen"), st.integers(1, 5)),
        st.tuples(st.just("deliver"), st.integers(1, 4)),
        st.tuples(st.just("repeat"), st.integers(0, 3)),
        st.tuples(st.just("lose"), st.integers(0, 3)),
        st.tuples(st.just("cut"), st.just(0)),
    ),
    max_size=60,
)


@settings(max_examples=400)
@given(moves)
def test_every_event_arrives_once_and_in_order_through_cuts_repeats_and_gaps(
    moves: list[tuple[str, int]],
) -> None:
    cursor = RoomCursor("r")
    server, got = Server(), []
    session = connect(server, cursor)
    for move, number in moves:
        frames_of_events = [at for at, text in enumerate(server.wire) if '"frame":"events"' in text]
        if move == "happen":
            server.happen(number)
        elif move == "deliver":
            got += deliver(server, session, number)
        elif move == "repeat" and frames_of_events:
            at = frames_of_events[number % len(frames_of_events)]
            server.wire.insert(at, server.wire[at])
        elif move == "lose" and frames_of_events:
            del server.wire[frames_of_events[number % len(frames_of_events)]]
        elif move == "cut":
            session = connect(server, cursor)
    session = connect(server, cursor)  # in the end the network is whole again
    while server.wire:
        got += deliver(server, session, 1)
    assert got == list(range(1, server.total + 1))
    assert cursor.last_seq == cursor.received == server.total
    assert cursor.recovered <= cursor.received


def connect(server: Server, cursor: RoomCursor) -> ClientSession:
    """A new connection; what was under way on the old one is lost."""
    server.wire, server.inside = [HELLO], False
    return ClientSession("test", rooms={"r": cursor})


def deliver(server: Server, session: ClientSession, count: int) -> list[int]:
    got: list[int] = []
    for _ in range(min(count, len(server.wire))):
        got += seqs(list(session.receive(server.wire.pop(0))))
        server.hear(session)
    return got


def test_a_new_connection_resumes_every_room_after_its_last_event() -> None:
    session = opened(RoomCursor("r", last_seq=12))
    assert [after for _, after in resumes(session)] == [12]


def test_a_gap_is_asked_for_once_and_what_was_won_back_is_counted() -> None:
    cursor = RoomCursor("r", last_seq=3)
    session = opened()
    session.follow_room(cursor)
    assert seqs(list(session.receive(batch(4, 7)))) == [4]
    assert session.receive(batch(8)) == []
    [(request_id, after)] = resumes(session)
    assert (after, cursor.gaps) == (4, 1)
    session.receive(resumed(request_id, 4, 8))
    assert seqs(list(session.receive(batch(5, 6, 7, 8)))) == [5, 6, 7, 8]
    assert seqs(list(session.receive(batch(9)))) == [9]
    assert (cursor.recovered, cursor.received, cursor.gaps) == (4, 6, 1)


@pytest.mark.parametrize("code", [ErrorCode.TOO_FAST, ErrorCode.SERVER_FAULT, ErrorCode.SHUTTING_DOWN])
def test_a_resume_refused_for_the_moment_is_asked_again_with_the_next_ping(code: ErrorCode) -> None:
    session = opened(RoomCursor("r", last_seq=4))
    [(request_id, _)] = resumes(session)
    assert session.receive(encode(Response(id=request_id, ok=False, code=code))) == []
    assert resumes(session) == [], "not at once: the server asked for patience"
    session.ping(1)
    session.ping(2)
    assert [after for _, after in resumes(session)] == [4]


def test_a_resume_refused_for_the_moment_is_asked_again_at_a_gap_too() -> None:
    session = opened(RoomCursor("r"))
    [(request_id, _)] = resumes(session)
    session.receive(encode(Response(id=request_id, ok=False, code=ErrorCode.TOO_FAST)))
    session.receive(batch(3))
    session.ping(1)
    assert len(resumes(session)) == 1


def test_a_room_that_cannot_be_resumed_is_lost() -> None:
    session = opened(RoomCursor("r"))
    [(request_id, _)] = resumes(session)
    refused = Response(id=request_id, ok=False, code=ErrorCode.ROOM_CLOSED, message="The LIVE has ended.")
    assert session.receive(encode(refused)) == [RoomLost("r", ErrorCode.ROOM_CLOSED, "The LIVE has ended.")]
    assert session.rooms == {}


def test_a_resume_that_is_answered_says_what_was_missed() -> None:
    session = opened(RoomCursor("r", last_seq=4))
    [(request_id, _)] = resumes(session)
    assert session.receive(resumed(request_id, 4, 9)) == [RoomResumed(Resumed(room=ROOM, after_seq=4, seq=9))]


def test_an_event_that_cannot_be_read_does_not_take_its_neighbours_with_it() -> None:
    cursor = RoomCursor("r")
    session = opened()
    session.follow_room(cursor)
    broken = Events(room_id="r", events=(raw(Shared(seq=1, person=ANNA)), msgspec.Raw(b'{"kind":"share"}')))
    with pytest.raises(ProtocolError):
        session.receive(encode(broken).replace('{"kind":"share"}', '{"kind":7}'))
    assert cursor.last_seq == 0, "the connection ends here; Resume brings event 1 again"


def test_unknown_kinds_keep_the_sequence_whole() -> None:
    cursor = RoomCursor("r")
    session = opened()
    session.follow_room(cursor)
    later = encode(Events(room_id="r", events=(msgspec.Raw(b'{"kind":"poll","seq":1}'),)))
    [happening] = session.receive(later)
    assert isinstance(happening, RoomEvents) and isinstance(happening.events[0], UnknownEvent)
    assert seqs(list(session.receive(batch(2)))) == [2]
    assert cursor.gaps == 0


def test_events_of_a_room_that_was_left_are_dropped() -> None:
    session = opened(RoomCursor("r"))
    session.leave_room("r")
    session.leave_room("never entered")
    assert session.receive(batch(1)) == []
    assert session.receive(batch(1, room_id="other")) == []


def test_identify_carries_the_token_once_and_no_representation_shows_it() -> None:
    session = ClientSession("test", token="s3cret")
    session.receive(HELLO)
    [text] = session.outgoing()
    assert decode_client_frame(text) == Identify(version=1, client="test", token="s3cret")
    assert session.outgoing() == []
    assert "s3cret" not in repr(session)


def test_versions_in_common() -> None:
    session = ClientSession("test")
    session.receive(encode(Hello(server="later", versions=(1, 2, 9))))
    assert decode_client_frame(session.outgoing()[0]) == Identify(version=1, client="test")
    with pytest.raises(ProtocolError) as caught:
        ClientSession("test").receive(encode(Hello(server="later", versions=(2, 3))))
    assert caught.value.code is ErrorCode.UNSUPPORTED_VERSION


@pytest.mark.parametrize(
    ("before", "frame"),
    [
        ([], IDENTIFIED),
        ([], batch(1)),
        ([], encode(Pong(sent_ms=1, server_time_ms=1))),
        ([HELLO], HELLO),
        ([HELLO], batch(1)),
        ([HELLO], encode(Response(id="x", ok=True))),
        ([HELLO, IDENTIFIED], HELLO),
        ([HELLO, IDENTIFIED], IDENTIFIED),
    ],
)
def test_frames_out_of_order_are_a_coded_error(before: list[str], frame: str) -> None:
    session = ClientSession("test")
    for text in before:
        session.receive(text)
    with pytest.raises(ProtocolError) as caught:
        session.receive(frame)
    assert caught.value.code is ErrorCode.OUT_OF_ORDER


def test_a_fault_is_heard_at_any_time() -> None:
    fault = Fault.of(ErrorCode.SHUTTING_DOWN)
    assert ClientSession("test").receive(encode(fault)) == [fault]
    assert opened().receive(encode(fault)) == [fault]


@given(st.one_of(st.binary(max_size=200), st.text(st.characters(), max_size=200)))
def test_anything_a_server_may_send_is_taken_or_a_coded_error(data: bytes | str) -> None:
    for session in (ClientSession("test"), opened(RoomCursor("r"))):
        try:
            session.receive(data)
        except ProtocolError as error:
            assert isinstance(error.code, ErrorCode)


def test_requests_keep_their_id_and_their_order() -> None:
    session = opened()
    assert session.open
    session.outgoing()
    first = session.request(Comment(room_id="r", text="a"))
    assert session.request(Comment(room_id="r", text="b"), "mine") == "mine"
    session.ping(5.0)
    assert session.has_outgoing
    sent = [decode_client_frame(text) for text in session.outgoing()]
    assert not session.has_outgoing
    assert [frame.id for frame in sent[:2]] == [first, "mine"]
    assert sent[2] == Ping(sent_ms=5.0)


def test_answers_pongs_and_notices_are_passed_on() -> None:
    session = opened()
    response = Response(id="x", ok=True, result=raw(Posted(item_id="c", seq=1)))
    for frame in (response, Pong(sent_ms=1, server_time_ms=2), Notice()):
        assert [type(one) for one in session.receive(encode(frame))] == [type(frame)]


def test_what_a_server_promises_with_resume_is_checked() -> None:
    session = opened(RoomCursor("r"))
    [(request_id, _)] = resumes(session)
    with pytest.raises(ProtocolError, match="result of Resume"):
        session.receive(encode(Response(id=request_id, ok=True, result=msgspec.Raw(b'{"seq":"x"}'))))


@given(st.lists(st.integers(0, 12), max_size=60))
def test_a_cursor_moves_by_one_and_counts_everything_else(arriving: list[int]) -> None:
    cursor = RoomCursor("r")
    places = []
    for seq in arriving:
        before = cursor.last_seq
        places.append(cursor.place(seq))
        assert cursor.last_seq == before + (places[-1] is Place.NEXT)
    assert cursor.received == cursor.last_seq == places.count(Place.NEXT)
    assert cursor.duplicates == places.count(Place.REPEAT)
    assert cursor.gaps == 0, "a gap is counted when it is asked for, by the session"


def test_a_frame_is_read_from_bytes_as_well() -> None:
    session = opened()
    session.follow_room(RoomCursor("r"))
    events: list[Event] = [Shared(seq=1, person=ANNA), RoomClosed(seq=2, totals=ROOM.totals)]
    frame = encode(Events(room_id="r", events=tuple(map(raw, events)), sent_ms=3)).encode()
    assert session.receive(frame) == [RoomEvents("r", tuple(events), 3)]
