"""The picture: the preview, and sending it while on air. Its parts: source, video settings, outputs...

GUI thread; media threads reach it through queued signals alone. Signals: ``preview_ready`` (a new
frame waits, coalesced), ``changed`` (figures, once a second), ``failed(sentence)``.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
from dataclasses import dataclass
from pathlib import Path

import psutil
from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtGui import QImage

from studio.media.audio.thread import SoundThread
from studio.media.congestion import Upload
from studio.media.counters import MediaCounters
from studio.media.engine import MediaEngine
from studio.media.errors import EncoderFailed
from studio.media.frame import Pixels
from studio.media.guard import Sight
from studio.media.look.process import LookProcess
from studio.media.overlay import Overlay
from studio.media.scene.stage import MAIN
from studio.net.credentials import CredentialStore
from studio.net.publisher import MediaPublisher
from studio.services.bit_rate import BitRateService
from studio.services.link import LinkService
from studio.services.output_settings import OutputSettings
from studio.services.outputs import OutputsService
from studio.services.picture_source import PictureSource
from studio.services.picture_stream import OutputStream
from studio.services.preview import PreviewFeed
from studio.services.profile import Profile
from studio.services.rate import RateOfChange
from studio.services.replay import ReplayService
from studio.services.scenes.wiring import SceneEngine
from studio.services.tasks import Tasks
from studio.services.upload import UploadService
from studio.services.video import SOUND_KBPS, Choose, VideoService, choose_here

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class BroadcastCounters:
    """What the status bar shows. ``lagged``: compositor ticks missed; ``skipped``: the encoder was too
    slow; ``dropped``: the network was. ``output_state`` is empty when all is well, else a sentence."""

    camera_fps: float = 0.0
    preview_fps: float = 0.0
    captured: int = 0
    composed: int = 0
    lagged: int = 0
    encoded: int = 0
    skipped: int = 0
    dropped: int = 0
    encode_ms_p50: float = 0.0
    bitrate_kbps: int = 0
    cpu_percent: float = 0.0
    on_air: bool = False
    output_state: str = ""


class BroadcastService(QObject):
    """Invariant: the publisher runs exactly while a room is on air."""

    preview_ready = Signal()
    changed = Signal()
    failed = Signal(str)
    _encoder_failure_came = Signal(object)
    _encoder_change_came = Signal(str)

    def __init__(
        self,
        link: LinkService,
        profile: Profile,
        tasks: Tasks,
        demo_clip: Path,
        tls: ssl.SSLContext | None = None,
        sound: SoundThread | None = None,
        keys: CredentialStore | None = None,
        choose_encoder: Choose = choose_here,
    ) -> None:
        """``keys``: where stream keys are kept, if not in a store of its own."""
        super().__init__()
        self._tls = tls
        self._link = link
        self._profile = profile
        self._tasks = tasks
        keys = keys or CredentialStore()
        self.source = PictureSource(
            profile, tasks, keys, demo_clip, lambda source: self._engine.switch_source(source)
        )
        self.video = VideoService(profile, tasks, lambda: self._engine.on_air, choose_encoder)
        self._engine = MediaEngine(
            self.video.canvas,
            on_preview_ready=self.preview_ready.emit,
            on_source_state=self.source.capture_told.emit,
            on_encoder_failed=self._encoder_failure_came.emit,
            on_encoder_changed=self._encoder_change_came.emit,
            sound=sound,
        )
        self._engine.set_mirrored(profile.saved.mirrored)
        self.source.failed.connect(self.failed)
        self._encoder_failure_came.connect(self._encoder_failed)
        self._encoder_change_came.connect(self._encoder_changed)
        self.video.canvas_changed.connect(self._canvas_changed)
        self.video.failed.connect(self.failed)
        self.preview = PreviewFeed(self._engine.preview)
        settings = OutputSettings(profile, keys, tasks)
        self.outputs = OutputsService(tasks, settings, self._engine)
        self.bit_rate = BitRateService(profile, self._uploads, self._engine.set_bit_rate)
        self.replay = ReplayService(profile, tasks, settings, self._engine)
        self.upload = UploadService(link, lambda: self._engine.on_air, tls)
        for part in (
            self.video,
            self.upload,
            self.outputs,
            self.bit_rate,
            self.replay,
            self.source,
        ):
            part.setParent(self)
        self._publishing: asyncio.Task[None] | None = None
        self._publisher: MediaPublisher | None = None
        self.counters = BroadcastCounters()
        self._output_state = ""
        self._process = psutil.Process()
        self._preview_rate = RateOfChange()
        self._byte_rate = RateOfChange()
        self._clock = QTimer(self)
        self._clock.setInterval(1_000)
        self._clock.timeout.connect(self._count)
        self._clock.start()

    @property
    def canvas(self) -> tuple[int, int]:
        return self.video.canvas.width, self.video.canvas.height

    @property
    def canvas_fps(self) -> int:
        return self.video.canvas.fps

    @property
    def bit_rate_kbps(self) -> int:
        return self.video.saved.kbps

    @property
    def upload_needed_kbps(self) -> int:
        """What the backend and every target that is switched on take of the upload together."""
        targets = sum(target.enabled for target in self.outputs.settings.rows)
        return self.video.upload_kbps * (1 + targets)

    @property
    def recording_kbps(self) -> int:
        """What picture and sound together take on the disk."""
        return self.bit_rate_kbps + SOUND_KBPS

    @property
    def mirrored(self) -> bool:
        """Whether the host's own preview is mirrored; viewers never see it so."""
        return self._profile.saved.mirrored

    @mirrored.setter
    def mirrored(self, mirrored: bool) -> None:
        self._profile.update(mirrored=mirrored)
        self._engine.set_mirrored(mirrored)
        self.source.changed.emit()

    def set_overlays(self, overlays: tuple[Overlay, ...]) -> None:
        """Draws these over the picture, for the preview and, if wanted, viewers; the first lies lowest."""
        self._engine.set_overlays(overlays)

    def set_overlays_for_viewers(self, wanted: bool) -> None:
        """Whether they are part of the picture that is sent and recorded, or the host's alone."""
        self._engine.set_overlays_for_viewers(wanted)

    @property
    def stage(self) -> SceneEngine:
        """Where scenes are shown."""
        return self._engine

    def set_look(self, process: LookProcess) -> None:
        """What becomes of every picture of the chosen source, and of those chosen later, from the next on."""
        self._engine.set_input_process(MAIN, process)

    def set_preview_size(self, width: int, height: int) -> None:
        self.preview.set_size(width, height)

    def take_preview(self) -> QImage | None:
        """The newest picture as the host sees it: mirrored when they wish, what lies over it never."""
        return self.preview.take()

    def preview_painted(self) -> None:
        self.preview.painted()

    def go_on_air(self, room_id: str) -> None:
        """Encodes, and sends to the backend and the other outputs, from now on."""
        address = self._link.address
        assert address is not None, "a room was opened over this link"
        stream = OutputStream("backend")
        try:
            if not self.source.id:
                self.source.choose_demo()
            outputs = [stream.output, *self.outputs.begin(), *self.replay.begin()]
            self._engine.go_on_air(outputs, self.video.settings, self.video.kinds)
        except RuntimeError:
            log.exception("going on air")
            self.failed.emit("The picture could not be started; end the LIVE and start it again.")
            return
        self.bit_rate.begin(self.video.settings.bit_rate)
        self._publisher = MediaPublisher(
            address, self._link.token, room_id, stream, self._link.clock, self._output_changed, self._tls
        )
        self._publishing = self._tasks.start(self._publisher.run(), self._output_changed)

    async def leave_air(self) -> None:
        """Stops sending and encoding; the preview goes on."""
        self.bit_rate.end()
        if self._publishing is not None:
            self._publishing.cancel()
            await asyncio.gather(self._publishing, return_exceptions=True)
            self._publishing = None
            self._publisher = None
        await self._tasks.blocking(self._engine.leave_air)
        await self.outputs.end()
        self._count()

    def retry_now(self) -> None:
        if self._publisher is not None:
            self._publisher.retry_now()
        self.outputs.retry_now()

    def sight(self) -> Sight | None:
        """What the guard must know of the source; None without one."""
        return self._engine.sight()

    def reopen_source(self) -> None:
        """Gives the device back and opens it again; returns at once."""
        self._engine.reopen_source()

    def set_curtain(self, picture: Pixels | None) -> None:
        """Shows ``picture`` instead of the source, to everyone; None: the source again."""
        self._engine.set_curtain(picture)

    def media_counters(self) -> MediaCounters:
        """The engine's own figures, for reports."""
        return self._engine.counters()

    async def stop(self) -> bool:
        """Ends all media threads; False when a driver still blocks one."""
        self._clock.stop()
        await self.leave_air()
        return await self._tasks.blocking(self._engine.stop)

    @Slot()
    def _canvas_changed(self) -> None:
        self._engine.set_canvas(self.video.canvas)
        self.source.changed.emit()

    @Slot(str)
    def _encoder_changed(self, sentence: str) -> None:
        """The LIVE goes on; the host learns it in one line."""
        self.video.took_over(sentence)
        self.failed.emit(sentence)

    @Slot(object)
    def _encoder_failed(self, error: EncoderFailed) -> None:
        self._output_state = str(error)
        self.failed.emit(str(error))

    def _output_changed(self, sentence: str) -> None:
        self._output_state = sentence

    def _uploads(self) -> list[Upload]:
        sending = self._publisher is not None and not self._output_state
        return self.outputs.uploads(self._engine.counters().outputs, sending)

    def _count(self) -> None:
        media = self._engine.counters()
        sent = self._publisher.sent_bytes if self._publisher else 0
        self.counters = BroadcastCounters(
            camera_fps=media.capture_fps,
            preview_fps=self._preview_rate.per_s(self.preview.painted_count),
            captured=media.captured,
            composed=media.composed,
            lagged=media.lagged,
            encoded=media.encoded,
            skipped=media.skipped,
            dropped=sum(output.dropped for output in media.outputs),
            encode_ms_p50=media.encode_ms_p50,
            bitrate_kbps=round(self._byte_rate.per_s(sent) * 8 / 1_000),
            cpu_percent=self._process.cpu_percent(None),
            on_air=self._engine.on_air,
            output_state=self._output_state if self._engine.on_air else "",
        )
        self.changed.emit()
