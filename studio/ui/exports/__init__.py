"""Exports of earnings, and their check."""
