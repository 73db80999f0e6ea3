"""What was said and given in a room, looked through by its host."""

from __future__ import annotations

import pytest

from studio.backend import search
from studio.protocol.codec import decode_event
from studio.protocol.codes import ErrorCode
from studio.protocol.commands import AskQuestion, CloseRoom, Comment, Like, SendGift
from studio.protocol.events import Commented, GiftSent, QuestionAsked
from studio.protocol.moderation import MutePerson, RemoveComment
from studio.protocol.search import RoomFound, SearchRoom
from tests.unit.backend.conftest import LION, ROSE, Person, Stage


async def find(host: Person, room_id: str, text: str = "", *kinds: str, before_seq: int = 0) -> RoomFound:
    found: RoomFound = await host.ask(
        SearchRoom(room_id=room_id, text=text, kinds=kinds, before_seq=before_seq)
    )
    return found


def words(found: RoomFound) -> list[str]:
    """What each is about, newest first."""
    said = []
    for event in map(decode_event, found.events):
        assert isinstance(event, Commented | GiftSent | QuestionAsked)
        said.append(f"{event.gift_name} x{event.count}" if isinstance(event, GiftSent) else event.text)
    return said


async def test_words_names_and_gifts_are_found_whatever_their_case(stage: Stage) -> None:
    host, room_id = await stage.live()
    ana, ben = await stage.guest(room_id, "ana", packs=2), await stage.guest(room_id, "ben")
    await ana.ask(Comment(room_id=room_id, text="Die Größe stimmt"))
    await ben.ask(Comment(room_id=room_id, text="something else"))
    await ben.ask(AskQuestion(room_id=room_id, text="What SIZE, grosse?"))
    for _ in range(3):
        await ana.ask(SendGift(room_id=room_id, gift_id=ROSE, count=2))
    await ben.ask(Like(room_id=room_id))
    assert words(await find(host, room_id, "GROSSE")) == ["What SIZE, grosse?", "Die Größe stimmt"]
    assert words(await find(host, room_id, "grosse @ana")) == ["Die Größe stimmt"]
    assert words(await find(host, room_id, "rose")) == ["Rose x6"], "a streak is one"
    assert words(await find(host, room_id, "ben", "comment")) == ["something else"]
    assert len((await find(host, room_id)).events) == 4
    assert words(await find(host, room_id, "nothing like it")) == []


async def test_what_viewers_do_not_see_is_found_and_told_so(stage: Stage) -> None:
    host, room_id = await stage.live()
    ana, ben = await stage.guest(room_id, "ana"), await stage.guest(room_id, "ben")
    rude = await ana.ask(Comment(room_id=room_id, text="line one"))
    muted = await ben.ask(Comment(room_id=room_id, text="line two"))
    await ana.ask(Comment(room_id=room_id, text="line three"))
    await host.ask(RemoveComment(room_id=room_id, comment_id=rude.item_id))
    await host.ask(MutePerson(room_id=room_id, person_id=ben.id))
    found = await find(host, room_id, "line")
    assert words(found) == ["line three", "line two", "line one"]
    assert set(found.hidden) == {rude.item_id, muted.item_id}


async def test_much_that_fits_comes_in_parts_without_a_gap(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "MOST_FOUND", 10)
    monkeypatch.setattr(search, "MOST_LOOKED_AT", 25)
    host, room_id = await stage.live()
    ana = await stage.guest(room_id, "ana")
    for number in range(60):
        await ana.ask(Comment(room_id=room_id, text=f"{'even' if number % 2 == 0 else 'odd'} {number}"))
    said: list[str] = []
    before_seq, parts = 0, 0
    while parts == 0 or before_seq:
        part = await find(host, room_id, "even", before_seq=before_seq)
        said += words(part)
        before_seq, parts = part.next_before, parts + 1
    assert said == [f"even {number}" for number in range(58, -1, -2)] and parts > 2


async def test_only_the_host_looks_also_after_the_end(stage: Stage) -> None:
    host, room_id = await stage.live()
    ana = await stage.guest(room_id, "ana", packs=2)
    await ana.ask(SendGift(room_id=room_id, gift_id=LION))
    assert (await ana.refused(SearchRoom(room_id=room_id))).code is ErrorCode.NOT_YOUR_ROOM
    assert (await host.refused(SearchRoom(room_id="nowhere"))).code is ErrorCode.NO_SUCH_ROOM
    await host.ask(CloseRoom(room_id=room_id))
    assert words(await find(host, room_id, "lion")) == ["Lion x1"]
