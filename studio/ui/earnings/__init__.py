"""The earnings column: diamonds of this LIVE, supporters, balance, goal. GUI thread; imports services, model, theme."""
