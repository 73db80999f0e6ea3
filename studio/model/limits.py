"""The field's limits, in one place for server, studio and viewer page (the server sends them to clients)."""

from __future__ import annotations

import msgspec


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """Sizes are in characters (Unicode code points) unless the name says otherwise."""

    comment_max: int = 150
    question_max: int = 150
    title_max: int = 32
    topic_max: int = 32
    goal_title_max: int = 32
    handle_max: int = 24
    display_name_max: int = 200
    password_min: int = 8
    password_max: int = 256
    likes_per_event: int = 15
    gift_count_max: int = 999
    streak_timeout_ms: int = 4_000
    mute_seconds: tuple[int, ...] = (5, 30, 60, 300, 0)  # 0: the whole LIVE
    poll_question_max: int = 80
    poll_option_max: int = 40
    poll_options_max: int = 6  # and at least 2
    countdown_title_max: int = 40
    activity_seconds_max: int = 86_400
    prize_max: int = 60
    giveaway_places_max: int = 20
    giveaway_entries_max: int = 20_000
    box_coins_max: int = 100_000
    box_places_max: int = 100
    box_seconds: tuple[int, ...] = (30, 60, 180, 300)


LIMITS = Limits()

#: What a LIVE can be about; the topic names the shelf it is listed on.
TOPICS: tuple[str, ...] = (
    "Just chatting",
    "Art & drawing",
    "Music",
    "Gaming",
    "Cooking",
    "Dance",
    "Fitness",
    "Beauty & style",
    "Learning",
    "Outdoors",
    "Pets",
    "Shopping",
)
