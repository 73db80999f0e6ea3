"""What an audit finds: the rule that is broken and the row that breaks it. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

#: Rows named in one report; a broken file must not fill the memory. All are counted.
_MOST_NAMED = 100


@dataclass(frozen=True, slots=True)
class Problem:
    """``rule``: what should hold; ``table`` and ``row``: where it does not; ``what``: what stands there."""

    rule: str
    table: str
    row: str
    what: str

    def __str__(self) -> str:
        return f"{self.rule}: {self.table} {self.row}: {self.what}"


@dataclass(slots=True)
class AuditReport:
    """``problems`` is empty when the books are right. ``debits`` and ``credits``: the sums by ledger."""

    transfers: int = 0
    gifts: int = 0
    payouts: int = 0
    debits: dict[str, int] = field(default_factory=dict)
    credits: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    found: int = 0

    @property
    def ok(self) -> bool:
        return not self.found

    def broken(self, rule: str, table: str, row: Any, what: str) -> None:
        self.found += 1
        if len(self.problems) < _MOST_NAMED:
            self.problems.append(Problem(rule, table, str(row), what))
