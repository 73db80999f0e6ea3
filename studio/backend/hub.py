"""Who is connected, who is in which room, and the tick that sends everyone what happened.

Event-loop thread. Everything it tells is committed: `deliver` is called by the writer after each commit.
Rooms on air are in ``rooms``; a room leaves it when its last event has been sent.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from studio.backend.attendant import RoomAttendant
from studio.backend.catch_up import catch_up
from studio.backend.client import Client, Stay
from studio.backend.counters import Counters
from studio.backend.errors import Rejected
from studio.backend.room_view import RoomView
from studio.backend.settings import BackendSettings
from studio.backend.storage.reader import AccountRecord, Reader
from studio.backend.storage.tx import Committed, Purse, Tx
from studio.backend.storage.writer import Writer
from studio.backend.throttle import Throttle
from studio.model.moderation import Permission
from studio.protocol.codes import CloseCode, ErrorCode
from studio.protocol.frames import BalanceChanged, Moderates, Notice, TurnedOut

log = logging.getLogger(__name__)


class Hub:
    """Invariant: a client with a `Stay` in a room counts in its audience until it leaves, closes or the
    room ends.
    """

    def __init__(self, settings: BackendSettings, counters: Counters, reader: Reader) -> None:
        self.settings = settings
        self.counters = counters
        self.reader = reader
        self.rooms: dict[str, RoomView] = {}
        self.clients: set[Client] = set()
        self.on_room_closed: Callable[[str], None] = lambda room_id: None
        self.writer: Writer | None = None
        self._attendants: dict[str, RoomAttendant] = {}
        self._by_account: dict[str, set[Client]] = {}
        self._tick = Throttle(settings.tick_s, self._flush)
        self.rates = settings.rates
        self._money: dict[str, Purse] = {}
        self._tell_money = Throttle(settings.balance_every_s, self._send_balances)

    def close(self) -> None:
        """Stops all timers; sends what is pending first."""
        self._flush()
        self._tick.close()
        self._tell_money.close()
        for attendant in self._attendants.values():
            attendant.close()

    # --- rooms

    def add_room(self, view: RoomView) -> RoomAttendant:
        """A room that is on air now (or was, when the last backend stopped)."""
        self.rooms[view.room_id] = view
        attendant = RoomAttendant(view, self.settings, self.background, self.notify)
        self._attendants[view.room_id] = attendant
        attendant.host_changed()
        return attendant

    def attendant(self, room_id: str) -> RoomAttendant | None:
        return self._attendants.get(room_id)

    def activity_moved(self, room_id: str) -> None:
        """Somebody voted or takes part in what runs in the room."""
        attendant = self._attendants.get(room_id)
        if attendant is not None:
            attendant.activity_moved()

    def deliver(self, committed: Committed) -> None:
        """What a commit made true: into the rooms, to be sent at the next tick; notices at once."""
        for room_id, snapshot in committed.rooms.items():
            view = self.rooms.get(room_id)
            if view is not None:
                view.snapshot = snapshot
            elif snapshot.room.live:
                view = RoomView(snapshot, self.settings.ring_events)
                view.seq = view.flushed_seq = 0  # its first events come with this commit
                self.add_room(view)
        for stored in committed.events:
            view = self.rooms.get(stored.room_id)
            if view is None:
                continue
            view.apply(stored)
            self._attendants[stored.room_id].happened(stored.event)
            if view.brimming:
                view.flush(self.counters)
        if committed.events:
            self.counters.events += len(committed.events)
            self._tick.poke()
        for room_id, account_id in committed.turned_out:
            self._turn_out(room_id, account_id)
        for account_id, notice in committed.notices:
            self.notify(account_id, notice)
        if committed.rates is not None:
            self.rates = committed.rates
        if committed.money:
            self._money.update(committed.money)
            self._tell_money.poke()

    def _flush(self) -> None:
        for view in list(self.rooms.values()):
            if view.pending:
                view.flush(self.counters)
            if not view.snapshot.room.live:
                self._retire(view)

    def _retire(self, view: RoomView) -> None:
        del self.rooms[view.room_id]
        self._attendants.pop(view.room_id).close()
        for client in self.clients:
            stay = client.stays.get(view.room_id)
            if stay is not None and stay.catching_up is None:
                del client.stays[view.room_id]
        self.on_room_closed(view.room_id)

    def _turn_out(self, room_id: str, account_id: str) -> None:
        """All connections of the account leave the room and are told."""
        for client in list(self._by_account.get(account_id, ())):
            if room_id in client.stays:
                self.leave(client, room_id)
        self.notify(account_id, Notice(turned_out=TurnedOut(room_id=room_id)))

    # --- clients

    def add(self, client: Client) -> None:
        self.clients.add(client)

    def remove(self, client: Client) -> None:
        """The connection is gone."""
        self.clients.discard(client)
        for room_id in list(client.stays):
            self.leave(client, room_id)
        self._forget_account(client)

    def become(self, client: Client, account: AccountRecord | None, token_hash: bytes = b"") -> None:
        """The client is this account now (None: nobody's): its news come here, it watches under its name."""
        self._forget_account(client)
        client.account, client.token_hash = account, token_hash
        if account is not None:
            self._by_account.setdefault(account.id, set()).add(client)
        self._count_again(client)

    def _forget_account(self, client: Client) -> None:
        if client.account is not None:
            same = self._by_account.get(client.account.id, set())
            same.discard(client)
            if not same:
                self._by_account.pop(client.account.id, None)

    def close_token(self, token_hash: bytes, besides: Client) -> None:
        """A token was revoked: its other connections end."""
        for client in list(self.clients):
            if client is not besides and client.token_hash == token_hash:
                client.close(CloseCode.TOKEN_INVALID)

    def online(self) -> frozenset[str]:
        """Accounts with an open connection."""
        return frozenset(self._by_account)

    def notify(self, account_id: str, notice: Notice) -> None:
        for client in list(self._by_account.get(account_id, ())):
            client.send(notice)

    def _send_balances(self) -> None:
        money, self._money = self._money, {}
        for account_id, purse in money.items():
            if account_id in self._by_account:
                balance = BalanceChanged(
                    coins=purse.coins,
                    diamonds=purse.diamonds,
                    micro_dollars=self.rates.micro_dollars(purse.diamonds),
                    pending=purse.pending,
                    available=purse.available,
                    reserved=purse.reserved,
                )
                self.notify(account_id, Notice(balance=balance))

    # --- in and out of rooms

    def settle_in(self, client: Client, room_id: str, after_seq: int, *, announce: bool) -> None:
        """The client has its answer: from now on it gets every event after ``after_seq``, and it counts."""
        if client.closing is not None:
            return
        self.leave(client, room_id)
        if room_id in self.rooms and not self._greet(client, self.rooms[room_id]):
            return  # blocked between the answer and now
        stay = client.stays[room_id] = Stay(room_id, client.key)
        view = self.rooms.get(room_id)
        if view is not None:
            self._count(client, view, stay, announce=announce)
            if view.join(client, after_seq):
                self._tick.poke()
                return
        task = asyncio.get_running_loop().create_task(catch_up(self, client, stay, after_seq))
        task.add_done_callback(_log_failure)
        stay.catching_up = task

    def _greet(self, client: Client, view: RoomView) -> bool:
        """Tells a moderator what they may do here. False for who is blocked."""
        account_id = client.account.id if client.account is not None else ""
        permissions = view.snapshot.moderators.get(account_id)
        if permissions is not None:
            ordered = tuple(one for one in Permission if one in permissions)
            client.send(Notice(moderates=Moderates(room_id=view.room_id, permissions=ordered)))
        return account_id not in view.snapshot.blocked

    def caught_up(self, stay: Stay) -> None:
        self._tick.poke()
        stay.catching_up = None

    def leave(self, client: Client, room_id: str) -> None:
        stay = client.stays.pop(room_id, None)
        if stay is None:
            return
        if stay.catching_up is not None:
            stay.catching_up.cancel()
        view = self.rooms.get(room_id)
        if view is not None:
            self._uncount(client, view, stay)
            view.leave(client)

    def _count(self, client: Client, view: RoomView, stay: Stay, *, announce: bool) -> None:
        attendant = self._attendants[view.room_id]
        stay.key = client.key
        if stay.key == view.host_id:
            view.hosts.add(client)
            attendant.host_changed()
            return
        view.audience.come(stay.key)
        attendant.audience_changed()
        if client.account is not None:
            attendant.came(client.account.person, announce=announce)

    def _uncount(self, client: Client, view: RoomView, stay: Stay) -> None:
        attendant = self._attendants[view.room_id]
        if client in view.hosts:
            view.hosts.discard(client)
            attendant.host_changed()
        else:
            view.audience.go(stay.key)
            attendant.audience_changed()

    def _count_again(self, client: Client) -> None:
        for room_id, stay in client.stays.items():
            view = self.rooms.get(room_id)
            if view is not None and stay.key != client.key:
                self._uncount(client, view, stay)
                self._count(client, view, stay, announce=True)

    # --- jobs of our own

    def background(self, work: Callable[[Tx], None]) -> None:
        """Queues a job nobody waits for; what goes wrong is logged."""
        if self.writer is not None:
            self.writer.submit(work).add_done_callback(_log_failure)


def _log_failure(future: asyncio.Future[None]) -> None:
    if future.cancelled():
        return
    error = future.exception()
    if isinstance(error, Rejected):
        if error.code not in (ErrorCode.ROOM_CLOSED, ErrorCode.SHUTTING_DOWN):
            log.warning("a job of the backend was refused: %s", error)
    elif error is not None:
        log.error("a job of the backend failed", exc_info=error)
