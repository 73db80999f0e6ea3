"""Every recorded event becomes something in our room or is named as not applicable.

The figures are the files' own: counted here from the raw records, without the converters.
"""

from __future__ import annotations

import gzip
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from studio.connectors.cast import LONGEST_SILENCE_MS
from studio.connectors.happening import Kind
from studio.connectors.plan import Plan, plan_recording
from studio.model.limits import LIMITS
from studio.model.text import clean_line
from tests.unit.connectors.recordings import EVENTS, RECORDINGS, WEBCAST, catalogue

_FORMS = {
    "tiktok_connector_v1_events.json": ("TikTok connector v1", 8),
    "tiktok_euler2026_observed.json": ("TikTok Euler", 9),
    "tiktok_text.jsonl": ("TikTok texts", 597),
    "tiktok_webcast_decoded.jsonl.gz": ("TikTok webcast", 1177),
    "twitch_eventsub_moderation.jsonl": ("Twitch EventSub", 53),
    "twitch_irc.jsonl": ("Twitch chat", 87),
    "youtube_livechat.jsonl": ("YouTube live chat", 59),
}


def planned(path: Path) -> Plan:
    return plan_recording(path, catalogue())


def webcast() -> list[dict[str, Any]]:
    with gzip.open(WEBCAST, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def webcast_of(kind: str) -> list[dict[str, Any]]:
    return [record["data"] for record in webcast() if record["type"] == kind]


@pytest.mark.parametrize("path", RECORDINGS, ids=lambda path: path.name)
def test_every_recorded_event_is_converted_or_named(path: Path) -> None:
    plan = planned(path)
    counts = plan.counts
    assert (plan.form, counts.read.total()) == _FORMS[path.name]
    assert counts.unknown == {} and counts.unreadable == {}
    for kind, read in counts.read.items():
        parts = (counts.converted, counts.repeated, counts.not_applicable)
        assert sum(part[kind] for part in parts) == read, kind
    assert set(_FORMS) == {one.name for one in RECORDINGS}


@pytest.mark.parametrize("path", RECORDINGS, ids=lambda path: path.name)
def test_every_turn_is_one_our_room_takes(path: Path) -> None:
    plan = planned(path)
    sold = {gift.id for gift in catalogue()}
    at_ms = 0
    for turn in plan.turns:
        assert 0 <= turn.at_ms - at_ms <= LONGEST_SILENCE_MS
        at_ms = turn.at_ms
        assert 0 <= turn.person < len(plan.people)
        if turn.kind in (Kind.COMMENT, Kind.QUESTION):
            assert turn.text == clean_line(turn.text) and 0 < len(turn.text) <= LIMITS.comment_max
        if turn.kind is Kind.LIKE:
            assert 1 <= turn.count <= LIMITS.likes_per_event
        if turn.kind is Kind.GIFT:
            assert turn.gift_id in sold and 1 <= turn.count <= LIMITS.gift_count_max
    assert len({part.handle.lower() for part in plan.people}) == len(plan.people)
    assert all(part.handle.isascii() and 2 <= len(part.handle) <= LIMITS.handle_max for part in plan.people)
    assert all(part.name == clean_line(part.name) for part in plan.people)


def test_webcast_comments_likes_follows_and_shares_are_those_of_the_file() -> None:
    plan = planned(WEBCAST)
    said = [turn.text for turn in plan.turns if turn.kind is Kind.COMMENT]
    assert said == [clean_line(data["comment"]) for data in webcast_of("WebcastChatMessage")]
    assert plan.expected.comments == 95 == len(said)
    assert plan.expected.likes == sum(data["likeCount"] for data in webcast_of("WebcastLikeMessage"))
    social = webcast_of("WebcastSocialMessage")
    assert plan.expected.shares == sum(data["action"] == "3" for data in social)
    followers = {data["user"]["userId"] for data in social if data["action"] == "1"}
    assert plan.expected.new_followers == len(followers)
    joins = [turn for turn in plan.turns if turn.kind is Kind.JOIN]
    assert len(joins) == len(webcast_of("WebcastMemberMessage")) == 102
    assert plan.expected.questions == 1


def test_a_streak_counts_as_often_as_its_highest_count() -> None:
    highest: dict[tuple[str, ...], int] = {}
    alone = 0
    for record in webcast():
        if record["type"] != "WebcastGiftMessage":
            continue
        data = record["data"]
        if "groupId" not in data:
            alone += data["repeatCount"]
            continue
        key = (data["common"]["roomId"], data["user"]["userId"], data["giftId"], data["groupId"])
        highest[key] = max(highest.get(key, 0), data["repeatCount"])
    plan = planned(WEBCAST)
    assert plan.expected.gifts == sum(highest.values()) + alone == 129
    assert sum(data["repeatCount"] for data in webcast_of("WebcastGiftMessage")) > 2 * plan.expected.gifts
    assert plan.counts.late_gifts > 0


def test_a_gift_becomes_the_one_of_its_price_and_the_recorded_price_is_told() -> None:
    by_id = {gift.id: gift for gift in catalogue()}
    plan = planned(EVENTS / "tiktok_connector_v1_events.json")
    (given,) = [turn for turn in plan.turns if turn.kind is Kind.GIFT]
    assert by_id[given.gift_id].coins == 25 == plan.expected.coins == plan.counts.recorded_coins


def test_a_super_chat_is_said_and_given() -> None:
    plan = planned(EVENTS / "youtube_livechat.jsonl")
    kinds = Counter(turn.kind for turn in plan.turns)
    assert kinds[Kind.GIFT] == 9  # 5 Super Chats, 2 stickers, 2 gifts in Jewels
    assert "This is superchat message." in [turn.text for turn in plan.turns]
    dearest = max(gift.coins for gift in catalogue() if gift.id in {turn.gift_id for turn in plan.turns})
    assert dearest == 4_888  # 10,800 yen are some 5,100 coins


def test_bits_are_a_gift_beside_what_was_said() -> None:
    plan = planned(EVENTS / "twitch_irc.jsonl")
    assert plan.expected.gifts == 2 and plan.counts.recorded_coins == 15
    said = [turn.text for turn in plan.turns if turn.kind is Kind.COMMENT]
    assert "PogChamp10" in said
    assert not any("\x01" in text or "ACTION" in text for text in said)


def test_a_plan_is_the_same_every_time() -> None:
    assert planned(WEBCAST) == planned(WEBCAST)
