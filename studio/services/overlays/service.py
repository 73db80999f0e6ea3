"""The overlays: hears the room, draws what has changed, hands the drawings to the picture.

GUI thread, where drawing an alert takes about 2 ms; at most once in ``_SETTLE_MS``, whatever the room does.
Hears events last of all, so that nothing that goes wrong here can cost a gift. Must not import ui.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import count

from PySide6.QtCore import QObject, QTimer, Signal

from studio.media.overlay import Overlay
from studio.model.gift import Gift, GiftCatalogue
from studio.model.reaction import reaction_of
from studio.protocol.events import GiftSent, RoomClosed, RoomOpened
from studio.protocol.session import RoomEvents, RoomLost, RoomResumed
from studio.services.broadcast import BroadcastService
from studio.services.earnings import EarningsService
from studio.services.gui_thread import assert_gui_thread
from studio.services.link import LinkService
from studio.services.overlays.alert_queue import AlertQueue, GiftAlert
from studio.services.overlays.drawings import Drawings, content_of
from studio.services.overlays.facts import RoomFacts
from studio.services.overlays.kinds import DEFAULTS, Choice, OverlayKind, Place
from studio.services.overlays.layout import Box, arrange
from studio.services.profile import Profile, SavedOverlay
from studio.services.router import Listener
from studio.services.soon import Soon

_SETTLE_MS = 80
#: Older gifts come again after a long cut or a restart: they count, but nobody is thanked an hour late.
_FRESH_MS = 60_000


#: As wide as a portrait picture.
_WIDE = (OverlayKind.GOAL, OverlayKind.ALERT, OverlayKind.QUESTION, OverlayKind.POLL)


def _steady_ms() -> int:
    return time.monotonic_ns() // 1_000_000


def _put(overlay: Overlay, box: Box, opacity: float) -> Overlay:
    """The drawing at its place, at one step of its fade."""
    return (overlay if opacity == 1.0 else overlay.faded(opacity)).at(box.x, box.y)


class OverlaysService(QObject, Listener):
    """Invariant: what is over the picture shows the newest facts, at most ``_SETTLE_MS`` old.

    ``changed``: what the host chose, or whether alerts are paused, waiting or up. ``alert_shown(GiftAlert)``:
    one came up, once a streak; ``alert_cut_off``: it was taken down before its time. Sound follows these.
    """

    changed = Signal()
    alert_shown = Signal(object)
    alert_cut_off = Signal()

    def __init__(
        self,
        broadcast: BroadcastService,
        earnings: EarningsService,
        link: LinkService,
        profile: Profile,
        catalogue: GiftCatalogue,
        families: Callable[[], tuple[str, ...]],
        now_ms: Callable[[], int] = _steady_ms,
    ) -> None:
        """``families``: the fonts of the picture, asked for when the first overlay is drawn."""
        super().__init__()
        self._broadcast, self._earnings, self._link = broadcast, earnings, link
        self._profile, self._catalogue = profile, catalogue
        self._now_ms = now_ms
        self._facts = RoomFacts()
        self._alerts = AlertQueue(self.alert_shown.emit)
        self._drawings = Drawings(families)
        self._placed: tuple[tuple[Overlay, Box, float], ...] = ()
        self._said = (False, 0, False)
        self._tests = count(1)
        broadcast.set_overlays_for_viewers(self.for_viewers)
        self._later = Soon(_SETTLE_MS, self.refresh, self)
        self._alert_clock = QTimer(self)
        self._alert_clock.setSingleShot(True)
        self._alert_clock.timeout.connect(self.refresh)

    def places(self, kind: OverlayKind) -> tuple[Place, ...]:
        """Where ``kind`` can go; what is as wide as a portrait picture has no left and right in it."""
        width, height = self._broadcast.canvas
        wide = kind in _WIDE and width < height
        return (Place.TOP, Place.BOTTOM) if wide else tuple(Place)

    def choice(self, kind: OverlayKind) -> Choice:
        """What the host chose for ``kind``, or the default."""
        saved = self._profile.saved.overlays.get(kind.value)
        if saved is None:
            return DEFAULTS[kind]
        try:
            return Choice(saved.on, Place(saved.place))
        except ValueError:  # written by another version, or by hand
            return Choice(saved.on, DEFAULTS[kind].place)

    def choose(self, kind: OverlayKind, *, on: bool | None = None, place: Place | None = None) -> None:
        """Shows, hides or moves an overlay, now and for the next LIVE."""
        before = self.choice(kind)
        wanted = SavedOverlay(before.on if on is None else on, (place or before.place).value)
        self._profile.update(overlays={**self._profile.saved.overlays, kind.value: wanted})
        if kind is OverlayKind.ALERT and not wanted.on:
            self._alerts.clear()  # switching them on again must not replay an evening
        self.refresh()
        self.changed.emit()

    @property
    def for_viewers(self) -> bool:
        """Whether the overlays are part of the picture that is sent and recorded.

        Off at first: the backend's own page draws gifts and goal itself, sharper and where its feed leaves
        room. RTMP targets and recordings have nothing but the picture.
        """
        return self._profile.saved.overlays_for_viewers

    def show_to_viewers(self, wanted: bool) -> None:
        """Puts the overlays into the picture for everyone, or leaves them to the host's preview."""
        self._profile.update(overlays_for_viewers=wanted)
        self._broadcast.set_overlays_for_viewers(wanted)
        self.changed.emit()

    @property
    def alerts_paused(self) -> bool:
        return self._alerts.paused

    @property
    def alerts_waiting(self) -> int:
        """Alerts that will be shown after the present one."""
        return self._alerts.waiting

    @property
    def alert_up(self) -> bool:
        return self._alerts.current is not None

    def pause_alerts(self, paused: bool = True) -> None:
        """While paused nothing is shown and nothing is lost; what was up comes again afterwards."""
        if paused:
            self._alerts.pause()
            self.alert_cut_off.emit()
        else:
            self._alerts.resume(self._now_ms())
        self.refresh()

    def skip_alert(self) -> None:
        """Takes down what is up now, for good."""
        self.alert_cut_off.emit()
        self._alerts.skip(self._now_ms())
        self.refresh()

    def test_alert(self, gift: Gift | None = None) -> None:
        """Shows a gift (the largest one) as if somebody had sent it, saying that it is a test.

        Switches alerts on.
        """
        if not self.choice(OverlayKind.ALERT).on:
            self.choose(OverlayKind.ALERT, on=True)
        gift = gift or self._catalogue.gifts[-1]
        self._offer(
            GiftAlert(
                streak_id=f"test {next(self._tests)}",
                who="A kind viewer",
                gift_name=gift.name,
                art=gift.art,
                tier=gift.tier,
                count=1,
                coins=gift.coins,
                test=True,
                gift_id=gift.id,
                show=reaction_of(self._profile.saved.reactions, gift.id, gift.tier).show,
            )
        )
        self.refresh()

    def on_events(self, batch: RoomEvents) -> None:
        assert_gui_thread()
        for event in batch.events:
            if isinstance(event, RoomOpened | RoomClosed):
                self._alerts.clear()
            if isinstance(event, GiftSent):
                self._gift(event)
            else:
                self._facts.hear(event)
        self._soon()

    def on_resumed(self, resumed: RoomResumed) -> None:
        self._facts.room_open = True
        self._facts.goal = resumed.result.room.goal
        self._facts.resume(resumed.result.room.activities)
        self._soon()

    def on_lost(self, lost: RoomLost) -> None:
        self._facts.reset()
        self._alerts.clear()
        self._soon()

    def refresh(self) -> None:
        """Draws what has changed and puts it over the picture; nothing when nothing has."""
        self._later.stop()
        now_ms = self._now_ms()
        self._alerts.advance(now_ms)
        canvas = self._broadcast.canvas
        up = self._drawn_now(canvas)
        # What comes and goes lies furthest from the edge, the alert last: nothing has to move for it.
        up.sort(key=lambda item: (item[0] is OverlayKind.ALERT, item[0] is OverlayKind.QUESTION))
        boxes = arrange(canvas, [(self.choice(kind).place, overlay.size) for kind, overlay in up])
        opacity = self._alerts.opacity(now_ms)
        placed = tuple(
            (overlay, box, opacity if kind is OverlayKind.ALERT else 1.0)
            for (kind, overlay), box in zip(up, boxes, strict=True)
        )
        if placed != self._placed:
            self._placed = placed
            self._broadcast.set_overlays(tuple(_put(*one) for one in placed))
        changes = (self._alerts.next_change_ms(now_ms), self._facts.next_change_ms(self._link.clock.now_ms()))
        waits = [wait_ms for wait_ms in changes if wait_ms is not None]
        if waits:
            self._alert_clock.start(min(waits))
        else:
            self._alert_clock.stop()
        self._say_alerts()

    def _gift(self, event: GiftSent) -> None:
        if not event.added or self._link.clock.now_ms() - event.at_ms > _FRESH_MS:
            return
        gift = self._catalogue.get(event.gift_id) or Gift(
            id=event.gift_id, name=event.gift_name, coins=max(1, event.coins_each)
        )
        self._offer(
            GiftAlert(
                streak_id=event.streak_id,
                who=event.person.shown_name,
                gift_name=event.gift_name,
                art=gift.art,
                tier=gift.tier,
                count=event.count,
                coins=event.count * event.coins_each,
                gift_id=gift.id,
                show=reaction_of(self._profile.saved.reactions, gift.id, gift.tier).show,
            )
        )

    def _offer(self, alert: GiftAlert) -> None:
        if self.choice(OverlayKind.ALERT).on:
            self._alerts.offer(alert, self._now_ms())

    def _soon(self) -> None:
        self._later.ask()

    def _drawn_now(self, canvas: tuple[int, int]) -> list[tuple[OverlayKind, Overlay]]:
        """What is on and has something to show."""
        kinds = [kind for kind in OverlayKind if self.choice(kind).on]
        ranked = OverlayKind.SUPPORTER in kinds and self._facts.room_open  # ranking everyone is not free
        best = self._earnings.supporters[:1] if ranked else ()
        alert, server_ms = self._alerts.current, self._link.clock.now_ms()
        contents = [(kind, content_of(kind, self._facts, alert, best, server_ms)) for kind in kinds]
        found = [(kind, self._drawings.get(kind, content, canvas)) for kind, content in contents]
        return [(kind, overlay) for kind, overlay in found if overlay is not None]

    def _say_alerts(self) -> None:
        state = (self.alerts_paused, self.alerts_waiting, self.alert_up)
        if state != self._said:
            self._said = state
            self.changed.emit()
