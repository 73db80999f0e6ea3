"""The Moderation tab under the host's hands: what waits, the form of the rules, the log, any text."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from studio.model.moderation import Blocked, ModAction, ModEntry, Permission, Said
from studio.model.room import CommentAccess, Commenters, Person
from studio.model.rules import Consequence, Rule, RuleKind, Rules
from studio.net.errors import Rejected
from studio.protocol.codes import ErrorCode
from studio.protocol.command import Command
from studio.protocol.frames import Moderated, Notice
from studio.protocol.moderation import (
    BlockedPeople,
    BlockPerson,
    DecideHeld,
    GetBlocked,
    GetModeration,
    ModerationState,
    RemoveComment,
    RulesTried,
    SetModerator,
    SetRules,
    TriedComment,
    TryRules,
    UndoModeration,
)
from studio.services.moderation import USUAL
from studio.services.rows import FeedTab
from studio.ui.feed.feed_panel import FeedPanel
from studio.ui.feed.row_menu import row_actions
from studio.ui.moderation.moderation_panel import Page
from studio.ui.moderation.rule_card import KeywordCard, LinkCard, language
from studio.ui.moderation.words import by_whom, headline, said_words
from tests.fakes.feed_services import HOST, START_MS, Rig, person

BLNS = Path(__file__).parents[2] / "data" / "blns.json"


async def settle(rig: Rig) -> None:
    """The service tells at most ten times a second: now is such a time."""
    await asyncio.sleep(0)
    rig.services.moderation.changed.emit()
    await asyncio.sleep(0)


def entry(no: int, action: ModAction, who: str = "ana", text: str = "hm", **more: object) -> ModEntry:
    return ModEntry(
        no=no, at_ms=no * 1_000, action=action, room_id="room", person=person(who), text=text, **more
    )  # type: ignore[arg-type]


async def tell(rig: Rig, *entries: ModEntry) -> None:
    for one in entries:
        rig.router.route(Notice(moderated=Moderated(entry=one)))
    await settle(rig)


async def asked_for(rig: Rig) -> list[Command]:
    await asyncio.sleep(0)
    said, rig.link.asked = rig.link.asked, []
    return [one for one in said if not isinstance(one, GetModeration)]


async def load(rig: Rig) -> None:
    """As after a new connection: the backend is asked for everything."""
    moderation = rig.services.moderation
    moderation._whose = ""
    moderation._account_changed()
    await asyncio.sleep(0)
    await settle(rig)


async def open_tab(rig: Rig, panel: FeedPanel, page: Page) -> None:
    if not rig.services.moderation.lists:
        await load(rig)
    panel.show_moderation(page)
    await settle(rig)
    rig.link.asked.clear()


def shown_words(panel: FeedPanel) -> list[str]:
    cards = panel.moderation.waiting.cards
    return [card.entry.text for card in cards if card.entry is not None]


async def test_what_waits_is_counted_shown_and_decided_by_click(rig: Rig, panel: FeedPanel) -> None:
    await open_tab(rig, panel, Page.WAITING)
    assert panel.moderation.waiting.empty.isVisible()
    one = entry(1, ModAction.HELD, text="first", reason="capitals")
    two = entry(2, ModAction.HELD, "ben", "second", said=Said.QUESTION, reason="link to bit.ly")
    await tell(rig, one, two, one)
    assert shown_words(panel) == ["first", "second"]
    assert panel.tabs.buttons[FeedTab.MODERATION].accessibleName() == "Moderation, 2"
    card = panel.moderation.waiting.cards[1]
    assert "Question" in card.words.text() and card.reason.text() == "link to bit.ly"
    card.allow.click()
    panel.moderation.waiting.cards[0].deny.click()
    assert await asked_for(rig) == [
        DecideHeld(room_id="room", no=2, allow=True),
        DecideHeld(room_id="room", no=1, allow=False),
    ]
    await tell(rig, entry(3, ModAction.ALLOWED, answers=2))
    assert shown_words(panel) == ["first"]
    await tell(rig, entry(4, ModAction.DENIED, answers=1), entry(5, ModAction.UNDONE, answers=3))
    assert shown_words(panel) == ["second"], "what was taken back waits again"


async def test_keys_decide_and_the_next_card_gets_the_keyboard(rig: Rig, panel: FeedPanel) -> None:
    await open_tab(rig, panel, Page.WAITING)
    await tell(rig, *(entry(no, ModAction.HELD, text=f"text {no}") for no in range(1, 5)))
    cards = panel.moderation.waiting.cards
    cards[0].setFocus()
    QTest.keyClick(cards[0], Qt.Key.Key_A)
    await tell(rig, entry(5, ModAction.ALLOWED, answers=1))
    assert shown_words(panel)[0] == "text 2"
    QTest.keyClick(cards[0], Qt.Key.Key_D)
    QTest.keyClick(cards[0], Qt.Key.Key_Delete)
    assert await asked_for(rig) == [
        DecideHeld(room_id="room", no=1, allow=True),
        DecideHeld(room_id="room", no=2, allow=False),
        DecideHeld(room_id="room", no=2, allow=False),
    ]


async def test_many_that_wait_cost_few_cards_and_are_decided_at_once(rig: Rig, panel: FeedPanel) -> None:
    await open_tab(rig, panel, Page.WAITING)
    await tell(rig, *(entry(no, ModAction.HELD, text=f"text {no}") for no in range(1, 101)))
    waiting = panel.moderation.waiting
    assert len(waiting.cards) == 30 and waiting.rest.text() == "70 more wait behind these."
    waiting.deny_all.click()
    said = await asked_for(rig)
    assert len(said) == 100 and all(isinstance(one, DecideHeld) and not one.allow for one in said)


async def test_the_form_says_what_stands_in_it_and_uses_it(rig: Rig, panel: FeedPanel) -> None:
    await open_tab(rig, panel, Page.RULES)
    rules = panel.moderation.rules
    words, links = rules.cards[RuleKind.KEYWORDS], rules.cards[RuleKind.LINKS]
    assert isinstance(words, KeywordCard) and isinstance(links, LinkCard)
    assert not rules.use.isEnabled() and not words.more.isVisible()
    words.toggle.click()
    words.terms.setPlainText("spoil*\n\n  free   money \nspoil*")
    words.disguised.click()
    words._languages["de"].trigger()
    links.toggle.click()
    links.allowed.setText("a.com, b.org")
    links.then.setCurrentIndex(3)
    links.edited.emit()
    rules.slow.setCurrentIndex(2)
    expected = Rules(
        rules=(
            Rule(kind=RuleKind.KEYWORDS, terms=("spoil*", "free money"), lists=("de",), disguised=True),
            Rule(kind=RuleKind.LINKS, consequence=Consequence.MUTE, mute_s=300, terms=("a.com", "b.org")),
        ),
        slow_s=5,
    )
    assert rules.draft == expected and rules.use.isEnabled()
    rules.use.click()
    assert rules.use.busy
    assert await asked_for(rig) == [SetRules(rules=expected)]
    await tell(rig, ModEntry(no=1, at_ms=1, action=ModAction.RULES, rules=expected, rules_before=Rules()))
    assert not rules.use.busy and not rules.use.isEnabled()
    assert words.lists.text() == "Lists: German" and words.count.text() == "2 / 200"


async def test_the_form_shows_what_another_studio_set_but_never_over_the_hosts_words(
    rig: Rig, panel: FeedPanel
) -> None:
    await open_tab(rig, panel, Page.RULES)
    rules = panel.moderation.rules
    first = Rules(rules=(Rule(kind=RuleKind.CAPITALS, consequence=Consequence.HIDE),), slow_s=7)
    await tell(rig, ModEntry(no=1, at_ms=1, action=ModAction.RULES, rules=first))
    assert rules.draft == first
    rules.cards[RuleKind.LINKS].toggle.click()
    draft = rules.draft
    await tell(rig, ModEntry(no=2, at_ms=1, action=ModAction.RULES, rules=Rules()))
    assert rules.draft == draft and rules.use.isEnabled()


async def test_rules_that_are_refused_stay_in_the_form_with_the_reason(rig: Rig, panel: FeedPanel) -> None:
    await open_tab(rig, panel, Page.RULES)
    rules = panel.moderation.rules
    rules.cards[RuleKind.CAPITALS].toggle.click()
    rig.link.refusal = Rejected(ErrorCode.INVALID_RULES, "There can be 200 words and phrases.")
    rules.use.click()
    await asyncio.sleep(0)
    await settle(rig)
    assert rules.problem.sentence == "There can be 200 words and phrases."
    assert rules.use.isEnabled() and rules.cards[RuleKind.CAPITALS].toggle.isChecked()


async def test_a_trial_shows_what_would_have_been_stopped(rig: Rig, panel: FeedPanel) -> None:
    await open_tab(rig, panel, Page.RULES)
    rules = panel.moderation.rules
    assert not rules.try_out.isEnabled(), "there is nothing to try"
    rules.cards[RuleKind.CAPITALS].toggle.click()
    found = tuple(
        TriedComment(
            at_ms=no, person=person("ana"), text=f"LOUD {no}", consequence=Consequence.HOLD, reason="capitals"
        )
        for no in range(15)
    )
    rig.link.tried = RulesTried(looked_at=1_000, found=found)
    rules.try_out.click()
    await asyncio.sleep(0)
    await settle(rig)
    assert await asked_for(rig) == [TryRules(rules=rules.draft)]
    trial = rules.trial
    assert trial.isVisible() and trial.sentence.text() == "15 of your last 1,000 comments."
    assert "LOUD 14" in trial.rows[0].words.text() and trial.rest.text() == "and 3 more"
    rules.cards[RuleKind.LINKS].toggle.click()
    assert not trial.isVisible(), "it is about other rules now"


async def test_the_log_is_searched_and_taken_back(rig: Rig, panel: FeedPanel) -> None:
    await open_tab(rig, panel, Page.LOG)
    await tell(
        rig,
        entry(1, ModAction.HELD, "ana", "Größe"),
        entry(2, ModAction.REMOVED, "ben", "rude", actor=HOST),
        entry(3, ModAction.MUTED, "cem", "", until_ms=33_000, actor=HOST),
    )
    log = panel.moderation.log
    assert [row.entry.no for row in log.rows if row.entry and row.isVisible()] == [3, 2, 1]
    assert [row.undo.isVisible() for row in log.rows] == [True, True, False]
    log.search.setText("GROSSE ana")
    assert [row.entry.no for row in log.rows if row.entry and row.isVisible()] == [1]
    log.search.setText("nothing like it")
    assert log.empty.isVisible()
    log.search.clear()
    log.rows[1].undo.click()
    assert await asked_for(rig) == [UndoModeration(no=2)]
    await tell(rig, entry(4, ModAction.UNDONE, "ben", answers=2, actor=HOST))
    assert "taken back" in log.rows[2].head.text() and not log.rows[2].undo.isVisible()


async def test_older_entries_are_asked_for(rig: Rig, panel: FeedPanel) -> None:
    newest = tuple(entry(no, ModAction.REMOVED, actor=HOST) for no in range(50, 10, -1))
    rig.link.moderation = ModerationState(rules=Rules(), lists=("de",), log=newest, more=True)
    await load(rig)
    await open_tab(rig, panel, Page.LOG)
    log = panel.moderation.log
    log.older.click()
    await asyncio.sleep(0)
    assert rig.link.asked == [GetModeration(before_no=11)]


async def test_moderators_are_made_from_the_menu_and_changed_in_their_page(
    rig: Rig, panel: FeedPanel
) -> None:
    await open_tab(rig, panel, Page.MODERATORS)
    page, ana = panel.moderation.moderators, person("ana")
    assert page.empty.isVisible()
    rig.send(rig.comment("ana", "hello"))
    row = rig.services.feed.rows(FeedTab.ALL)[-1]
    found = row_actions(row, rig.services.live, panel.view.copy, moderation=rig.services.moderation)
    actions = {action.text: action for action in found}
    actions["Make \u2068ana\u2069 a moderator"].run()
    actions["Block \u2068ana\u2069"].run()
    assert await asked_for(rig) == [
        SetModerator(person_id=ana.id, permissions=USUAL),
        BlockPerson(person_id=ana.id),
    ]
    made = ModEntry(no=1, at_ms=1, action=ModAction.MODERATOR, person=ana, actor=HOST, permissions=USUAL)
    await tell(rig, made)
    assert headline(made) == "Moderator \u2068ana\u2069: pin, remove, mute, decide"
    assert page.rows[0].may.text() == "pin, remove, mute, decide" and not page.empty.isVisible()
    page.rows[0].actions_by[Permission.BLOCK].trigger()
    page.rows[0].actions_by[Permission.PIN].trigger()
    page.rows[0].away.click()
    assert await asked_for(rig) == [
        SetModerator(person_id=ana.id, permissions=(*USUAL, Permission.BLOCK)),
        SetModerator(person_id=ana.id, permissions=USUAL[1:]),
        SetModerator(person_id=ana.id),
    ]
    rig.send(rig.comment("ana", "I help"))
    assert rig.services.feed.rows(FeedTab.ALL)[-1].badges == ("Mod",)
    await tell(rig, msgspec.structs.replace(made, no=2, permissions=(), permissions_before=USUAL))
    assert page.empty.isVisible() and not rig.services.moderation.helps(ana.id)


async def test_what_goes_wrong_is_said_in_the_tab(rig: Rig, panel: FeedPanel) -> None:
    await open_tab(rig, panel, Page.WAITING)
    await tell(rig, entry(1, ModAction.HELD))
    rig.link.refusal = Rejected(ErrorCode.NOT_WAITING, "That comment is decided already.")
    panel.moderation.waiting.cards[0].allow.click()
    await asyncio.sleep(0)
    await settle(rig)
    assert panel.moderation.problem.sentence


async def test_no_text_breaks_a_card_or_a_row(rig: Rig, panel: FeedPanel) -> None:
    naughty: list[str] = json.loads(BLNS.read_text(encoding="utf-8"))
    await open_tab(rig, panel, Page.WAITING)
    strange = Person(id="x", handle="x", name="م" * 200)
    for no, text in enumerate(naughty[::7], start=1):
        one = ModEntry(
            no=no,
            at_ms=no,
            action=ModAction.HELD,
            room_id="room",
            person=strange,
            text=text,
            reason=text[:60],
        )
        rig.router.route(Notice(moderated=Moderated(entry=one)))
    await settle(rig)
    for page in (panel.moderation.waiting, panel.moderation.log):
        panel.moderation.show_page(Page.WAITING if page is panel.moderation.waiting else Page.LOG)
        await settle(rig)
        for widget in page.findChildren(QWidget):
            if widget.isVisible() and widget.parentWidget() is not None:
                assert widget.width() <= panel.width(), widget.accessibleName()[:40]


def test_entries_are_said_in_words() -> None:
    muted = entry(3, ModAction.MUTED, until_ms=303_000)
    assert headline(muted) == "Muted \u2068ana\u2069 for 5 min"
    assert headline(entry(1, ModAction.MUTED)) == "Muted \u2068ana\u2069 for this LIVE"
    closed = ModEntry(
        no=1, at_ms=0, action=ModAction.ACCESS, access=CommentAccess(who=Commenters.NOBODY), actor=HOST
    )
    assert headline(closed) == "Who can comment: nobody"
    assert "by your rules" in by_whom(entry(1, ModAction.HELD, reason="capitals"))
    assert said_words(entry(1, ModAction.HELD, said=Said.QUESTION)).startswith("Question: ")
    assert (language("de"), language("fr-CA"), language("fil")) == ("German", "French (CA)", "Filipino")


@pytest.mark.parametrize("mute_s, place", [(30, 2), (60, 3), (300, 3), (900, 4), (0, 4)])
async def test_a_mute_of_another_length_is_shown_by_the_next_longer(
    rig: Rig, panel: FeedPanel, mute_s: int, place: int
) -> None:
    card = panel.moderation.rules.cards[RuleKind.CAPITALS]
    card.show_rule(Rule(kind=RuleKind.CAPITALS, consequence=Consequence.MUTE, mute_s=mute_s))
    assert card.then.currentIndex() == place


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
async def test_a_reason_is_chosen_or_typed_and_sent(rig: Rig, panel: FeedPanel) -> None:
    rig.send(rig.comment("troll", "buy now"))
    rig.flush()
    row = panel.view.page.stack.row(panel.view.page.stack.end_serial - 1)
    panel.act_with_reason(row, QPoint(100, 100))
    card = panel.reason
    assert card is not None and card.isVisible()
    card.ready[3].click()
    assert card.reason.text == "Advertising"
    card.act.click()
    assert not card.isVisible()
    await settle(rig)
    assert rig.link.asked[-1] == RemoveComment(room_id="room", comment_id=row.item_id, reason="Advertising")
    panel.act_with_reason(row, QPoint(100, 100))
    card.what.setCurrentIndex(card.what.count() - 1)
    card.reason.set_text("x" * 101)
    card.submit()
    assert card.isVisible() and card.reason.error, "too long: it stays open and says so"
    card.reason.set_text("third time")
    card.submit()
    await settle(rig)
    assert rig.link.asked[-1] == BlockPerson(person_id=row.person.id, reason="third time")  # type: ignore[union-attr]


async def test_the_blocked_are_listed_and_let_in_again(rig: Rig, panel: FeedPanel) -> None:
    who = [person("rude"), person("m" * 200)]
    rig.link.blocked = BlockedPeople(
        people=(
            Blocked(person=who[0], at_ms=START_MS, by=HOST, reason="insults\u202e"),
            Blocked(person=who[1], at_ms=START_MS),
        ),
        next_place=100,
    )
    rig.sign_in()
    await settle(rig)
    panel.show_moderation(Page.BLOCKED)
    page = panel.moderation.blocked
    await settle(rig)
    assert [row.blocked.person for row in page.rows if row.blocked is not None] == who
    assert "insults" in page.rows[0].since.text()
    page.more.click()
    await settle(rig)
    assert rig.link.asked[-1] == GetBlocked(text="", place=100)
    assert len([row for row in page.rows if row.isVisible()]) == 4
    page.rows[0].back.click()
    await settle(rig)
    assert BlockPerson(person_id=who[0].id, blocked=False) in rig.link.asked
    rig.link.blocked = BlockedPeople(people=())
    unblocked = ModEntry(no=99, at_ms=START_MS, action=ModAction.UNBLOCKED, person=who[0])
    rig.router.route(Notice(moderated=Moderated(entry=unblocked)))
    await settle(rig)
    assert page.empty.isVisible(), "asked again, as somebody was let in"
