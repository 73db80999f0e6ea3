"""The feed's type faces and measures in the present theme, made once per theme or text scale. GUI thread."""

from __future__ import annotations

from dataclasses import dataclass

from studio.ui import theme
from studio.ui.feed.text_block import TypeFace
from studio.ui.theme import Tokens, density, fonts

#: Logical pixels on the 8 px grid's halves: edge to card, edge to portrait, card to what is in it.
SIDE = 12
PLAIN_LEFT = 16
CARD_PAD = 12
PORTRAIT = 28
PORTRAIT_GAP = 10
#: The portrait of a compact comment, in the middle of where the others are.
SMALL_PORTRAIT = 20
#: Where the words of a plain row begin; room at its right end for the button with three dots.
TEXT_LEFT = PLAIN_LEFT + PORTRAIT + PORTRAIT_GAP
MORE = 34


@dataclass(frozen=True)
class FeedStyle:
    """Faces by what they say. ``dpr``: the screen's pixel ratio; ``compact``: rows lie close."""

    tokens: Tokens
    dpr: float
    compact: bool
    name: TypeFace
    badge: TypeFace
    message: TypeFace
    strong: TypeFace
    quiet: TypeFace
    quiet_strong: TypeFace
    moving: TypeFace
    small: TypeFace
    count: TypeFace
    count_large: TypeFace
    final: TypeFace
    final_large: TypeFace
    gift_large: TypeFace
    initial: TypeFace

    @classmethod
    def current(cls, dpr: float) -> FeedStyle:
        """The style of the theme and text scale in use."""
        return cls(
            tokens=theme.current(),
            dpr=dpr,
            compact=density.compact(),
            name=TypeFace.of(fonts.font(12.5, 600)),
            badge=TypeFace.of(fonts.font(10.5, 600)),
            message=TypeFace.of(fonts.font(14)),
            strong=TypeFace.of(fonts.font(14, 600)),
            quiet=TypeFace.of(fonts.font(12.5)),
            quiet_strong=TypeFace.of(fonts.font(12.5, 600)),
            moving=TypeFace.of(fonts.font(12.5, figures=True)),
            small=TypeFace.of(fonts.font(11.5, 600, figures=True)),
            count=TypeFace.of(fonts.font(19, 800, figures=True), 1.2),
            count_large=TypeFace.of(fonts.font(24, 800, figures=True), 1.2),
            final=TypeFace.of(fonts.font(19, 800), 1.2),
            final_large=TypeFace.of(fonts.font(24, 800), 1.2),
            gift_large=TypeFace.of(fonts.font(16.5, 700), 1.25),
            initial=TypeFace.of(fonts.font(12.5, 700)),
        )
