"""Pixels: sources -> compositor -> encoder -> outputs. No Qt, no network in this room.

Start reading at `engine.MediaEngine`; every other module is one station a picture passes.
"""
