"""Who is signed in: sign up, sign in, sign out, and the token between starts.

GUI thread; keyring calls go to the pool. Signals: ``changed``; ``failed(sentence)`` for what a
person must read.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

import msgspec
from PySide6.QtCore import QObject, Signal

from studio.model.room import Person, Room
from studio.net.address import BackendAddress, BadAddress, parse_address
from studio.net.credentials import CredentialStore
from studio.net.errors import Disconnected, Rejected
from studio.net.secret import Secret
from studio.protocol.codes import ErrorCode
from studio.protocol.command import Command
from studio.protocol.commands import Account, SignedIn, SignIn, SignOut, SignUp
from studio.protocol.events import Followed
from studio.protocol.frames import Identified
from studio.protocol.session import RoomEvents
from studio.services.link import LinkService
from studio.services.profile import Profile
from studio.services.router import Listener
from studio.services.tasks import Tasks, sentence

log = logging.getLogger(__name__)

#: Stands for the backend that the app starts itself.
THIS_COMPUTER = "this computer"

StartEmbedded = Callable[[], Awaitable[BackendAddress]]


class AccountService(QObject, Listener):
    """Invariant: ``signed_in`` only with an account the backend has confirmed in this run."""

    changed = Signal()
    failed = Signal(str)

    def __init__(
        self,
        link: LinkService,
        store: CredentialStore,
        profile: Profile,
        tasks: Tasks,
        start_embedded: StartEmbedded,
    ) -> None:
        super().__init__()
        self._link = link
        self._store = store
        self._profile = profile
        self._tasks = tasks
        self._start_embedded = start_embedded
        self._account: Account | None = None
        self.backend = profile.saved.backend_url or THIS_COMPUTER
        self.busy = False
        self.live_room: Room | None = None
        self._refused = False
        link.token_refused.connect(self._token_refused)

    @property
    def signed_in(self) -> bool:
        return self._account is not None

    @property
    def person(self) -> Person | None:
        return self._account.person if self._account else None

    @property
    def handle(self) -> str:
        return self._account.person.handle if self._account else self._profile.saved.handle

    @property
    def name(self) -> str:
        return self._account.person.shown_name if self._account else ""

    @property
    def followers(self) -> int:
        return self._account.followers if self._account else 0

    @property
    def keyring_ok(self) -> bool:
        return self._store.persistent

    @property
    def keyring_note(self) -> str:
        return self._store.place

    @property
    def known_backends(self) -> list[tuple[str, str]]:
        """(label, value) pairs for the sign-in screen; other addresses may be typed."""
        known = [("This computer", THIS_COMPUTER)]
        if self.backend != THIS_COMPUTER:
            known.append((self.backend, self.backend))
        return known

    async def restore(self) -> bool:
        """Signs in with the kept token, if there is one; False leaves the sign-in screen up."""
        if not self._profile.saved.handle:
            return False
        self._refused = False
        try:
            self._set_busy(True)
            address = await self._address(self.backend)
            token = await self._tasks.blocking(lambda: self._store.get(self._key(self.handle)))
            if token is None:
                return False
            await self._link.open(address, token)
        except (Disconnected, BadAddress) as error:
            if not self._refused:  # which was said already
                self.failed.emit(str(error))
            return False
        finally:
            self._set_busy(False)
        return self.signed_in

    async def sign_in(self, backend: str, handle: str, password: str) -> None:
        """Signs in at a backend (``THIS_COMPUTER`` or an address); ``failed`` says why not."""
        await self._enter(backend, SignIn(handle=handle.strip(), password=password))

    async def sign_up(self, backend: str, handle: str, name: str, password: str) -> None:
        """Makes a host's account and signs in."""
        command = SignUp(handle=handle.strip(), password=password, name=name.strip(), role="host")
        await self._enter(backend, command)

    async def sign_in_again(self, password: str) -> None:
        """Proves who sits here, on the connection there is. Raises Rejected, Disconnected."""
        result = await self._link.ask(SignIn(handle=self.handle, password=password))
        assert isinstance(result, SignedIn)
        token = Secret(result.token)
        self._link.use_token(token)
        key = self._key(self.handle)
        await self._tasks.blocking(lambda: self._store.put(key, token))

    async def sign_out(self) -> None:
        """Revokes the token and forgets it here."""
        try:
            await self._link.ask(SignOut())
        except (Disconnected, Rejected) as error:
            log.info("the token could not be revoked: %s", error)
        handle = self.handle
        await self._tasks.blocking(lambda: self._store.delete(self._key(handle)))
        await self._link.close()
        self._account = None
        self.live_room = None
        self.changed.emit()

    def on_identified(self, identified: Identified) -> None:
        self.live_room = identified.live_room
        if identified.account is not None:
            self._account = identified.account
        self.changed.emit()

    def on_events(self, batch: RoomEvents) -> None:
        followers = [event.followers for event in batch.events if isinstance(event, Followed)]
        if followers and self._account is not None:
            self._account = msgspec.structs.replace(self._account, followers=followers[-1])

    async def _enter(self, backend: str, command: Command) -> None:
        if self.busy:
            return
        self._set_busy(True)
        try:
            address = await self._address(backend)
            await self._link.open(address, Secret(""))
            result = await self._link.ask(command)
            assert isinstance(result, SignedIn)
            if result.account.role != "host":
                await self._link.close()
                raise Rejected(ErrorCode.NOT_A_HOST, str(ErrorCode.NOT_A_HOST.__doc__))
            await self._accept(backend, address, result)
        except (Disconnected, BadAddress) as error:
            await self._link.close()  # else it would go on trying an address that may be wrong
            self.failed.emit(str(error))
        except Rejected as error:
            self.failed.emit(str(error))
        except OSError as error:
            log.exception("signing in failed")
            self.failed.emit(sentence(error))
        finally:
            self._set_busy(False)

    async def _accept(self, backend: str, address: BackendAddress, result: SignedIn) -> None:
        token = Secret(result.token)
        self.backend = THIS_COMPUTER if backend == THIS_COMPUTER else address.origin
        self._profile.update(backend_url=self.backend, handle=result.account.person.handle)
        key = self._key(result.account.person.handle)
        await self._tasks.blocking(lambda: self._store.put(key, token))
        # A fresh, identified connection: the backend then says what else it knows (an open LIVE).
        await self._link.open(address, token)

    def _token_refused(self, sentence: str) -> None:
        """Expired, or revoked elsewhere: signed out here too, and the token is forgotten."""
        key = self._key(self.handle)
        self._refused = True
        self._account = None
        self.live_room = None
        self._tasks.start(self._tasks.blocking(lambda: self._store.delete(key)))
        self.changed.emit()  # first the sign-in screen, then the sentence on it
        self.failed.emit(sentence)

    async def _address(self, backend: str) -> BackendAddress:
        if backend == THIS_COMPUTER:
            return await self._start_embedded()
        return parse_address(backend)

    def _key(self, handle: str) -> str:
        return f"token:{handle.lower()}@{self.backend}"

    def _set_busy(self, busy: bool) -> None:
        self.busy = busy
        self.changed.emit()
