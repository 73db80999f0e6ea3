"""How the studio reacts to a gift: what is heard, and what comes over the picture. Pure values.

A host chooses for a tier (`tier_key`) or for one gift (`gift_key`); what is not chosen is as it comes.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

import msgspec

TIERS = range(1, 6)
#: Gifts with a reaction of their own.
MOST_GIFTS = 100


class Sound(StrEnum):
    """What is heard. ``OWN`` is a file of the host's; the numbers are the five that are shipped."""

    TIER = "tier"  # the tier's own
    NONE = "none"
    FIRST = "1"
    SECOND = "2"
    THIRD = "3"
    FOURTH = "4"
    FIFTH = "5"
    OWN = "own"


class Show(StrEnum):
    """What comes over the picture."""

    BANNER = "banner"
    BURST = "burst"
    NONE = "none"


class Reaction(msgspec.Struct, frozen=True, kw_only=True):
    """``file``: the path of a sound of the host's own, with ``Sound.OWN``."""

    sound: Sound = Sound.TIER
    file: str = ""
    show: Show = Show.BANNER


USUAL = Reaction()


def tier_key(tier: int) -> str:
    return f"tier:{tier}"


def gift_key(gift_id: int) -> str:
    return f"gift:{gift_id}"


def reaction_of(chosen: Mapping[str, Reaction], gift_id: int, tier: int) -> Reaction:
    """The gift's own, else its tier's, else the usual one."""
    return chosen.get(gift_key(gift_id)) or chosen.get(tier_key(tier)) or USUAL
