"""The sandbox shop: coin packs for test money. Event-loop thread; the purchase is a job of the writer."""

from __future__ import annotations

from studio.backend.client import Client
from studio.backend.errors import Rejected
from studio.backend.handling import Plan, Plans, signed_in
from studio.backend.money import ledger
from studio.backend.settings import BackendSettings
from studio.backend.storage.tx import Tx
from studio.protocol.codes import ErrorCode
from studio.protocol.command import Result
from studio.protocol.commands import Bought, BuyCoins


class Shop:
    """The topic's handler."""

    def __init__(self, settings: BackendSettings) -> None:
        self._packs = {pack.pack_id: pack for pack in settings.packs}

    def plans(self) -> Plans:
        return {BuyCoins: self._buy}

    def _buy(self, client: Client, command: BuyCoins, request_id: str) -> Plan:
        account = signed_in(client)
        pack = self._packs.get(command.pack_id)
        if pack is None:
            raise Rejected(ErrorCode.UNKNOWN_PACK)

        def work(tx: Tx) -> Result:
            happening = ledger.Happening(f"{request_id}.{account.id}", account.id, pack.pack_id)
            coins = ledger.buy(tx, happening, pack)
            return Bought(transfer_id=f"{happening.link_id}.{ledger.PURCHASE_COINS}", coins=coins)

        return Plan(work)
