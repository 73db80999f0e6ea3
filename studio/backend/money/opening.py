"""The money's parts that run beside the writer, opened and closed together. Event-loop thread."""

from __future__ import annotations

import secrets

from studio.backend.counters import Counters
from studio.backend.money.bookkeeping import Bookkeeping
from studio.backend.money.sandbox_bank import BANK_NAME, SandboxBank
from studio.backend.money.sending import Sending
from studio.backend.settings import BackendSettings
from studio.backend.storage.reader import Reader
from studio.backend.storage.writer import Writer


class MoneyParts:
    """`start` before anyone may connect; `close`, as often as one likes, while the writer still runs."""

    def __init__(self, settings: BackendSettings, writer: Writer, reader: Reader, counters: Counters) -> None:
        secret = settings.payout_secret or secrets.token_bytes(32)
        self.bank = SandboxBank(settings.data_dir / BANK_NAME, secret, settings.bank)
        self.sending = Sending(
            writer, reader, self.bank, counters, secret=secret, ask_after_s=settings.payout_ask_s
        )
        self.books = Bookkeeping(settings, writer, reader, self.sending)

    async def start(self) -> None:
        await self.bank.start(self.sending.callback)
        await self.books.start()

    async def close(self) -> None:
        await self.books.close()
        await self.bank.close()
