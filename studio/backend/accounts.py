"""Accounts: sign up, sign in, sign out, and the tokens that open a session.

Event-loop thread; Argon2 runs on a small executor of its own (bounded: two at a time), the rows are the
writer's. Passwords and tokens are never logged; tokens are stored as SHA-256 (they are 256 random bits: no
salt needed).
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import secrets
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select, update

from studio.backend.client import Client
from studio.backend.errors import Rejected
from studio.backend.handling import Answer, Asks, checked_text, signed_in, too_fast
from studio.backend.hub import Hub
from studio.backend.limits import Buckets, Clock, SignInGuard
from studio.backend.settings import BackendSettings
from studio.backend.storage import schema
from studio.backend.storage.reader import AccountRecord, Reader
from studio.backend.storage.tx import Tx
from studio.backend.storage.writer import Writer
from studio.protocol.codes import ErrorCode
from studio.protocol.command import Done
from studio.protocol.commands import Account, Balance, GetBalance, SignedIn, SignIn, SignOut, SignUp

_HANDLE = re.compile(r"[A-Za-z0-9._-]{2,24}", re.ASCII)
_MS_PER_DAY = 86_400_000
_HASHERS = 2


def hash_token(token: str) -> bytes:
    """What of a token is stored."""
    return hashlib.sha256(token.encode()).digest()


@dataclass(frozen=True, slots=True)
class _NewToken:
    token: str
    expires_ms: int


class Passwords:
    """Argon2id on its own threads. A handle nobody has costs as much time as one somebody has."""

    def __init__(self, settings: BackendSettings) -> None:
        cost = settings.password_cost
        self._hasher = PasswordHasher(
            time_cost=cost.passes, memory_cost=cost.memory_kib, parallelism=cost.lanes
        )
        self._pool = ThreadPoolExecutor(_HASHERS, thread_name_prefix="backend-argon2")
        self._nobody = self._hasher.hash(secrets.token_hex(16))

    def close(self) -> None:
        self._pool.shutdown(wait=True)

    async def hash(self, password: str) -> str:
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._hasher.hash, password)

    async def fits(self, stored: str | None, password: str) -> bool:
        """Whether the password is the stored one's; None (no such account) never fits."""

        def verify() -> bool:
            try:
                return self._hasher.verify(stored or self._nobody, password) and stored is not None
            except (VerificationError, InvalidHashError):
                return False

        return await asyncio.get_running_loop().run_in_executor(self._pool, verify)


class Accounts:
    """The topic's handlers, and the account part of Identified."""

    def __init__(
        self, settings: BackendSettings, hub: Hub, writer: Writer, reader: Reader, clock: Clock
    ) -> None:
        self._settings = settings
        self._hub = hub
        self._writer = writer
        self._reader = reader
        self._passwords = Passwords(settings)
        self._guard = SignInGuard(settings.rate_limits, clock)
        self._sign_ups = Buckets(settings.rate_limits.sign_ups_per_address, clock)

    def asks(self) -> Asks:
        return {
            SignUp: self._sign_up,
            SignIn: self._sign_in,
            SignOut: self._sign_out,
            GetBalance: self._balance,
        }

    def close(self) -> None:
        self._passwords.close()

    async def describe(self, record: AccountRecord) -> Account:
        """The account with its followers and balances."""
        followers, purse = await self._reader.standing(record.id)
        return Account(
            person=record.person,
            role=record.role,
            followers=followers,
            coins=purse.coins,
            diamonds=purse.diamonds,
            pending=purse.pending,
            available=purse.available,
            reserved=purse.reserved,
        )

    async def _sign_up(self, client: Client, command: SignUp) -> Answer:
        limits = self._settings.limits
        if not _HANDLE.fullmatch(command.handle):
            raise Rejected(ErrorCode.INVALID_HANDLE)
        if not limits.password_min <= len(command.password) <= limits.password_max:
            raise Rejected(ErrorCode.WEAK_PASSWORD)
        if command.role not in ("viewer", "host"):
            raise Rejected(ErrorCode.MALFORMED, "role is viewer or host")
        name = checked_text("A name", command.name, limits.display_name_max, may_be_empty=True)
        if wait := self._sign_ups.take(client.address):
            raise too_fast(wait)
        password_hash = await self._passwords.hash(command.password)
        record = AccountRecord(secrets.token_hex(8), command.handle, name, command.role)
        token = secrets.token_urlsafe(32)

        def work(tx: Tx) -> _NewToken:
            taken = select(schema.accounts.c.id).where(schema.accounts.c.handle_key == record.handle.lower())
            if tx.execute(taken).one_or_none() is not None:
                raise Rejected(ErrorCode.HANDLE_TAKEN)
            tx.add(
                "accounts",
                {
                    "id": record.id,
                    "handle": record.handle,
                    "handle_key": record.handle.lower(),
                    "name": record.name,
                    "role": record.role,
                    "password_hash": password_hash,
                    "created_ms": tx.now_ms,
                },
            )
            return self._add_token(tx, record.id, token)

        return await self._enter(client, record, await self._writer.submit(work))

    async def _sign_in(self, client: Client, command: SignIn) -> Answer:
        key = command.handle.lower()
        if wait := self._guard.wait_s(client.address, key):
            raise too_fast(wait)
        if len(command.password) > self._settings.limits.password_max:
            raise Rejected(ErrorCode.WRONG_PASSWORD)
        known = await self._reader.account_by_handle(key)
        if not await self._passwords.fits(known[1] if known else None, command.password):
            self._guard.failed(client.address, key)
            raise Rejected(ErrorCode.WRONG_PASSWORD)
        assert known is not None
        self._guard.succeeded(client.address, key)
        token = secrets.token_urlsafe(32)
        record = known[0]
        made = await self._writer.submit(lambda tx: self._add_token(tx, record.id, token))
        return await self._enter(client, record, made)

    def _add_token(self, tx: Tx, account_id: str, token: str) -> _NewToken:
        expires_ms = tx.now_ms + self._settings.token_days * _MS_PER_DAY
        tx.add(
            "tokens",
            {
                "hash": hash_token(token),
                "account_id": account_id,
                "created_ms": tx.now_ms,
                "expires_ms": expires_ms,
            },
        )
        return _NewToken(token, expires_ms)

    async def _enter(self, client: Client, record: AccountRecord, made: _NewToken) -> Answer:
        account = await self.describe(record)
        self._hub.become(client, record, hash_token(made.token))
        return Answer(SignedIn(account=account, token=made.token, expires_ms=made.expires_ms))

    async def _sign_out(self, client: Client, _command: SignOut) -> Answer:
        signed_in(client)
        token_hash = client.token_hash

        def work(tx: Tx) -> None:
            tokens = schema.tokens
            tx.execute(update(tokens).where(tokens.c.hash == token_hash).values(revoked_ms=tx.now_ms))

        await self._writer.submit(work)
        self._hub.become(client, None)
        self._hub.close_token(token_hash, besides=client)
        return Answer(Done())

    async def _balance(self, client: Client, _command: GetBalance) -> Answer:
        _, purse = await self._reader.standing(signed_in(client).id)
        rates = self._hub.rates
        return Answer(
            Balance(
                coins=purse.coins,
                diamonds=purse.diamonds,
                micro_dollars=rates.micro_dollars(purse.diamonds),
                rates=rates,
                pending=purse.pending,
                available=purse.available,
                reserved=purse.reserved,
            )
        )
