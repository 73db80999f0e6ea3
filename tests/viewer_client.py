"""A viewer for tests: a plain client of the protocol on the test's own loop."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from typing import TypeVar

from studio.net.address import BackendAddress
from studio.net.connection import EventConnection
from studio.net.errors import Disconnected, Rejected
from studio.net.secret import Secret
from studio.protocol.codes import ErrorCode
from studio.protocol.command import Command, Result
from studio.protocol.commands import BuyCoins, EnterRoom, GiftAccepted, SendGift, SignedIn, SignIn, SignUp
from studio.protocol.session import Happening, RoomEvents

ROSE, CONFETTI = 1001, 1009
R = TypeVar("R", bound=Result)


class TestViewer:
    """One person watching: signs up, enters, acts; keeps every event it heard."""

    __test__ = False

    def __init__(self, address: BackendAddress, handle: str) -> None:
        self.handle = handle
        self.heard: list[object] = []
        self.connection = EventConnection(address, "test viewer", lambda status: None, self._happened)

    async def enter(self, room_id: str, *packs: str, again: bool = False) -> None:
        """Signs up, or in ``again``, and buys."""
        self.connection.start()
        await self.connection.wait_open()
        sign = SignIn if again else SignUp
        signed_in = await self.connection.ask(sign(handle=self.handle, password="a long password"))
        assert isinstance(signed_in, SignedIn)
        self.connection.token = Secret(signed_in.token)
        await self.connection.ask(EnterRoom(room_id=room_id))
        for pack in packs:
            await self.connection.ask(BuyCoins(pack_id=pack))

    async def ask(self, command: Command) -> Result:
        return await asyncio.wait_for(self.connection.ask(command), 20)

    async def give_on(
        self, room_id: str, dice: random.Random, answered: list[GiftAccepted], on: Callable[[], bool]
    ) -> None:
        """Gives without pause while ``on()``, over cuts, too; every answer is put into ``answered``."""
        while on():
            gift, count = dice.choice([(ROSE, 1), (ROSE, 1), (ROSE, 3), (CONFETTI, 1)])
            try:
                answer = await self.connection.ask(SendGift(room_id=room_id, gift_id=gift, count=count))
            except Disconnected:
                await asyncio.sleep(0.05)
                continue
            except Rejected as refusal:
                if refusal.code != ErrorCode.NOT_ENOUGH_COINS:
                    raise
                await self.connection.ask(BuyCoins(pack_id="coins-17500"))
                continue
            assert isinstance(answer, GiftAccepted)
            answered.append(answer)
            await asyncio.sleep(0.005)

    async def leave(self) -> None:
        await self.connection.stop()

    def _happened(self, happening: Happening) -> None:
        if isinstance(happening, RoomEvents):
            self.heard.extend(happening.events)
