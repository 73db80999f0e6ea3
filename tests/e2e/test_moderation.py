"""What the viewers' page shows of moderation: held, let in, hidden, taken out and back, muted and back."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Locator, Page, expect

from studio.model.moderation import ModAction, ModEntry, Permission
from studio.model.rules import Consequence, Rule, RuleKind, Rules
from studio.protocol.commands import Comment
from studio.protocol.events import Commented
from studio.protocol.moderation import (
    BlockPerson,
    DecideHeld,
    MutePerson,
    RemoveComment,
    SetModerator,
    SetRules,
    UndoModeration,
)
from tests.e2e.conftest import Live, OpenViewer, new_handle
from tests.e2e.people import Client, Refusal, client

pytestmark = pytest.mark.asyncio(loop_scope="session")

RULES = Rules(
    rules=(
        Rule(kind=RuleKind.KEYWORDS, terms=("spoiler",)),
        Rule(kind=RuleKind.LINKS, consequence=Consequence.HIDE),
    )
)


@pytest_asyncio.fixture(loop_scope="session")
async def ruled(live: Live) -> AsyncIterator[Live]:
    """The host's LIVE with rules; without them again for the next test."""
    live.host.notices.clear()
    await live.host.ask(SetRules(rules=RULES))
    yield live
    await live.host.ask(SetRules(rules=Rules()))


async def told(host: Client, action: ModAction) -> ModEntry:
    found = await host.until(
        lambda: [
            one.moderated.entry
            for one in host.notices
            if one.moderated and one.moderated.entry.action is action
        ]
    )
    return found[-1]  # type: ignore[no-any-return]


async def test_the_writer_sees_what_became_of_a_comment_and_others_do_not(
    ruled: Live, viewer: OpenViewer
) -> None:
    one = await viewer(ruled.backend.web_url, ruled.path)
    other = await viewer(ruled.backend.web_url, ruled.path)
    await one.sign_up("talker")
    line = one.page.get_by_label("Comment", exact=True)
    await line.fill("a spoiler of mine")
    await line.press("Enter")
    mine = one.page.locator(".row.comment", has_text="a spoiler of mine")
    await expect(mine).to_contain_text("Waiting for the host")
    held = await told(ruled.host, ModAction.HELD)
    await line.fill("see bit.ly/abc")
    await line.press("Enter")
    await expect(one.page.locator(".row.comment", has_text="bit.ly/abc")).to_contain_text("Only you see this")
    await one.shot("moderation-held")
    await ruled.host.ask(DecideHeld(room_id=ruled.room_id, no=held.no, allow=True))
    await expect(other.page.locator(".row.comment", has_text="a spoiler of mine")).to_be_visible()
    await expect(mine).not_to_contain_text("Waiting")
    await expect(mine).to_have_count(1)
    await expect(other.page.locator(".row.comment", has_text="bit.ly/abc")).to_have_count(0)
    await line.fill("another spoiler")
    await line.press("Enter")
    denied = one.page.locator(".row.comment", has_text="another spoiler")
    await expect(denied).to_contain_text("Waiting for the host")
    await ruled.host.until(
        lambda: [n for n in ruled.host.notices if n.moderated and n.moderated.entry.text == "another spoiler"]
    )
    held = await told(ruled.host, ModAction.HELD)
    await ruled.host.ask(DecideHeld(room_id=ruled.room_id, no=held.no, allow=False))
    await expect(denied).to_contain_text("The host did not let it in")


async def test_who_is_blocked_is_out_and_told_so(live: Live, viewer: OpenViewer) -> None:
    live.host.notices.clear()
    one = await viewer(live.backend.web_url, live.path)
    await one.sign_up("rude")
    line = one.page.get_by_label("Comment", exact=True)
    await line.fill("something rude")
    await line.press("Enter")
    said = await live.host.event(Commented, lambda event: event.text == "something rude")
    await live.host.ask(BlockPerson(person_id=said.person.id))
    await expect(one.page.locator("main")).to_contain_text("The host has blocked you.")
    await expect(one.page.locator("video")).to_have_count(0)
    await one.shot("moderation-blocked")
    await one.page.reload()
    await expect(one.page.locator("main")).to_contain_text("This host has blocked you.")
    blocked = await told(live.host, ModAction.BLOCKED)
    await live.host.ask(UndoModeration(no=blocked.no))
    await one.page.reload()
    await expect(one.page.locator(".say")).to_be_visible()


async def test_a_moderator_acts_from_the_page_as_far_as_the_host_allows(
    ruled: Live, viewer: OpenViewer
) -> None:
    one = await viewer(ruled.backend.web_url, ruled.path)
    await one.sign_up("helper")
    page = one.page
    await page.get_by_label("Comment", exact=True).fill("I help")
    await page.get_by_label("Comment", exact=True).press("Enter")
    helper = (await ruled.host.event(Commented, lambda event: event.text == "I help")).person
    async with client(ruled.backend.url) as ana:
        await ana.sign_up(new_handle("ana"))
        await ana.enter(ruled.room_id)
        said = await ana.ask(Comment(room_id=ruled.room_id, text="a rude line"))
        row = page.locator(f".row[data-comment='{said.item_id}']")
        await expect(row).to_be_visible()
        await expect(page.locator(".row-more")).to_have_count(0)
        some = (Permission.REMOVE, Permission.MUTE, Permission.DECIDE)
        await ruled.host.ask(SetModerator(person_id=helper.id, permissions=some))
        more = row.get_by_role("button", name="Moderate")
        await expect(more).to_be_visible()
        await more.press("Enter")
        sheet = page.locator("dialog.sheet:not(.leaving)")
        await expect(sheet).to_contain_text("a rude line")
        words = await sheet.locator(".offers button").all_text_contents()
        assert words[0] == "Remove" and "Mute for this LIVE" in words
        assert not {"Pin", "Block"} & set(words), "what was not granted is not offered"
        await one.shot("moderation-row")
        await sheet.get_by_label("Reason, for the host's log").fill("not nice")
        await sheet.get_by_role("button", name="Remove").click()
        await expect(row).to_contain_text("Hidden by the host")
        removed = await told(ruled.host, ModAction.REMOVED)
        assert removed.actor is not None and removed.actor.id == helper.id
        assert removed.reason == "not nice"

        await ana.ask(Comment(room_id=ruled.room_id, text="a spoiler for you"))
        waiting = page.get_by_role("button", name="Comments that wait, 1")
        await waiting.click()
        held = page.locator(".held")
        await expect(held).to_contain_text("a spoiler for you")
        await one.shot("moderation-waiting")
        await held.get_by_role("button", name="Allow").click()
        await expect(page.locator("dialog.sheet")).to_contain_text("Nothing waits.")
        await ana.event(Commented, lambda event: event.text == "a spoiler for you")
        await page.keyboard.press("Escape")
        await ruled.host.ask(SetModerator(person_id=helper.id))
        await expect(page.locator(".row-more")).to_have_count(0)
        await expect(page.locator(".act-held")).to_be_hidden()


async def test_what_is_taken_out_comes_back_in_its_place(live: Live, viewer: OpenViewer) -> None:
    live.host.notices.clear()
    one = await viewer(live.backend.web_url, live.path)
    await expect(one.page.locator(".say")).to_be_visible()
    async with client(live.backend.url) as ana:
        await ana.sign_up(new_handle("ana"))
        await ana.enter(live.room_id)
        said = [await ana.ask(Comment(room_id=live.room_id, text=f"line {number}")) for number in range(3)]

        def row(page: Page, number: int) -> Locator:
            return page.locator(f".row[data-comment='{said[number].item_id}']")

        await expect(row(one.page, 2)).to_contain_text("line 2")
        await live.host.ask(RemoveComment(room_id=live.room_id, comment_id=said[1].item_id))
        await expect(row(one.page, 1)).to_contain_text("Hidden by the host")
        late = await viewer(live.backend.web_url, live.path)
        await expect(row(late.page, 2)).to_be_visible()
        await expect(row(late.page, 1)).to_have_count(0)
        removed = await told(live.host, ModAction.REMOVED)
        await live.host.ask(MutePerson(room_id=live.room_id, person_id=ana.account.person.id, seconds=0))
        await expect(row(one.page, 0)).to_contain_text("Hidden by the host")
        with pytest.raises(Refusal, match="take the mute back first"):
            await live.host.ask(UndoModeration(no=removed.no))
        muted = await told(live.host, ModAction.MUTED)
        await live.host.ask(UndoModeration(no=muted.no))
        await expect(row(one.page, 0)).to_contain_text("line 0")
        await expect(row(one.page, 1)).to_contain_text("Hidden by the host")
        await live.host.ask(UndoModeration(no=removed.no))
        for page in (one.page, late.page):
            lines = page.locator(".row.comment", has_text="line")
            await expect(lines).to_have_count(3)
            assert await lines.locator(".text").all_text_contents() == ["line 0", "line 1", "line 2"]
        await ana.ask(Comment(room_id=live.room_id, text="thank you"))
        await expect(one.page.locator(".row.comment", has_text="thank you")).to_be_visible()
