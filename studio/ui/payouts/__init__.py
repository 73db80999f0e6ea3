"""Cashing out, payouts, and how an amount came about."""
