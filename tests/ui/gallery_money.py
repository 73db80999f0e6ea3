"""Scenes of the gallery about money: the cards to cash out with and how an amount came about."""

from __future__ import annotations

from msgspec.structs import replace

from studio.model.payout import DerivationLine, LineKind, Payout, PayoutState, Reversal
from studio.model.room import Person
from studio.net.errors import Rejected
from studio.protocol.codes import ErrorCode
from studio.protocol.frames import BalanceChanged, GiftReversed, Notice, PayoutChanged
from studio.protocol.money import Derivation, Payouts
from studio.services.derivation import LIVE, Derived
from studio.services.payouts import Asking
from studio.ui.main_window import MainWindow
from tests.fakes.feed_services import START_MS
from tests.fakes.studio_stage import Stage

PEOPLE = ("mika.draws", "春日_haru", "yusuf.art · يوسف", "n" * 200, "kofi 🦊", "sunny_side")
GIFTS = (1029, 1001, 1013, 1005, 1020)


def payout(number: int, state: PayoutState, reason: str = "") -> Payout:
    """The ``number``-th from now; each a week older."""
    at_ms = START_MS - number * 7 * 86_400_000
    return Payout(
        payout_id=f"{number:032x}",
        diamonds=20_000 + number * 1_750,
        micro_dollars=(20_000 + number * 1_750) * 5_000,
        micro_dollars_per_diamond=5_000,
        state=state,
        requested_ms=at_ms,
        changed_ms=at_ms + 90_000,
        reason=reason,
    )


def with_payouts(stage: Stage, newest: PayoutState) -> None:
    """A history of payouts, and some pending diamonds."""
    told = [payout(number, PayoutState.PAID) for number in range(1, 9)]
    told[2] = replace(told[2], state=PayoutState.RETURNED, reason="The account named is closed")
    told.insert(0, payout(0, newest))
    for one in told:
        stage.router.route(Notice(payout=PayoutChanged(payout=one)))
    stage.link.payouts = Payouts(payouts=tuple(told), paid_micro_dollars=1_240_000_000)
    stage.services.payouts.paid_micro_dollars = 1_240_000_000
    news = BalanceChanged(
        coins=0,
        diamonds=84_112 + 3_200,
        micro_dollars=0,
        pending=3_200,
        available=84_112,
        reserved=0 if newest.settled else 20_000,
    )
    stage.router.route(Notice(balance=news))
    stage.flush()


def lines(count: int) -> tuple[DerivationLine, ...]:
    """Gifts of people with names of every kind, and one that was taken back."""
    made = []
    for number in range(count):
        coins = (29_999, 1, 299, 30, 10_000)[number % 5] * (1 if number % 3 else 4)
        share = coins * 50_000 // 1_000_000
        back = number == 3
        diamonds = -(coins - share) if back else coins - share
        who = PEOPLE[number % len(PEOPLE)]
        made.append(
            DerivationLine(
                transfer_id=f"{number:020x}.gift_diamonds",
                kind=LineKind.REVERSAL if back else LineKind.GIFT,
                at_ms=START_MS + number * 21_000,
                diamonds=diamonds,
                micro_dollars=diamonds * 5_000,
                diamonds_per_coin=1,
                micro_dollars_per_diamond=5_000,
                share_ppm=50_000,
                share=share,
                coins=coins,
                gift_id=GIFTS[number % 5],
                count=1 if number % 3 else 4,
                person=Person(id=who, handle=who),
            )
        )
    return tuple(made)


def cash_out(stage: Stage, window: MainWindow) -> None:
    with_payouts(stage, PayoutState.PAID)
    window.money.open_cash_out(window.live.earnings.balance)


def cash_out_under_way(stage: Stage, window: MainWindow) -> None:
    with_payouts(stage, PayoutState.SENT)
    window.money.open_cash_out(window.live.earnings.balance)


def cash_out_password(stage: Stage, window: MainWindow) -> None:
    with_payouts(stage, PayoutState.RETURNED)
    payouts = stage.services.payouts
    payouts.asking = Asking.PASSWORD
    payouts.trouble = str(Rejected(ErrorCode.WRONG_PASSWORD, str(ErrorCode.WRONG_PASSWORD.__doc__)))
    window.money.open_cash_out(window.live.earnings.balance)


def taken_back(stage: Stage, window: MainWindow) -> None:
    with_payouts(stage, PayoutState.PAID)
    reversal = Reversal(
        no=1,
        gift_transfer_id="t",
        purchase_transfer_id="p",
        room_id="room",
        event_seq=3,
        person=Person(id="mika", handle="mika.draws"),
        gift_id=1029,
        coins=29_999,
        diamonds=29_999,
        reason="The card’s owner disputed the payment",
        at_ms=START_MS,
    )
    stage.router.route(Notice(gift_reversed=GiftReversed(reversal=reversal)))
    stage.flush()


def derivation(stage: Stage, window: MainWindow, opening: int = 0) -> None:
    with_payouts(stage, PayoutState.PAID)
    told = lines(60)
    total = sum(line.diamonds for line in told)
    amount = 20_000 if opening else total
    stage.link.derivation = Derivation(
        opening=opening,
        closing=opening + total,
        amount=amount,
        micro_dollars=amount * 5_000,
        micro_dollars_per_diamond=5_000,
        lines=told,
    )
    if opening:
        window.money.cash_out.derivation_wanted.emit(payout(0, PayoutState.PAID).payout_id)
    else:
        window.money.derive(Derived(LIVE, "room"), window.live.earnings.balance)


def derivation_of_payout(stage: Stage, window: MainWindow) -> None:
    derivation(stage, window, opening=9_999)
