"""The queue of questions on the page: votes of several people, keyboard, strangers, what is answered now."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from studio.model.question import QuestionState
from studio.model.room import CommentAccess, Commenters
from studio.protocol.commands import AnswerQuestion, AskQuestion, MoveQuestion, VoteQuestion
from studio.protocol.events import QuestionVoted
from studio.protocol.moderation import SetCommentAccess
from tests.e2e.conftest import PHONE, Live, OpenViewer, new_handle
from tests.e2e.people import client

pytestmark = pytest.mark.asyncio(loop_scope="session")

HOSTILE = "<img src=x onerror=window.hacked=1> \u202ewhich brush?"


async def open_queue(page: Page, button: str = "Ask a question") -> None:
    await page.get_by_role("button", name=button, exact=True).click()
    await expect(page.locator("dialog.sheet")).to_be_visible()


async def test_votes_of_several_people_are_counted_sorted_and_taken_back(
    live: Live, viewer: OpenViewer
) -> None:
    one = await viewer(live.backend.web_url, live.path)
    await one.sign_up("voter")
    async with client(live.backend.url) as asker:
        await asker.sign_up(new_handle("asker"))
        await asker.enter(live.room_id)
        few = (await asker.ask(AskQuestion(room_id=live.room_id, text="few want this?"))).item_id
        many = (await asker.ask(AskQuestion(room_id=live.room_id, text=HOSTILE))).item_id
        await asker.ask(VoteQuestion(room_id=live.room_id, question_id=many))
        await open_queue(one.page)
        row = one.page.locator(f"[data-asked='{many}']")
        vote = row.get_by_role("button")
        await expect(vote).to_have_accessible_name("Vote, 1 vote")
        await expect(vote).to_have_attribute("aria-pressed", "false")
        await vote.click()
        await expect(vote).to_have_accessible_name("Vote, 2 votes")
        await expect(vote).to_have_attribute("aria-pressed", "true")
        await live.host.event(QuestionVoted, lambda event: (event.question_id, event.votes) == (many, 2))
        # By keyboard: back again, and nothing has moved from under the focus.
        await vote.press("Enter")
        await expect(vote).to_have_accessible_name("Vote, 1 vote")
        await expect(vote).to_be_focused()
        await vote.press("Space")
        await expect(vote).to_have_accessible_name("Vote, 2 votes")
        await one.shot("questions")
        await one.page.keyboard.press("Escape")
        await expect(one.page.locator("dialog")).to_have_count(0)
        await open_queue(one.page)
        asked = await one.page.locator(".asked").evaluate_all("all => all.map((one) => one.dataset.asked)")
        assert asked.index(many) < asked.index(few)
    assert await one.page.evaluate("'hacked' in window") is False
    # The page knows it after a reload, too.
    await one.page.reload()
    await open_queue(one.page)
    vote = one.page.locator(f"[data-asked='{many}']").get_by_role("button")
    await expect(vote).to_have_attribute("aria-pressed", "true")
    await expect(vote).to_have_accessible_name("Vote, 2 votes")


async def test_a_stranger_signs_in_first_and_then_the_vote_counts(live: Live, viewer: OpenViewer) -> None:
    async with client(live.backend.url) as asker:
        await asker.sign_up(new_handle("asker"))
        await asker.enter(live.room_id)
        asked = (await asker.ask(AskQuestion(room_id=live.room_id, text="who are you?"))).item_id
    one = await viewer(live.backend.web_url, live.path, viewport=PHONE)
    await open_queue(one.page)
    vote = one.page.locator(f"[data-asked='{asked}']").get_by_role("button")
    await vote.click()
    await expect(one.page.locator("dialog:not(.leaving)")).to_contain_text("Sign in to vote.")
    await one.page.get_by_role("button", name="Create an account").click()
    await one.page.get_by_label("Handle").fill(new_handle("fan"))
    await one.page.get_by_label("Password").fill("correct horse battery")
    await one.page.get_by_role("button", name="Create account").click()
    await expect(vote).to_have_attribute("aria-pressed", "true")
    await live.host.event(QuestionVoted, lambda event: (event.question_id, event.votes) == (asked, 1))
    assert await one.overflow() <= 0
    await one.shot("questions-phone")


async def test_the_page_says_what_is_being_answered_and_forgets_what_was_dismissed(
    live: Live, viewer: OpenViewer
) -> None:
    one = await viewer(live.backend.web_url, live.path)
    page = one.page
    await expect(page.locator(".say")).to_be_visible()
    async with client(live.backend.url) as asker:
        await asker.sign_up(new_handle("asker"))
        await asker.enter(live.room_id)
        good = (await asker.ask(AskQuestion(room_id=live.room_id, text="どんな紙を使っていますか？"))).item_id
        bad = (await asker.ask(AskQuestion(room_id=live.room_id, text="something rude?"))).item_id

    async def move(question_id: str, state: QuestionState) -> None:
        await live.host.ask(MoveQuestion(room_id=live.room_id, question_id=question_id, state=state))

    now, row = page.locator(".answering"), page.locator(f".row[data-question='{good}']")
    await expect(page.locator(f".row[data-question='{bad}']")).to_be_visible()
    await move(good, QuestionState.ANSWERING)
    await expect(now).to_contain_text("どんな紙を使っていますか？")
    await expect(now.get_by_role("status")).to_contain_text("Answering now")
    await expect(row).to_contain_text("Answering now")
    await one.shot("question-answering")
    await move(bad, QuestionState.DISMISSED)
    await expect(page.locator(f".row[data-question='{bad}']")).to_have_count(0)
    late = await viewer(live.backend.web_url, live.path, viewport=PHONE)
    await expect(late.page.locator(".answering")).to_contain_text("どんな紙を使っていますか？")
    await late.shot("question-answering-phone")
    await open_queue(late.page)
    await expect(late.page.locator(f"[data-asked='{good}']")).to_contain_text("Answering now")
    await expect(late.page.locator(f"[data-asked='{bad}']")).to_have_count(0)
    await move(bad, QuestionState.OPEN)
    await expect(late.page.locator(f"[data-asked='{bad}']")).to_contain_text("something rude?")
    await live.host.ask(AnswerQuestion(room_id=live.room_id, question_id=good))
    await expect(now).to_have_text("")
    await expect(row).to_contain_text("Answered")
    answered = late.page.locator(f"[data-asked='{good}']")
    await expect(answered).to_contain_text("Answered")
    await expect(answered.get_by_role("button")).to_have_attribute("aria-disabled", "true")


async def test_who_cannot_ask_can_vote(live: Live, viewer: OpenViewer) -> None:
    one = await viewer(live.backend.web_url, live.path)
    await one.sign_up("voter")
    async with client(live.backend.url) as asker:
        await asker.sign_up(new_handle("asker"))
        await asker.enter(live.room_id)
        asked = (await asker.ask(AskQuestion(room_id=live.room_id, text="still open?"))).item_id
    nobody = CommentAccess(who=Commenters.NOBODY)
    await live.host.ask(SetCommentAccess(room_id=live.room_id, access=nobody))
    try:
        await open_queue(one.page, "Questions")
        await expect(one.page.get_by_label("Your question")).to_be_hidden()
        await expect(one.page.locator("dialog:not(.leaving)")).to_contain_text("Nobody can ask now.")
        await one.page.locator(f"[data-asked='{asked}']").get_by_role("button").click()
        await live.host.event(QuestionVoted, lambda event: event.question_id == asked)
    finally:
        await live.host.ask(SetCommentAccess(room_id=live.room_id, access=CommentAccess()))
    await expect(one.page.get_by_label("Your question")).to_be_visible()
