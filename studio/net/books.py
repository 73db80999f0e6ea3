"""What an audit of a backend's books on this computer says. Blocks; must not import Qt."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

_LIMIT_S = 300.0


@dataclass(frozen=True, slots=True)
class AuditedBooks:
    """Transfers, and the sums of debits and credits by ledger. ``verdict``: "ok", or the first broken row."""

    transfers: int
    debits: dict[str, int]
    credits: dict[str, int]
    verdict: str


class _Broken(msgspec.Struct):
    rule: str
    table: str
    row: str
    what: str


class _Line(msgspec.Struct):
    transfers: int
    debits: dict[str, int]
    credits: dict[str, int]
    first: _Broken | None


def audit_books(program: Sequence[str], data: Path) -> AuditedBooks:
    """Proves the books in ``data`` from their rows, in a process of its own; the backend may run meanwhile.

    Never raises: an audit that came to nothing is a verdict, too.
    """
    command = [*program, "backend", "audit", "--data-dir", str(data)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=_LIMIT_S, check=False)
        line = msgspec.json.decode(done.stdout, type=_Line)
    except (OSError, subprocess.TimeoutExpired, msgspec.DecodeError) as error:
        return AuditedBooks(0, {}, {}, f"the audit could not be made: {error}")
    broken = line.first
    verdict = "ok" if broken is None else f"{broken.table} {broken.row}: {broken.rule} ({broken.what})"
    return AuditedBooks(line.transfers, line.debits, line.credits, verdict)
