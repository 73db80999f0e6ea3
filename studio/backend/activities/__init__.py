"""Polls, countdowns, giveaways, treasure boxes and the fan club.

Handlers on the event-loop thread; what they plan and what time brings about runs on the writer's.
"""
