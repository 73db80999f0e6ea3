"""WHIP: one WebRTC connection that publishes (RFC 9725), made by a process of its own."""
