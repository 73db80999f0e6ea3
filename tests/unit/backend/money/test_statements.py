"""Signed statements over the wire, and the key they are signed with."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import msgspec
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from studio.backend.errors import StorageError
from studio.backend.money import orders
from studio.backend.money.signing import KEY_NAME, load_signer
from studio.backend.settings import BackendSettings
from studio.model.payout import PayoutState
from studio.model.statement import Statement
from studio.protocol.codes import ErrorCode
from studio.protocol.commands import BuyCoins, SendGift
from studio.protocol.money import GetStatement, RequestPayout, SignedStatement
from tests.unit.backend.conftest import CORGI
from tests.unit.backend.money.test_payouts import Staged, changes, quick

EVER = (0, 1 << 52)


def checked(answer: SignedStatement) -> Statement:
    """Raises InvalidSignature."""
    text = answer.statement.encode()
    Ed25519PublicKey.from_public_bytes(bytes.fromhex(answer.public_key)).verify(
        bytes.fromhex(answer.signature), text
    )
    return msgspec.json.decode(text, type=Statement)


async def test_the_ledger_signs_what_a_host_has_earned(settings: BackendSettings, staged: Staged) -> None:
    async with staged(quick(settings)) as stage:
        host, room_id = await stage.live()
        ana = await stage.guest(room_id, "ana")
        bought = await ana.ask(BuyCoins(pack_id="coins-3500"))
        for _ in range(3):
            await ana.ask(SendGift(room_id=room_id, gift_id=CORGI, count=3))
        await host.ask(RequestPayout(diamonds=2_000))
        await host.until(lambda: PayoutState.PAID in changes(host))
        told = checked(await host.ask(GetStatement(from_ms=EVER[0], until_ms=EVER[1])))
        assert (told.gifts, told.coins, told.diamonds, told.share) == (3, 2_691, 2_691, 0)
        assert (told.paid_payouts, told.paid_diamonds, told.paid_micro_dollars) == (1, 2_000, 10_000_000)
        assert (told.balances.available, told.balances.reserved) == (691, 0)
        refund = orders.Refund(transfer_id=bought.transfer_id)
        await stage.backend.writer.submit(lambda tx: orders.carry_out(tx, refund, "o1"))
        await host.until(lambda: [one for one in host.notices if one.gift_reversed])
        after = checked(await host.ask(GetStatement(from_ms=EVER[0], until_ms=EVER[1])))
        assert after.reversed_diamonds > 0 and after.diamonds == 2_691
        nothing = checked(await host.ask(GetStatement(from_ms=0, until_ms=1)))
        assert (nothing.gifts, nothing.diamonds, nothing.paid_payouts) == (0, 0, 0)
        other = await stage.host("hugo")
        assert checked(await other.ask(GetStatement(from_ms=EVER[0], until_ms=EVER[1]))).gifts == 0
        assert (await ana.refused(GetStatement(from_ms=0, until_ms=1))).code is ErrorCode.NOT_A_HOST
        assert (await host.refused(GetStatement(from_ms=1, until_ms=1))).code is ErrorCode.MALFORMED
        answer = await host.ask(GetStatement(from_ms=EVER[0], until_ms=EVER[1]))
        forged = msgspec.structs.replace(answer, statement=answer.statement.replace("2691", "9691"))
        with pytest.raises(InvalidSignature):
            checked(forged)


def test_the_key_is_made_once_and_never_replaced(tmp_path: Path) -> None:
    first = load_signer(tmp_path)
    path = tmp_path / KEY_NAME
    if sys.platform != "win32":
        assert os.stat(path).st_mode & 0o077 == 0, "its owner alone reads it"
    assert load_signer(tmp_path).public_key == first.public_key
    for damage in (b"", b"-----BEGIN nothing", path.read_bytes()[:-40]):
        path.write_bytes(damage)
        with pytest.raises(StorageError, match="damaged"):
            load_signer(tmp_path)
        assert path.read_bytes() == damage
