"""A seeded practice audience: real viewer clients of the protocol. No Qt, no backend, no media."""
