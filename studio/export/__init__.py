"""Exports of a host's earnings, each with proof: rows in a chain, and totals that the backend has signed."""
