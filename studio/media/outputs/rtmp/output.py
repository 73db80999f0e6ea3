"""Sends the broadcast to one RTMP or RTMPS server.

Thread: see `outputs.network`. Must not import: Qt, net, av.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable
from functools import partial

from studio.media.errors import StreamRefused
from studio.media.outputs.network import UNREACHED, NetworkOutput, explain_unreached
from studio.media.outputs.rtmp.connection import RtmpConnection
from studio.media.outputs.rtmp.target import RtmpTarget


class RtmpOutput(NetworkOutput):
    """`tls`: whom to trust instead of the authorities of this system."""

    def __init__(
        self,
        target: RtmpTarget,
        *,
        on_status: Callable[[], None] | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        super().__init__(
            target.name,
            "rtmp",
            lambda: RtmpConnection(target, tls=tls),
            partial(explain, target=target),
            on_status=on_status,
        )


def explain(error: OSError | StreamRefused, target: RtmpTarget) -> str:
    """One sentence: what happened and what to do. Never holds the stream key."""
    name, host = target.name, target.host
    if isinstance(error, StreamRefused):
        return f"{name}: the server answers, but {error}. Check the address and the stream key."
    if isinstance(error, UNREACHED):
        return explain_unreached(error, name, host, target.port)
    if isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        return f"{name}: {host} closed the connection. If that goes on, check the stream key."
    if isinstance(error, ssl.SSLError):
        return f"{name}: {host} does not speak TLS; perhaps its address begins with rtmp://, not rtmps://."
    if isinstance(error, TimeoutError):
        return f"{name}: {host} takes nothing in. Check your network; it is tried again by itself."
    if isinstance(error, ConnectionError):
        return f"{name}: {host} closed the connection. If that goes on, check the stream key."
    return explain_unreached(error, name, host, target.port)
