"""The earnings column: diamonds of this LIVE, supporters, balance, goal. GUI thread; no net, no media."""

from studio.ui.earnings.earnings_column import EarningsColumn

__all__ = ["EarningsColumn"]
