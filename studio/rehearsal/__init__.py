"""Audiences to rehearse with, seeded or recorded: real viewer clients of the protocol. No Qt, no backend."""
