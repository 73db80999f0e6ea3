"""Talking in a room: what one person does reaches the others, as text, once."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import expect

from studio.backend.server import running_backend
from studio.model.room import CommentAccess, Commenters, GoalKind
from studio.protocol.commands import (
    AnswerQuestion,
    AskQuestion,
    CloseRoom,
    Comment,
    Follow,
    Like,
    SetGoal,
    SignIn,
)
from studio.protocol.events import Commented, Followed, Joined, Liked, PersonMuted, QuestionAsked
from studio.protocol.moderation import MutePerson, PinComment, RemoveComment, SetCommentAccess
from tests.e2e.conftest import PHONE, Live, OpenViewer, backend_settings, new_handle
from tests.e2e.people import PASSWORD, client

pytestmark = pytest.mark.asyncio(loop_scope="session")

FOLLOWERS = CommentAccess(who=Commenters.FOLLOWERS)
HOSTILE = "<script>window.hacked=1</script><img src=x onerror=window.hacked=1>"


#: Whether the focus is on an element that fits, and can be seen there (the comment line's box has the ring).
_FOCUS_RING = """(selector) => {
  const active = document.activeElement;
  return active?.matches(selector)
    && getComputedStyle(active.closest(".say-box") ?? active).outlineStyle === "solid";
}"""


async def test_a_comment_reaches_the_others_and_is_confirmed(live: Live, viewer: OpenViewer) -> None:
    one = await viewer(live.backend.web_url, live.path)
    two = await viewer(live.backend.web_url, live.path, viewport=PHONE)
    await expect(two.page.locator(".say")).to_be_visible()
    handle = await one.sign_up("ana.lopez")
    joined = await live.host.event(Joined, lambda event: event.person.handle == handle)
    assert joined.person.handle == handle
    await one.page.get_by_role("textbox", name="Comment").fill("¡qué bonito! can you add a fox? 🦊")
    await one.page.keyboard.press("Enter")
    for page in (one.page, two.page):
        row = page.locator(".row.comment:not(.pending)", has_text="can you add a fox? 🦊")
        await expect(row).to_have_count(1)
        await expect(row).to_contain_text(handle)
    event = await live.host.event(Commented, lambda event: "add a fox" in event.text)
    assert event.text == "¡qué bonito! can you add a fox? 🦊"


async def test_a_goal_says_what_it_counts_and_moves(live: Live, viewer: OpenViewer) -> None:
    one = await viewer(live.backend.web_url, live.path)
    bar = one.page.get_by_role("progressbar")
    await expect(one.page.locator(".goal")).to_contain_text("New tablet")
    hearts = SetGoal(room_id=live.room_id, title="<i>Hearts</i>", target=20, kind=GoalKind.LIKES)
    await live.host.ask(hearts)
    await expect(bar).to_have_attribute("aria-label", "Goal: 0 of 20 likes")
    async with client(live.backend.url) as fan:
        await fan.sign_up(new_handle("fan"))
        await fan.enter(live.room_id)
        await fan.ask(Like(room_id=live.room_id, count=12))
    await expect(bar).to_have_attribute("aria-valuenow", "60")
    await expect(one.page.locator(".goal")).to_contain_text("<i>Hearts</i>")
    await live.host.ask(SetGoal(room_id=live.room_id))
    await expect(one.page.locator(".goal")).to_be_hidden()
    await live.host.ask(SetGoal(room_id=live.room_id, title="New tablet", target=50_000))
    await expect(bar).to_have_attribute("aria-label", "Goal: 0 of 50,000 diamonds")


async def test_a_hostile_comment_stays_text(live: Live, viewer: OpenViewer) -> None:
    one = await viewer(live.backend.web_url, live.path)
    await expect(one.page.locator(".say")).to_be_visible()
    async with client(live.backend.url) as stranger:
        await stranger.sign_up(new_handle("mallory"), name="<b>Mallory</b>\u202edlrow")
        await stranger.enter(live.room_id)
        await stranger.ask(Comment(room_id=live.room_id, text=HOSTILE))
        await stranger.ask(AskQuestion(room_id=live.room_id, text=HOSTILE + "?"))
    row = one.page.locator(".row.comment", has_text=HOSTILE)
    await expect(row).to_have_count(1)
    await expect(row.locator(".name")).to_have_text("<b>Mallory</b>dlrow")
    await expect(one.page.locator(".row.question", has_text=HOSTILE)).to_have_count(1)
    assert await one.page.evaluate("'hacked' in window") is False
    assert await one.page.locator("main script, main b:has-text('Mallory')").count() == 0


async def test_too_long_and_refused_comments_say_why_and_keep_the_words(
    live: Live, viewer: OpenViewer
) -> None:
    one = await viewer(live.backend.web_url, live.path)
    handle = await one.sign_up("kim")
    say = one.page.get_by_role("textbox", name="Comment")
    await say.fill("x" * 151)
    await one.page.keyboard.press("Enter")
    await expect(one.page.locator(".talk .error-line")).to_contain_text("at most 150 characters")
    person = (await live.host.event(Joined, lambda event: event.person.handle == handle)).person
    await live.host.ask(MutePerson(room_id=live.room_id, person_id=person.id, seconds=300))
    await live.host.event(PersonMuted)
    await say.fill("can anyone hear me")
    await one.page.keyboard.press("Enter")
    await expect(one.page.locator(".talk .error-line")).to_contain_text("muted")
    await expect(say).to_have_value("can anyone hear me")
    await expect(one.page.locator(".row.comment", has_text="can anyone hear me")).to_have_count(0)


async def test_like_and_follow(live: Live, viewer: OpenViewer) -> None:
    one = await viewer(live.backend.web_url, live.path)
    handle = await one.sign_up("leo_k")
    likes = sum(event.count for event in live.host.events if isinstance(event, Liked))
    box = await one.page.locator(".stage").bounding_box()
    assert box is not None
    for tap in range(20):
        await one.page.mouse.click(box["x"] + 100 + tap * 5, box["y"] + 250 + tap * 3)
    await live.host.until(lambda: sum(event.count for event in _likes(live, handle)) == 20)
    assert all(event.count <= 15 for event in _likes(live, handle))
    total = [e for e in live.host.events if isinstance(e, Liked)][-1].total
    assert total == likes + 20
    await expect(one.page.locator(".stage-pills")).to_contain_text(str(total))
    await one.page.get_by_role("button", name="Follow", exact=True).click()
    await expect(one.page.get_by_role("button", name="Following", exact=True)).to_be_visible()
    followed = await live.host.event(Followed, lambda event: event.person.handle == handle)
    await expect(one.page.locator(".host-note")).to_have_text(
        f"{followed.followers} follower{'s' if followed.followers > 1 else ''}"
    )


def _likes(live: Live, handle: str) -> list[Liked]:
    return [e for e in live.host.events if isinstance(e, Liked) and e.person.handle == handle]


async def test_question_and_answer(live: Live, viewer: OpenViewer) -> None:
    one = await viewer(live.backend.web_url, live.path)
    await one.sign_up("tom.w")
    await one.page.get_by_role("button", name="Ask a question").click()
    await one.page.get_by_label("Your question").fill("Which brush do you use?")
    await one.page.keyboard.press("Enter")
    asked = await live.host.event(QuestionAsked, lambda event: event.text == "Which brush do you use?")
    row = one.page.locator(".row.question", has_text="Which brush do you use?")
    await expect(row).to_be_visible()
    await live.host.ask(AnswerQuestion(room_id=live.room_id, question_id=asked.question_id))
    await expect(row).to_contain_text("Answered")


async def test_pinned_and_removed_comments(live: Live, viewer: OpenViewer) -> None:
    one = await viewer(live.backend.web_url, live.path)
    await expect(one.page.locator(".say")).to_be_visible()
    posted = await live.host.ask(Comment(room_id=live.room_id, text="Drop one word, I draw it"))
    row = one.page.locator(f".row[data-comment='{posted.item_id}']")
    await expect(row.locator(".tag.host")).to_have_text("Host")
    await live.host.ask(PinComment(room_id=live.room_id, comment_id=posted.item_id))
    await expect(one.page.locator(".pinned")).to_contain_text("Drop one word, I draw it")
    await live.host.ask(PinComment(room_id=live.room_id))
    await expect(one.page.locator(".pinned")).to_be_hidden()
    await live.host.ask(RemoveComment(room_id=live.room_id, comment_id=posted.item_id))
    await expect(row).to_contain_text("Hidden by the host")


async def test_the_feed_is_bounded_and_waits_for_its_reader(live: Live, viewer: OpenViewer) -> None:
    one = await viewer(live.backend.web_url, live.path)
    await expect(one.page.locator(".say")).to_be_visible()
    async with client(live.backend.url) as talker:
        await talker.sign_up(new_handle("talker"))
        await talker.enter(live.room_id)

        async def say(first: int, count: int) -> None:
            for number in range(first, first + count):
                await talker.ask(Comment(room_id=live.room_id, text=f"line {number} of many"))
                await asyncio.sleep(0.34)  # the server takes three comments a second

        await say(0, 12)
        await expect(one.page.locator(".rows")).to_contain_text("line 11 of many")
        await one.page.locator(".rows").hover()
        await one.page.mouse.wheel(0, -50_000)
        await expect(one.page.locator(".rows")).to_have_js_property("scrollTop", 0)
        await say(12, 2)
        await expect(one.page.locator(".more")).to_contain_text("2 new")
        await expect(one.page.locator(".rows")).to_have_js_property("scrollTop", 0)
        await one.page.locator(".more").click()
        await expect(one.page.locator(".more")).to_be_hidden()
        await expect(one.page.get_by_text("line 13 of many")).to_be_in_viewport()
    assert await one.page.locator(".rows > *").count() <= 150


async def test_by_keyboard_alone(live: Live, viewer: OpenViewer) -> None:
    """Sign up, comment and give a Rose without a pointer; Esc closes, and the focus is never lost."""
    one = await viewer(live.backend.web_url, live.path)
    page, keys = one.page, one.page.keyboard
    await expect(page.locator(".say")).to_be_visible()

    async def tab_to(selector: str) -> None:
        for _ in range(40):
            if await page.evaluate(_FOCUS_RING, selector):
                return
            await keys.press("Tab")
        raise AssertionError(f"{selector} cannot be reached with Tab, or shows no focus ring")

    await tab_to(".account .primary")
    await keys.press("Enter")
    await expect(page.get_by_label("Handle")).to_be_focused()
    await keys.press("Escape")
    await expect(page.locator("dialog")).to_have_count(0)
    await tab_to(".account .primary")
    await keys.press("Enter")
    await tab_to("dialog .link")
    await keys.press("Enter")
    await keys.type(handle := new_handle("keys"))
    await keys.press("Tab")
    await keys.press("Tab")
    await keys.type("correct horse battery")
    await keys.press("Enter")
    await expect(page.locator("dialog")).to_have_count(0)
    await tab_to(".account .coins")
    await keys.press("Enter")
    await tab_to("[data-pack=coins-70]")
    await keys.press("Enter")
    await expect(page.locator(".toast.good", has_text="70 coins are yours")).to_be_visible()
    await keys.press("Escape")
    await expect(page.locator("dialog")).to_have_count(0)
    await tab_to(".say")
    await keys.type("no mouse in this house")
    await keys.press("Enter")
    await live.host.event(Commented, lambda event: event.person.handle == handle)
    await tab_to(".act-gift")
    await keys.press("Enter")
    await expect(page.locator(".gift-cell[aria-checked=true]")).to_be_focused()
    await keys.press("Enter")
    await expect(page.locator(".combo")).to_have_text("×1")
    await keys.press("Escape")
    await expect(page.locator(".act-gift")).to_be_focused()
    await expect(page.locator(".row.gift", has_text=handle)).to_contain_text("Rose")


async def test_a_closed_comment_line_says_why_and_opens_at_once_for_who_follows(
    tmp_path: Path, viewer: OpenViewer
) -> None:
    async with running_backend(backend_settings(tmp_path)) as backend, client(backend.url) as host:
        await host.sign_up(new_handle("host"), role="host")
        room_id = await host.open("Followers only", comment_access=FOLLOWERS)
        one = await viewer(backend.web_url, f"/room/{room_id}", viewport=PHONE)
        page = one.page
        say, why = page.get_by_role("textbox", name="Comment"), page.locator(".closed [role=status]")
        await expect(why).to_have_text("Only followers can comment now. Follow to join in.")
        await expect(say).to_be_disabled()
        await expect(page.get_by_role("button", name="Questions", exact=True)).to_be_enabled()
        assert await one.overflow() <= 0
        await one.shot("followers-only-phone")
        # Signed out, Follow asks who one is first; then it follows and gives the line to write in.
        await page.get_by_role("button", name="Follow to comment").click()
        await expect(page.locator("dialog")).to_contain_text("Sign in to follow")
        await page.get_by_role("button", name="Create an account").click()
        await page.get_by_label("Handle").fill(handle := new_handle("fan"))
        await page.get_by_label("Password").fill("correct horse battery")
        await page.get_by_role("button", name="Create account").click()
        await host.event(Followed, lambda event: event.person.handle == handle)
        await expect(say).to_be_enabled()
        await expect(say).to_be_focused()
        await expect(why).to_be_empty()
        await page.keyboard.type("here I am")
        await page.keyboard.press("Enter")
        await host.event(Commented, lambda event: event.text == "here I am")
        # Unfollowing closes it again, the host's word does for all.
        await page.get_by_role("button", name="Following", exact=True).click()
        await expect(say).to_be_disabled()
        await host.ask(SetCommentAccess(room_id=room_id, access=CommentAccess(who=Commenters.NOBODY)))
        await expect(why).to_have_text("Nobody can comment now.")
        await expect(page.get_by_role("button", name="Follow to comment")).to_be_hidden()
        await host.ask(SetCommentAccess(room_id=room_id, access=CommentAccess()))
        await expect(say).to_be_enabled()
        await expect(why).to_be_empty()


async def test_whom_the_server_does_not_know_as_a_follower_is_told_to_follow(
    tmp_path: Path, viewer: OpenViewer
) -> None:
    """Unfollowed on another page: this one hears of it by the refusal."""
    async with running_backend(backend_settings(tmp_path)) as backend, client(backend.url) as host:
        await host.sign_up(new_handle("host"), role="host")
        room_id = await host.open("Followers only", comment_access=FOLLOWERS)
        one = await viewer(backend.web_url, f"/room/{room_id}")
        handle = await one.sign_up("fan")
        await one.page.get_by_role("button", name="Follow to comment").click()
        say = one.page.get_by_role("textbox", name="Comment")
        await expect(say).to_be_focused()
        await one.shot("followers-only-open")
        async with client(backend.url) as elsewhere:
            await elsewhere.ask(SignIn(handle=handle, password=PASSWORD))
            await elsewhere.ask(Follow(room_id=room_id, following=False))
        await say.fill("still here?")
        await one.page.keyboard.press("Enter")
        why = one.page.locator(".closed [role=status]")
        await expect(why).to_have_text("Only followers can comment now. Follow to join in.")
        await expect(say).to_be_disabled()
        await one.shot("followers-only-desktop")
        await one.page.get_by_role("button", name="Follow to comment").click()
        await expect(say).to_be_focused()
        await expect(say).to_have_value("still here?")


async def test_a_live_that_ends_says_so(tmp_path: Path, viewer: OpenViewer) -> None:
    async with running_backend(backend_settings(tmp_path)) as backend, client(backend.url) as host:
        await host.sign_up(new_handle("host"), role="host")
        room_id = await host.open("Short one")
        one = await viewer(backend.web_url, f"/room/{room_id}", viewport=PHONE)
        await expect(one.page.locator(".say")).to_be_visible()
        await host.ask(CloseRoom(room_id=room_id))
        await expect(one.page.locator(".ended")).to_contain_text("LIVE has ended")
        await expect(one.page.get_by_role("textbox", name="Comment")).to_be_disabled()
        await one.shot("ended-phone")
        await one.page.get_by_role("link", name="See who is LIVE").click()
        await expect(one.page.locator(".empty")).to_contain_text("Nobody is LIVE right now")
        await one.go(f"/room/{room_id}")
        await expect(one.page.locator(".empty")).to_contain_text("The LIVE has ended")
        await one.go("/room/nothing-here")
        await expect(one.page.locator(".empty")).to_contain_text("There is no such room")
