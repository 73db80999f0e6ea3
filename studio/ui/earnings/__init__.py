"""The earnings column: diamonds of this LIVE, supporters, balance, goal. GUI thread; no net, no media."""
