"""Polls, countdowns, giveaways and treasure boxes: the strip above the feed and the cards that begin them.

GUI thread; services and model only.
"""
