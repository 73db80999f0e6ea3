"""What an export consists of: a head, rows, a tail. Pure values."""

from __future__ import annotations

from enum import StrEnum

import msgspec

FORMAT, VERSION = "host-studio-export", 1


class BadExport(ValueError):
    """A file is no export of ours, or is damaged beyond reading; the message says where."""


class Kind(StrEnum):
    """What a row tells of. ``LIVE``: all gifts of one LIVE together, ``count`` says how many messages."""

    GIFT = "gift"
    LIVE = "live"
    PAYOUT = "payout"
    REVERSAL = "reversal"


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """Whose export it is and of which time: from ``from_ms`` until before ``until_ms`` (Unix milliseconds).

    ``zone``: the IANA name of the zone of local times; empty: those of the computer it was made on.
    """

    format: str = FORMAT
    version: int = VERSION
    host_id: str
    handle: str
    from_ms: int
    until_ms: int
    zone: str
    made_by: str


class Row(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One gift message, payout or reversal; or one LIVE. ``micro_dollars``: what it is to the host.

    ``transfer``: its id in the backend's ledger; a LIVE's is its room's id.
    """

    no: int
    kind: Kind
    at_ms: int
    local: str
    live: str
    handle: str
    name: str
    what: str
    count: int
    coins: int
    diamonds: int
    micro_dollars: int
    transfer: str


class Signed(msgspec.Struct, frozen=True, kw_only=True):
    """The backend's own totals of that time: ``statement`` is the text it signed, see `model.Statement`."""

    statement: str
    signature: str
    public_key: str


class Tail(msgspec.Struct, frozen=True, kw_only=True):
    """Sums of the rows. ``signed`` is None when the backend could not be asked."""

    rows: int
    gifts: int
    coins: int
    diamonds: int
    paid_micro_dollars: int
    signed: Signed | None


class Sums(msgspec.Struct):
    """Adds rows up."""

    rows: int = 0
    gifts: int = 0
    coins: int = 0
    diamonds: int = 0
    paid_micro_dollars: int = 0

    def add(self, row: Row) -> None:
        self.rows += 1
        if row.kind is Kind.GIFT:
            self.gifts += 1
            self.coins += row.coins
            self.diamonds += row.diamonds
        elif row.kind is Kind.LIVE:
            self.gifts += row.count
            self.coins += row.coins
            self.diamonds += row.diamonds
        elif row.kind is Kind.PAYOUT:
            self.paid_micro_dollars += row.micro_dollars

    def add_all(self, more: Sums) -> None:
        """Those of other rows."""
        for name in self.__struct_fields__:
            setattr(self, name, getattr(self, name) + getattr(more, name))

    def tail(self, signed: Signed | None) -> Tail:
        return Tail(**msgspec.structs.asdict(self), signed=signed)
