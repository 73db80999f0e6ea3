"""The wire: typed messages, codec and a session with sequence numbers. No sockets, no Qt."""

#: Versions this package speaks, newest last. Hello offers them, Identify picks one.
VERSIONS: tuple[int, ...] = (1,)

#: Paths of the three WebSockets. Everything else under the same origin is plain HTTP GET.
EVENTS_PATH = "/ws/events"
PUBLISH_PATH = "/ws/publish"
WATCH_PATH = "/ws/watch"
