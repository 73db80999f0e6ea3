"""A poll of a LIVE: what is asked, and how often each answer was chosen. Pure values."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class PollKind(StrEnum):
    """What decides: one vote a viewer, or how many of each answer's gift are given."""

    VOTES = "votes"
    GIFTS = "gifts"


class PollOption(msgspec.Struct, frozen=True, kw_only=True):
    """One answer. In a poll of gifts ``gift_id`` and ``gift_name`` say which gift stands for it."""

    text: str
    votes: int = 0
    gift_id: int = 0
    gift_name: str = ""


class Poll(msgspec.Struct, frozen=True, kw_only=True):
    """As of now. Times are Unix milliseconds of the server's clock; ``ends_ms`` 0: when the host ends it."""

    poll_id: str
    question: str
    options: tuple[PollOption, ...]
    kind: PollKind = PollKind.VOTES
    started_ms: int = 0
    ends_ms: int = 0
    ended: bool = False

    @property
    def total(self) -> int:
        return sum(option.votes for option in self.options)

    @property
    def leaders(self) -> tuple[int, ...]:
        """Places of the answers with most votes: several when they are level, none without a vote."""
        most = max((option.votes for option in self.options), default=0)
        return tuple(at for at, one in enumerate(self.options) if one.votes == most) if most else ()

    def percent(self, choice: int) -> int:
        """Of all votes, rounded down: what is shown never adds up to more than 100."""
        return self.options[choice].votes * 100 // self.total if self.total else 0

    def counting(self, choice: int, added: int) -> Poll:
        """The poll with ``added`` more votes (or fewer) for that answer."""
        changed = list(self.options)
        option = changed[choice]
        changed[choice] = msgspec.structs.replace(option, votes=max(0, option.votes + added))
        return msgspec.structs.replace(self, options=tuple(changed))

    def choice_of_gift(self, gift_id: int) -> int | None:
        """Which answer that gift stands for."""
        if self.kind is not PollKind.GIFTS:
            return None
        return next((at for at, one in enumerate(self.options) if one.gift_id == gift_id), None)
