"""Rules, the hold queue, the log and undo, through the real backend: what is stopped, who hears of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text

from studio.backend.moderation import screening
from studio.backend.settings import BackendSettings
from studio.backend.storage.database import open_engine
from studio.model.moderation import ModAction, ModEntry, Permission, Said
from studio.model.room import CommentAccess, Commenters
from studio.model.rules import Consequence, Rule, RuleKind, Rules
from studio.protocol.codec import decode_event
from studio.protocol.codes import ErrorCode
from studio.protocol.command import Command
from studio.protocol.commands import (
    AskQuestion,
    CloseRoom,
    Comment,
    EnterRoom,
    Fate,
    Follow,
    Like,
    OpenRoom,
    Resume,
    SendGift,
    Share,
)
from studio.protocol.events import (
    Commented,
    CommentPinned,
    CommentRemoved,
    CommentRestored,
    ModeratorSet,
    PersonMuted,
    PersonUnmuted,
    QuestionAsked,
    QuestionMoved,
)
from studio.protocol.moderation import (
    BlockPerson,
    DecideHeld,
    GetBlocked,
    GetModeration,
    ModerationState,
    MutePerson,
    PinComment,
    RemoveComment,
    SetCommentAccess,
    SetModerator,
    SetRules,
    TryRules,
    UndoModeration,
)
from tests.unit.backend.conftest import ROSE, Person, Stage


def keywords(*terms: str, then: Consequence = Consequence.HOLD, **more: Any) -> Rules:
    rule = Rule(kind=RuleKind.KEYWORDS, terms=terms, consequence=then, **more)
    return Rules(rules=(rule,))


async def told(person: Person, action: ModAction, count: int = 1) -> ModEntry:
    """The newest entry of that kind the host was told of, once there are so many."""

    def entries() -> list[ModEntry]:
        found = [notice.moderated.entry for notice in person.notices if notice.moderated is not None]
        return [entry for entry in found if entry.action is action]

    await person.until(lambda: len(entries()) >= count)
    return entries()[-1]


def comments(person: Person) -> list[str]:
    return [event.text for event in person.events if isinstance(event, Commented)]


async def state(host: Person) -> ModerationState:
    found: ModerationState = await host.ask(GetModeration())
    return found


async def recent(stage: Stage, room_id: str) -> list[str]:
    """What a newcomer is shown."""
    entered = await (await stage.stranger()).ask(EnterRoom(room_id=room_id))
    return [decode_event(one).text for one in entered.recent]


async def test_a_held_comment_waits_and_is_let_in_or_not(stage: Stage) -> None:
    host, room_id = await stage.live()
    ana = await stage.guest(room_id, "ana")
    await host.ask(SetRules(rules=keywords("spoil*")))
    posted = await ana.ask(Comment(room_id=room_id, text="The SPOILER is..."))
    held = await told(host, ModAction.HELD)
    assert (posted.fate, posted.item_id, posted.seq) == (Fate.HELD, str(held.no), 0)
    assert held.person is not None and held.person.id == ana.id
    assert (held.text, held.reason, held.actor, held.said) == (
        "The SPOILER is...",
        "keyword “spoil*”",
        None,
        Said.COMMENT,
    )
    await ana.ask(Comment(room_id=room_id, text="nice"))
    await ana.until_event(Commented, text="nice")
    assert comments(ana) == ["nice"], "the held one was told to nobody"
    assert not any(notice.moderated for notice in ana.notices)
    assert (await state(host)).held == (held,)

    await host.ask(DecideHeld(room_id=room_id, no=held.no, allow=True))
    shown = await ana.until_event(Commented, text="The SPOILER is...")
    allowed = await told(host, ModAction.ALLOWED)
    assert (allowed.answers, allowed.item_id, allowed.actor) == (
        held.no,
        shown.comment_id,
        host.account.person,
    )
    assert (await state(host)).held == ()
    again = await host.refused(DecideHeld(room_id=room_id, no=held.no, allow=False))
    assert again.code is ErrorCode.NOT_WAITING

    await ana.ask(Comment(room_id=room_id, text="spoil it"))
    second = await told(host, ModAction.HELD, 2)
    await host.ask(DecideHeld(room_id=room_id, no=second.no, allow=False))
    await told(host, ModAction.DENIED)
    await ana.until(lambda: [one for one in ana.notices if one.denied])
    assert [one.denied.item_id for one in ana.notices if one.denied] == [str(second.no)]
    closed = await host.ask(CloseRoom(room_id=room_id))
    assert closed.totals.comments == 2, "held and denied ones do not count"


async def test_hidden_says_so_to_its_writer_alone_and_names_its_rule(stage: Stage) -> None:
    host, room_id = await stage.live()
    ana = await stage.guest(room_id, "ana")
    await host.ask(SetRules(rules=Rules(rules=(Rule(kind=RuleKind.LINKS, consequence=Consequence.HIDE),))))
    posted = await ana.ask(Comment(room_id=room_id, text="see bit.ly/abc"))
    assert posted.fate is Fate.HIDDEN
    hidden = await told(host, ModAction.HIDDEN)
    assert hidden.reason == "link to bit.ly"
    assert comments(host) == []
    await host.ask(UndoModeration(no=hidden.no))
    await ana.until_event(Commented, text="see bit.ly/abc")
    refused = await host.refused(UndoModeration(no=hidden.no))
    assert refused.code is ErrorCode.CANNOT_UNDO, "once"


async def test_a_rule_mutes_and_the_undo_lets_talk_again(stage: Stage) -> None:
    host, room_id = await stage.live()
    ana, ben = await stage.guest(room_id, "ana"), await stage.guest(room_id, "ben")
    await ana.ask(Comment(room_id=room_id, text="before"))
    await host.ask(SetRules(rules=keywords("buy", then=Consequence.MUTE, mute_s=300)))
    assert (await ana.ask(Comment(room_id=room_id, text="BUY now"))).fate is Fate.HIDDEN
    muted = await ben.until_event(PersonMuted)
    assert muted.person.id == ana.id and muted.until_ms > muted.at_ms + 299_000
    for command in (Comment(room_id=room_id, text="hi"), AskQuestion(room_id=room_id, text="hi?")):
        assert (await ana.refused(command)).code is ErrorCode.MUTED
    assert await recent(stage, room_id) == []
    entry = await told(host, ModAction.MUTED)
    assert (entry.actor, entry.reason) == (None, "keyword “buy”")
    await host.ask(UndoModeration(no=entry.no))
    assert (await ben.until_event(PersonUnmuted)).person.id == ana.id
    assert (await ana.ask(Comment(room_id=room_id, text="thanks"))).fate is Fate.SHOWN
    assert await recent(stage, room_id) == ["before", "thanks"], "exactly what was"


async def test_questions_obey_the_rules_too(stage: Stage) -> None:
    host, room_id = await stage.live()
    ana = await stage.guest(room_id, "ana")
    await host.ask(SetRules(rules=keywords("price")))
    assert (await ana.ask(AskQuestion(room_id=room_id, text="What price?"))).fate is Fate.HELD
    held = await told(host, ModAction.HELD)
    assert held.said is Said.QUESTION
    await host.ask(DecideHeld(room_id=room_id, no=held.no, allow=True))
    asked = await ana.until_event(QuestionAsked)
    assert (asked.text, asked.person.id) == ("What price?", ana.id)
    allowed = await told(host, ModAction.ALLOWED)
    await host.ask(UndoModeration(no=allowed.no))
    assert (await ana.until_event(QuestionMoved)).question.state == "dismissed"
    assert [one.no for one in (await state(host)).held] == [held.no]


async def test_slow_mode_lets_each_speak_in_turn_and_the_host_always(stage: Stage) -> None:
    host, room_id = await stage.live()
    ana, ben = await stage.guest(room_id, "ana"), await stage.guest(room_id, "ben")
    await host.ask(SetRules(rules=Rules(slow_s=60)))
    await ana.ask(Comment(room_id=room_id, text="one"))
    refused = await ana.refused(Comment(room_id=room_id, text="two"))
    assert refused.code is ErrorCode.SLOW_MODE
    assert refused.message == "Slow mode is on: one comment every 60 seconds. You can in 60."
    assert 59_000 <= refused.retry_after_ms <= 60_000
    asked = await ana.refused(AskQuestion(room_id=room_id, text="two?"))
    assert asked.code is ErrorCode.SLOW_MODE
    await ben.ask(Comment(room_id=room_id, text="me"))
    await host.ask(Comment(room_id=room_id, text="host"))
    await host.ask(Comment(room_id=room_id, text="host again"))
    await host.ask(SetRules(rules=Rules()))
    assert (await ana.ask(Comment(room_id=room_id, text="two"))).fate is Fate.SHOWN


async def test_the_host_is_never_stopped(stage: Stage) -> None:
    host, room_id = await stage.live()
    await host.ask(SetRules(rules=keywords("spoiler", then=Consequence.MUTE)))
    assert (await host.ask(Comment(room_id=room_id, text="spoiler!"))).fate is Fate.SHOWN


async def test_a_trial_finds_what_the_rules_then_stop(stage: Stage) -> None:
    host, room_id = await stage.live()
    people = [await stage.guest(room_id, name) for name in ("ana", "ben")]
    said = ["spoiler", "hello", "SHOUTING AT YOU", "hello", "see t.me/x", "fine", "fine", "ｓｐｏｉｌｅｒ"]
    for number, line in enumerate(said):
        await people[number % 2].ask(Comment(room_id=room_id, text=line))
    await host.ask(Comment(room_id=room_id, text="spoiler by the host"))
    rules = Rules(
        rules=(
            Rule(kind=RuleKind.KEYWORDS, terms=("spoiler",)),
            Rule(kind=RuleKind.CAPITALS, consequence=Consequence.HIDE),
            Rule(kind=RuleKind.LINKS),
            Rule(kind=RuleKind.REPEATS, consequence=Consequence.HIDE),
        )
    )
    tried = await host.ask(TryRules(rules=rules))
    assert tried.looked_at == len(said)
    expected = [(one.text, one.reason, one.consequence) for one in tried.found]
    assert [line for line, _, _ in expected] == [
        "spoiler",
        "SHOUTING AT YOU",
        "hello",
        "see t.me/x",
        "ｓｐｏｉｌｅｒ",
    ]
    assert (await state(host)).rules == Rules(), "nothing was changed"

    await host.ask(SetRules(rules=rules))
    for number, line in enumerate(said):
        await people[number % 2].ask(Comment(room_id=room_id, text=line))
    log = (await state(host)).log
    stopped = [entry for entry in reversed(log) if entry.action in (ModAction.HELD, ModAction.HIDDEN)]
    became = {ModAction.HELD: Consequence.HOLD, ModAction.HIDDEN: Consequence.HIDE}
    assert [(entry.text, entry.reason, became[entry.action]) for entry in stopped] == expected


async def test_undo_restores_a_removed_comment_with_its_pin(stage: Stage) -> None:
    host, room_id = await stage.live()
    ana = await stage.guest(room_id, "ana")
    first = await ana.ask(Comment(room_id=room_id, text="first"))
    await ana.ask(Comment(room_id=room_id, text="second"))
    await host.ask(PinComment(room_id=room_id, comment_id=first.item_id))
    await host.ask(RemoveComment(room_id=room_id, comment_id=first.item_id))
    await ana.until_event(CommentRemoved)
    assert await recent(stage, room_id) == ["second"]
    entry = await told(host, ModAction.REMOVED)
    await host.ask(UndoModeration(no=entry.no))
    restored = await ana.until_event(CommentRestored)
    assert (restored.comment_id, restored.text, restored.said_seq) == (first.item_id, "first", first.seq)
    assert await recent(stage, room_id) == ["first", "second"]
    pinned = await ana.until_event(CommentPinned)
    assert pinned.pinned is not None and pinned.pinned.comment_id == first.item_id
    await host.ask(RemoveComment(room_id=room_id, comment_id=first.item_id))
    await told(host, ModAction.REMOVED, 2)


async def test_undo_of_a_pin_puts_up_what_was_there_before(stage: Stage) -> None:
    host, room_id = await stage.live()
    ana = await stage.guest(room_id, "ana")
    first = await ana.ask(Comment(room_id=room_id, text="first"))
    second = await ana.ask(Comment(room_id=room_id, text="second"))

    async def pinned() -> str:
        entered = await (await stage.stranger()).ask(EnterRoom(room_id=room_id))
        return entered.room.pinned.text if entered.room.pinned is not None else ""

    for item in (first.item_id, second.item_id, ""):
        await host.ask(PinComment(room_id=room_id, comment_id=item))
    await told(host, ModAction.PINNED, 3)
    log = [entry for entry in (await state(host)).log if entry.action is ModAction.PINNED]
    assert [entry.text for entry in log] == ["", "second", "first"]
    assert (await host.refused(UndoModeration(no=log[1].no))).message == "Something else was pinned since."
    for entry, then in zip(log, ("second", "first", ""), strict=True):
        await host.ask(UndoModeration(no=entry.no))
        assert await pinned() == then


async def test_a_removed_comment_of_a_muted_person_comes_back_after_the_mute(stage: Stage) -> None:
    host, room_id = await stage.live()
    ana = await stage.guest(room_id, "ana")
    posted = await ana.ask(Comment(room_id=room_id, text="first"))
    await host.ask(RemoveComment(room_id=room_id, comment_id=posted.item_id))
    removed = await told(host, ModAction.REMOVED)
    await host.ask(MutePerson(room_id=room_id, person_id=ana.id, seconds=5))
    refused = await host.refused(UndoModeration(no=removed.no))
    assert refused.message == "A mute hides that comment, too: take the mute back first."
    await host.ask(UndoModeration(no=(await told(host, ModAction.MUTED)).no))
    assert await recent(stage, room_id) == []
    await host.ask(UndoModeration(no=removed.no))
    assert await recent(stage, room_id) == ["first"]


async def test_an_allowed_comment_waits_again_after_the_undo(stage: Stage) -> None:
    host, room_id = await stage.live()
    ana = await stage.guest(room_id, "ana")
    await host.ask(SetRules(rules=keywords("maybe")))
    await ana.ask(Comment(room_id=room_id, text="maybe"))
    held = await told(host, ModAction.HELD)
    for number, allow in enumerate((True, False), start=1):
        await host.ask(DecideHeld(room_id=room_id, no=held.no, allow=allow))
        decided = await told(host, ModAction.ALLOWED if allow else ModAction.DENIED)
        await host.ask(UndoModeration(no=decided.no))
        await told(host, ModAction.UNDONE, number)
        assert (await state(host)).held == (held,)
    await ana.until_event(CommentRemoved)
    await host.ask(DecideHeld(room_id=room_id, no=held.no, allow=True))
    assert await recent(stage, room_id) == ["maybe"]


async def test_undo_of_rules_and_of_who_may_comment(stage: Stage) -> None:
    host, room_id = await stage.live()
    nobody = CommentAccess(who=Commenters.NOBODY)
    await host.ask(SetRules(rules=keywords("one")))
    await host.ask(SetRules(rules=keywords("two")))
    await host.ask(UndoModeration(no=(await told(host, ModAction.RULES, 2)).no))
    assert (await state(host)).rules == keywords("one")
    undone = await told(host, ModAction.UNDONE)
    assert undone.rules == keywords("one")
    await host.ask(SetCommentAccess(room_id=room_id, access=nobody))
    await host.ask(UndoModeration(no=(await told(host, ModAction.ACCESS)).no))
    ana = await stage.guest(room_id, "ana")
    assert (await ana.ask(Comment(room_id=room_id, text="may I"))).fate is Fate.SHOWN


async def test_only_the_last_mute_of_a_person_is_taken_back(stage: Stage) -> None:
    host, room_id = await stage.live()
    ana = await stage.guest(room_id, "ana")
    await host.ask(MutePerson(room_id=room_id, person_id=ana.id, seconds=5))
    first = await told(host, ModAction.MUTED)
    await host.ask(MutePerson(room_id=room_id, person_id=ana.id, seconds=0))
    refused = await host.refused(UndoModeration(no=first.no))
    assert refused.message == "That mute is not the last one of this person."
    await host.ask(UndoModeration(no=(await told(host, ModAction.MUTED, 2)).no))
    assert (await ana.ask(Comment(room_id=room_id, text="free"))).fate is Fate.SHOWN


async def test_rules_waiting_and_log_survive_a_restart(
    settings: BackendSettings, staged: Callable[..., Any]
) -> None:
    async with staged(settings) as stage:
        host, room_id = await stage.live()
        ana = await stage.guest(room_id, "ana")
        await host.ask(SetRules(rules=keywords("wait")))
        await ana.ask(Comment(room_id=room_id, text="please wait"))
        await ana.ask(Comment(room_id=room_id, text="hello"))
        removed = await ana.ask(Comment(room_id=room_id, text="gone and back"))
        await host.ask(RemoveComment(room_id=room_id, comment_id=removed.item_id))
        await host.ask(UndoModeration(no=(await told(host, ModAction.REMOVED)).no))
        await host.ask(MutePerson(room_id=room_id, person_id=ana.id, seconds=0))
        await host.ask(UndoModeration(no=(await told(host, ModAction.MUTED)).no))
        before = await state(host)
        tokens = host.token, ana.token
    async with staged(settings) as stage:
        host, ana = [await stage.stranger(token) for token in tokens]
        assert await state(host) == before
        await host.ask(Resume(room_id=room_id, after_seq=0))
        await ana.ask(EnterRoom(room_id=room_id))
        assert await recent(stage, room_id) == ["hello", "gone and back"]
        assert (await ana.ask(Comment(room_id=room_id, text="wait again"))).fate is Fate.HELD
        await host.ask(DecideHeld(room_id=room_id, no=before.held[0].no, allow=True))
        entry = await told(host, ModAction.ALLOWED)
        assert entry.no == before.log[0].no + 2, "numbers go on"


async def test_rules_go_on_in_the_next_live(stage: Stage) -> None:
    host, room_id = await stage.live()
    await host.ask(SetRules(rules=keywords("later", then=Consequence.HIDE)))
    await host.ask(CloseRoom(room_id=room_id))
    opened = await host.ask(OpenRoom(title="Next"))
    ana = await stage.guest(opened.room.room_id, "ana")
    posted = await ana.ask(Comment(room_id=opened.room.room_id, text="later"))
    assert posted.fate is Fate.HIDDEN


async def test_only_hosts_have_rules_and_only_their_own(stage: Stage) -> None:
    host, room_id = await stage.live()
    ana = await stage.guest(room_id, "ana")
    await host.ask(SetRules(rules=keywords("wait")))
    await ana.ask(Comment(room_id=room_id, text="wait"))
    held = await told(host, ModAction.HELD)
    for command in (SetRules(rules=Rules()), GetModeration(), TryRules(rules=Rules())):
        assert (await ana.refused(command)).code is ErrorCode.NOT_A_HOST
    decide = DecideHeld(room_id=room_id, no=held.no, allow=True)
    assert (await ana.refused(decide)).code is ErrorCode.NOT_YOUR_ROOM
    assert (await ana.refused(UndoModeration(no=held.no))).code is ErrorCode.CANNOT_UNDO


async def test_a_blocked_person_is_out_and_stays_out(stage: Stage) -> None:
    host, room_id = await stage.live()
    ana, ben = await stage.guest(room_id, "ana", packs=1), await stage.guest(room_id, "ben")
    first = await ana.ask(Comment(room_id=room_id, text="rude"))
    await host.ask(PinComment(room_id=room_id, comment_id=first.item_id))
    await host.ask(BlockPerson(person_id=ana.id))
    assert (await ben.until_event(PersonMuted)).person.id == ana.id
    await ana.until(lambda: [one for one in ana.notices if one.turned_out])
    heard = len(ana.events)
    await ben.ask(Comment(room_id=room_id, text="peace"))
    await host.until_event(Commented, text="peace")
    assert len(ana.events) == heard, "nothing of the room comes any more"
    for command in (
        Comment(room_id=room_id, text="let me in"),
        AskQuestion(room_id=room_id, text="why?"),
        Like(room_id=room_id),
        Share(room_id=room_id),
        Follow(room_id=room_id),
        SendGift(room_id=room_id, gift_id=ROSE),
        EnterRoom(room_id=room_id),
        Resume(room_id=room_id, after_seq=0),
    ):
        assert (await ana.refused(command)).code is ErrorCode.BLOCKED, command
    await host.ask(CloseRoom(room_id=room_id))
    later = (await host.ask(OpenRoom(title="Next"))).room.room_id
    assert (await ana.refused(EnterRoom(room_id=later))).code is ErrorCode.BLOCKED
    entry = await told(host, ModAction.BLOCKED)
    await host.ask(UndoModeration(no=entry.no))
    await ana.ask(EnterRoom(room_id=later))
    assert (await ana.ask(Comment(room_id=later, text="sorry"))).fate is Fate.SHOWN
    assert (await host.refused(UndoModeration(no=entry.no))).code is ErrorCode.CANNOT_UNDO


async def test_the_undo_of_a_block_restores_the_room_and_its_pin(stage: Stage) -> None:
    host, room_id = await stage.live()
    ana = await stage.guest(room_id, "ana")
    said = await ana.ask(Comment(room_id=room_id, text="hello"))
    await host.ask(PinComment(room_id=room_id, comment_id=said.item_id))
    for _ in range(2):  # blocked twice is blocked once
        await host.ask(BlockPerson(person_id=ana.id))
    assert await recent(stage, room_id) == []
    await host.ask(UndoModeration(no=(await told(host, ModAction.BLOCKED)).no))
    assert await recent(stage, room_id) == ["hello"]
    pinned = [True, False, True]  # by the host, down with the block, back with its undo
    await host.until(
        lambda: [one.pinned is not None for one in host.events if isinstance(one, CommentPinned)] == pinned
    )
    await host.ask(BlockPerson(person_id=ana.id))
    await host.ask(BlockPerson(person_id=ana.id, blocked=False))
    let_in = await told(host, ModAction.UNBLOCKED)
    await host.ask(UndoModeration(no=let_in.no))
    assert (await ana.refused(EnterRoom(room_id=room_id))).code is ErrorCode.BLOCKED


async def test_a_block_survives_a_restart_and_nobody_blocks_themselves(
    settings: BackendSettings, staged: Callable[..., Any]
) -> None:
    async with staged(settings) as stage:
        host, room_id = await stage.live()
        ana = await stage.guest(room_id, "ana")
        assert (await host.refused(BlockPerson(person_id=host.id))).code is ErrorCode.NOT_YOURSELF
        assert (await host.refused(BlockPerson(person_id="nobody"))).code is ErrorCode.NO_SUCH_PERSON
        assert (await ana.refused(BlockPerson(person_id=host.id))).code is ErrorCode.NOT_A_HOST
        await host.ask(BlockPerson(person_id=ana.id))
        token = ana.token
    async with staged(settings) as stage:
        ana = await stage.stranger(token)
        assert (await ana.refused(EnterRoom(room_id=room_id))).code is ErrorCode.BLOCKED
        await (await stage.stranger()).ask(EnterRoom(room_id=room_id))


async def allowed_to(person: Person) -> tuple[Permission, ...]:
    await person.until(lambda: [one for one in person.notices if one.moderates])
    return [one.moderates for one in person.notices if one.moderates][-1].permissions


async def test_a_moderator_does_what_was_granted_and_nothing_else(stage: Stage) -> None:
    host, room_id = await stage.live()
    mod, ana = await stage.guest(room_id, "mod"), await stage.guest(room_id, "ana")
    said = await ana.ask(Comment(room_id=room_id, text="rude"))
    all_of_it: dict[Permission, Command] = {
        Permission.PIN: PinComment(room_id=room_id, comment_id=said.item_id),
        Permission.MUTE: MutePerson(room_id=room_id, person_id=ana.id, seconds=5),
        Permission.REMOVE: RemoveComment(room_id=room_id, comment_id=said.item_id),
        Permission.BLOCK: BlockPerson(room_id=room_id, person_id=ana.id),
    }
    for command in all_of_it.values():
        assert (await mod.refused(command)).code is ErrorCode.NOT_YOUR_ROOM
    for permission, command in all_of_it.items():
        others = tuple(one for one in Permission if one is not permission)
        await host.ask(SetModerator(person_id=mod.id, permissions=others))
        assert (await mod.refused(command)).code is ErrorCode.NOT_GRANTED, permission
        await host.ask(SetModerator(person_id=mod.id, permissions=(permission,)))
        await mod.ask(command)
    removed = await told(host, ModAction.REMOVED)
    assert removed.actor is not None and removed.actor.id == mod.id
    assert (await told(host, ModAction.BLOCKED)).actor == removed.actor
    for refused in (
        BlockPerson(room_id=room_id, person_id=ana.id, blocked=False),
        BlockPerson(room_id=room_id, person_id=host.id),
    ):
        assert (await mod.refused(refused)).code is ErrorCode.NOT_GRANTED
    for command in (SetRules(rules=Rules()), GetModeration(), SetModerator(person_id=ana.id)):
        assert (await mod.refused(command)).code is ErrorCode.NOT_A_HOST
    for command in (
        SetCommentAccess(room_id=room_id, access=CommentAccess(who=Commenters.NOBODY)),
        CloseRoom(room_id=room_id),
    ):
        assert (await mod.refused(command)).code is ErrorCode.NOT_YOUR_ROOM


async def test_moderators_leave_the_host_and_each_other_alone(stage: Stage) -> None:
    host, room_id = await stage.live()
    mod, other = await stage.guest(room_id, "mod"), await stage.guest(room_id, "other")
    for person in (mod, other):
        await host.ask(SetModerator(person_id=person.id, permissions=tuple(Permission)))
    for who in (host, other):
        assert (
            await mod.refused(MutePerson(room_id=room_id, person_id=who.id))
        ).code is ErrorCode.NOT_GRANTED
    assert (await mod.refused(MutePerson(room_id=room_id, person_id=mod.id))).code is ErrorCode.NOT_YOURSELF
    await host.ask(MutePerson(room_id=room_id, person_id=other.id, seconds=5))


async def test_a_moderator_who_decides_is_told_of_what_waits(stage: Stage) -> None:
    host, room_id = await stage.live()
    ana = await stage.guest(room_id, "ana")
    mod = await stage.guest(room_id, "mod")
    await host.ask(SetModerator(person_id=mod.id, permissions=(Permission.DECIDE, Permission.DECIDE)))
    assert await allowed_to(mod) == (Permission.DECIDE,)
    await host.ask(SetRules(rules=keywords("wait", then=Consequence.HOLD)))
    assert (await mod.ask(Comment(room_id=room_id, text="wait, says a moderator"))).fate is Fate.SHOWN
    await ana.ask(Comment(room_id=room_id, text="wait"))
    held = await told(mod, ModAction.HELD)
    waiting = await mod.ask(GetModeration(room_id=room_id))
    assert (waiting.held, waiting.log, waiting.rules) == ((held,), (), Rules())
    assert (await ana.refused(GetModeration(room_id=room_id))).code is ErrorCode.NOT_GRANTED
    await mod.ask(DecideHeld(room_id=room_id, no=held.no, allow=True))
    allowed = await told(host, ModAction.ALLOWED)
    assert allowed.actor is not None and allowed.actor.id == mod.id
    assert (await told(mod, ModAction.ALLOWED)).answers == held.no
    assert (await mod.refused(UndoModeration(no=allowed.no))).code is ErrorCode.CANNOT_UNDO


async def test_moderators_are_kept_counted_and_taken_back(
    settings: BackendSettings, staged: Callable[..., Any]
) -> None:
    async with staged(settings) as stage:
        host, room_id = await stage.live()
        people = [await stage.viewer(f"mod{number}") for number in range(21)]
        for person in people[:20]:
            await host.ask(SetModerator(person_id=person.id, permissions=(Permission.PIN,)))
        refused = await host.refused(SetModerator(person_id=people[20].id, permissions=(Permission.PIN,)))
        assert refused.code is ErrorCode.TOO_MANY_MODERATORS
        await host.ask(SetModerator(person_id=people[0].id))
        taken = await told(host, ModAction.MODERATOR, 21)
        assert taken.permissions == () and taken.permissions_before == (Permission.PIN,)
        await host.ask(UndoModeration(no=taken.no))
        assert len((await state(host)).moderators) == 20
        await people[1].ask(EnterRoom(room_id=room_id))
        assert await allowed_to(people[1]) == (Permission.PIN,)
        token = people[1].token
    async with staged(settings) as stage:
        mod = await stage.stranger(token)
        await mod.ask(EnterRoom(room_id=room_id))
        assert await allowed_to(mod) == (Permission.PIN,)


@pytest.mark.parametrize(
    ("rules", "sentence"),
    [
        (keywords(*(f"word {number}" for number in range(201))), "these are 201"),
        (keywords("x" * 10_000), "one has 10,000"),
        (keywords("*"), "needs at least one letter"),
        (keywords(lists=("klingon",)), "no word list for 'klingon'"),
        (Rules(rules=(Rule(kind=RuleKind.CAPITALS),) * 17), "16 rules"),
    ],
)
async def test_rules_that_cannot_be_used_are_refused_whole(stage: Stage, rules: Rules, sentence: str) -> None:
    host, _ = await stage.live()
    for command in (SetRules(rules=rules), TryRules(rules=rules)):
        refused = await host.refused(command)
        assert refused.code is ErrorCode.INVALID_RULES and sentence in refused.message
    assert (await state(host)).rules == Rules()


async def test_when_too_many_wait_the_rest_is_hidden_and_the_log_says_why(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(screening, "HELD_MOST", 2)
    host, room_id = await stage.live()
    ana = await stage.guest(room_id, "ana")
    await host.ask(SetRules(rules=keywords("wait")))
    fates = [(await ana.ask(Comment(room_id=room_id, text="wait"))).fate for _ in range(3)]
    assert fates == [Fate.HELD, Fate.HELD, Fate.HIDDEN]
    assert (await told(host, ModAction.HIDDEN)).reason == "keyword “wait” (2 wait already)"


async def test_the_log_is_read_page_by_page_and_cannot_be_changed(
    stage: Stage, settings: BackendSettings
) -> None:
    host, _ = await stage.live()
    for number in range(205):
        await host.ask(SetRules(rules=keywords(f"word{number}")))
    page = await state(host)
    assert [entry.no for entry in page.log] == list(range(205, 5, -1)) and page.more
    older = await host.ask(GetModeration(before_no=6))
    assert [entry.no for entry in older.log] == [5, 4, 3, 2, 1] and not older.more
    engine = open_engine(settings.data_dir)
    with engine.connect() as connection, pytest.raises(Exception, match="immutable"):
        connection.execute(text("DELETE FROM moderation_log"))
    engine.dispose()


async def test_reasons_typed_by_hand_stand_in_the_log(stage: Stage) -> None:
    host, room_id = await stage.live()
    ana = await stage.guest(room_id, "ana")
    said = await ana.ask(Comment(room_id=room_id, text="buy now"))
    await host.ask(RemoveComment(room_id=room_id, comment_id=said.item_id, reason="  advertising\u202e "))
    assert (await told(host, ModAction.REMOVED)).reason == "advertising"
    await host.ask(MutePerson(room_id=room_id, person_id=ana.id, seconds=30, reason="again"))
    assert (await told(host, ModAction.MUTED)).reason == "again"
    long = MutePerson(room_id=room_id, person_id=ana.id, reason="x" * 101)
    assert (await host.refused(long)).code is ErrorCode.INVALID_TEXT
    await host.ask(BlockPerson(person_id=ana.id, reason="and again"))
    assert (await told(host, ModAction.BLOCKED)).reason == "and again"


async def test_the_list_of_the_blocked_says_when_by_whom_and_why(stage: Stage) -> None:
    host, room_id = await stage.live()
    helper = await stage.guest(room_id, "helper")
    await host.ask(SetModerator(person_id=helper.id, permissions=(Permission.BLOCK,)))
    people = [await stage.guest(room_id, f"rude{number:03}") for number in range(4)]
    for person in people[:3]:
        await host.ask(BlockPerson(person_id=person.id, reason=f"was {person.account.person.handle}"))
    await helper.ask(BlockPerson(person_id=people[3].id, room_id=room_id))
    await host.ask(BlockPerson(person_id=people[0].id, blocked=False))
    found = await host.ask(GetBlocked())
    told_of = {one.person.handle: (one.by.handle, one.reason) for one in found.people}
    assert told_of == {
        "rude001": ("host", "was rude001"),
        "rude002": ("host", "was rude002"),
        "rude003": ("helper", ""),
    }
    assert (await host.ask(GetBlocked(text="DE002"))).people[0].person.handle == "rude002"
    assert (await host.ask(GetBlocked(text="%"))).people == (), "nothing a host types is a pattern"
    assert (await host.ask(GetBlocked(place=3))).people == ()
    assert (await helper.refused(GetBlocked())).code is ErrorCode.NOT_A_HOST


async def test_viewers_know_who_helps_but_not_with_what(stage: Stage) -> None:
    host, room_id = await stage.live()
    helper, ana = await stage.guest(room_id, "helper"), await stage.guest(room_id, "ana")
    await host.ask(SetModerator(person_id=helper.id, permissions=(Permission.MUTE,)))
    await host.ask(SetModerator(person_id=helper.id, permissions=(Permission.PIN,)))
    assert (await ana.until_event(ModeratorSet)).helps
    assert (await ana.ask(EnterRoom(room_id=room_id))).moderators == (helper.id,)
    await host.ask(SetModerator(person_id=helper.id))
    await ana.until_event(ModeratorSet, helps=False)
    assert len([one for one in host.events if isinstance(one, ModeratorSet)]) == 2
