"""The bridge from the encoder's thread to the publisher's coroutine.

``FragmentOutput`` belongs to media, ``MediaPublisher`` to net; neither knows the other. Consumed on
the event loop's thread only.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from studio.media.outputs.fragment_output import FragmentOutput


@dataclass(frozen=True, slots=True)
class StreamFragment:
    """What the publisher sends; the init segment is one too."""

    data: bytes
    is_init: bool
    is_key: bool
    pts_us: int
    captured_ns: int | None


class OutputStream:
    """Invariant: after ``restart`` comes an init segment, then a keyframe, then what follows it. The same
    when another encoder took over; ``mime`` is the new one's from that init segment on.
    """

    def __init__(self, name: str) -> None:
        self._loop = asyncio.get_running_loop()
        self._wake = asyncio.Event()
        self._init_due = True
        self._begun = False
        self._held: StreamFragment | None = None  # waits for the init segment before it to be sent
        self.output = FragmentOutput(name, on_ready=self._on_ready)

    @property
    def mime(self) -> str:
        config = self.output.config
        assert config is not None, "ask after `ready`"
        codecs = config.codec if config.audio is None else f"{config.codec},{config.audio.codec}"
        return f'video/mp4; codecs="{codecs}"'

    @property
    def size(self) -> tuple[int, int]:
        config = self.output.config
        assert config is not None, "ask after `ready`"
        return config.width, config.height

    async def ready(self) -> None:
        """Waits for the encoder's first packet, which says what the stream is.

        Waits on when the encoder failed to start: ``BroadcastService`` tells the host and cancels.
        """
        while self.output.config is None:
            await self._wake.wait()
            self._wake.clear()

    def restart(self) -> None:
        self._init_due = True
        self._held = None
        if self._begun:  # else what waits is the beginning, and nothing of it need be dropped
            self.output.restart()

    async def next(self) -> StreamFragment:
        """The next piece; waits for ever when the broadcast has ended (its task is cancelled then)."""
        while True:
            held, self._held = self._held, None
            if held is not None:
                return held
            init = self.output.init_segment
            if self._init_due and init is not None:
                self._init_due = False
                return StreamFragment(init, True, False, 0, None)
            fragment = None if self._init_due else self.output.get(0)
            if fragment is not None:
                self._begun = True
                piece = StreamFragment(
                    fragment.data, False, fragment.is_key, fragment.pts_us, fragment.captured_ns
                )
                if fragment.init is None:
                    return piece
                self._held = piece
                return StreamFragment(fragment.init, True, False, fragment.pts_us, None)
            await self._wake.wait()
            self._wake.clear()

    def _on_ready(self) -> None:
        """On the encode thread."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wake.set)
