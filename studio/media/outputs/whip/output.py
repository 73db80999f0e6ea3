"""Sends the broadcast to a WHIP service.

Thread: see `outputs.network`. Must not import: Qt, net, av.
"""

from __future__ import annotations

import ssl
from collections.abc import Sequence
from functools import partial

from studio.media.errors import StreamRefused
from studio.media.outputs.network import UNREACHED, NetworkOutput, explain_unreached
from studio.media.outputs.whip.connection import WhipConnection
from studio.media.outputs.whip.target import WhipTarget


class WhipOutput(NetworkOutput):
    """`program`: how to start this program again. `tls`: whom to trust, else whom the system trusts."""

    def __init__(
        self,
        target: WhipTarget,
        program: Sequence[str],
        *,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        super().__init__(
            target.name,
            "whip",
            lambda: WhipConnection(target, program, tls=tls),
            partial(explain, target=target),
            fresh=True,
        )


def explain(error: OSError | StreamRefused, target: WhipTarget) -> str:
    """One sentence: what happened and what to do. Never holds the token."""
    name, host = target.name, target.host
    if isinstance(error, StreamRefused):
        return f"{name}: {host} answers, but {error}. Check the address and the token."
    if isinstance(error, UNREACHED):
        return explain_unreached(error, name, host, target.port)
    if isinstance(error, ssl.SSLError):
        return f"{name}: {host} does not speak TLS. Check the address."
    if isinstance(error, TimeoutError):
        return f"{name}: {host} does not answer. Check your network; it is tried again by itself."
    if isinstance(error, ConnectionError):
        return f"{name}: the connection to {host} was cut; it is made again by itself."
    return explain_unreached(error, name, host, target.port)
