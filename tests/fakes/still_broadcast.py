"""A broadcast service with a painted picture instead of a camera: the seam is ``take_preview`` alone.

The real media engine is tested in tests/unit/media and by the whole LIVE in tests/ui.
"""

from __future__ import annotations

import ssl
from pathlib import Path

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter, QPainterPath

from studio.media.compositor import SLATE_BGR
from studio.media.counters import MediaCounters
from studio.media.encoding.choice import EncoderChoice, choose
from studio.media.encoding.kinds import KINDS
from studio.media.encoding.probe import Probe
from studio.media.fit import fit
from studio.media.frame import Frame, Pixels
from studio.media.guard import Sight
from studio.media.look.process import LookProcess
from studio.media.outputs.output import OutputCounters
from studio.media.overlay import Overlay
from studio.media.settings import CanvasSettings, EncoderSettings
from studio.net.address import BackendAddress
from studio.net.credentials import CredentialStore
from studio.net.secret import Secret
from studio.services.broadcast import BroadcastCounters, BroadcastService
from studio.services.link import LinkService
from studio.services.picture_source import PictureSource, SourceState
from studio.services.profile import Profile
from studio.services.source_list import BUILT_IN, SourceChoice
from studio.services.tasks import Tasks
from studio.services.upload import UploadService

CAMERA = SourceChoice("camera:c920", "Logitech C920", "camera")


def no_trial(canvas: CanvasSettings, settings: EncoderSettings, wanted: str) -> EncoderChoice:
    """What a middling machine without a graphics card comes to, without encoding anything."""
    ms = 11.0 * canvas.width * canvas.height / (720 * 1280)
    probes = {
        kind: Probe(kind.title, failure=kind.missing) if kind.hardware else Probe(kind.title, ms, 42.0)
        for kind in KINDS
    }
    return choose(canvas, settings, wanted, lambda kinds, *_: tuple(probes[kind] for kind in kinds))


async def fast_upload(address: BackendAddress, token: Secret, tls: ssl.SSLContext | None) -> float:
    """Bits a second of a usual home, without sending anything."""
    return 11_200_000.0


class StillSource(PictureSource):
    """One camera that is always there."""

    def __init__(self, profile: Profile, tasks: Tasks) -> None:
        super().__init__(profile, tasks, CredentialStore(), Path("no-clip.mp4"), lambda _: None)
        self.asked: list[str] = []

    @property
    def choices(self) -> tuple[SourceChoice, ...]:
        return (CAMERA, *BUILT_IN)

    @property
    def id(self) -> str:
        return CAMERA.id

    @property
    def name(self) -> str:
        return CAMERA.name

    @property
    def is_device(self) -> bool:
        return True

    async def refresh(self) -> None:
        self.changed.emit()

    def choose(self, source_id: str) -> None:
        self.asked.append(source_id)


class StillBroadcast(BroadcastService):
    """``show_frame`` hands out one frame; ``state`` plays a camera that is missing, opening or lost."""

    def __init__(self, link: LinkService, profile: Profile, tasks: Tasks) -> None:
        super().__init__(link, profile, tasks, Path("no-clip.mp4"), choose_encoder=no_trial)
        self.source: StillSource = StillSource(profile, tasks)
        self.source.setParent(self)
        self.upload = UploadService(link, lambda: False, measure=fast_upload)
        self._waiting: QImage | None = None
        self.wanted_size = (405, 720)
        self.overlays: tuple[Overlay, ...] = ()
        self._shown = False
        self.curtain: Pixels | None = None
        self.seen: Sight | None = None
        self.media = MediaCounters(
            captured=0, capture_fps=30.0, source_silent_ms=20, composed=0, repeated=0, lagged=0, starved=0,
            compose_ms_p50=2.1, compose_ms_p95=3.0, encoded=0, skipped=0, encode_ms_p50=11.0,
            encode_ms_p95=14.0, outputs=(OutputCounters("backend", 0, 0, 0, 33),),
        )  # fmt: skip
        self.painted = 0
        self._clock.stop()

    @property
    def asked(self) -> list[str]:
        """The sources that were asked for."""
        return self.source.asked

    def set_preview_size(self, width: int, height: int) -> None:
        self.wanted_size = (width, height)

    def set_overlays(self, overlays: tuple[Overlay, ...]) -> None:
        self.overlays = overlays
        if self._shown:
            self.show_frame()

    def set_look(self, process: LookProcess) -> None:
        self.look = process
        if getattr(self, "_shown", False):
            self.show_frame()

    def set_overlays_for_viewers(self, wanted: bool) -> None:
        self.overlays_for_viewers = wanted

    def media_counters(self) -> MediaCounters:
        return self.media

    def sight(self) -> Sight | None:
        return self.seen

    def set_curtain(self, picture: Pixels | None) -> None:
        self.curtain = picture
        if self._shown:
            self.show_frame()

    def take_preview(self) -> QImage | None:
        frame, self._waiting = self._waiting, None
        return frame

    def preview_painted(self) -> None:
        self.painted += 1

    def state(self, state: SourceState, detail: str) -> None:
        self.source.state, self.source.detail = state, detail
        self.source.changed.emit()

    def run_camera(self, counters: BroadcastCounters) -> None:
        """A camera that runs, with these figures."""
        self.counters = counters
        self.state(SourceState.RUNNING, CAMERA.name)
        self.changed.emit()

    def show_frame(self) -> None:
        self._shown = True
        self._waiting = self._program().scaled(
            *self.wanted_size, mode=Qt.TransformationMode.SmoothTransformation
        )
        self.preview_ready.emit()

    def _program(self) -> QImage:
        """The drawn person with the overlays on top, as the compositor blends them."""
        width, height = self.canvas
        image = portrait(width, height)
        rows = np.frombuffer(image.bits(), np.uint8).reshape(height, image.bytesPerLine())
        picture = rows[:, : width * 3].reshape(height, width, 3)
        looked = self.look(Frame(picture.copy(), 0))
        instead = self.preview.picture_instead()
        picture[:] = looked.array if instead is None else instead
        if looked.alpha is not None and instead is None:
            picture[looked.alpha < 128] = SLATE_BGR
        if self.curtain is not None:
            picture[:] = fit(self.curtain, width, height)
        for overlay in self.overlays:
            overlay.blend_into(picture)
        return image


def portrait(width: int, height: int) -> QImage:
    """A drawn person on a dark ground, the stand-in for a host."""
    image = QImage(width, height, QImage.Format.Format_BGR888)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    ground = QLinearGradient(0, 0, width * 0.2, height)
    ground.setColorAt(0, QColor("#3a3050"))
    ground.setColorAt(0.55, QColor("#1f2a3a"))
    ground.setColorAt(1, QColor("#14242c"))
    painter.fillRect(image.rect(), ground)
    painter.setPen(Qt.PenStyle.NoPen)
    body = QPainterPath()
    body.addRoundedRect(
        QRectF(width * 0.11, height * 0.655, width * 0.78, height * 0.6), width * 0.35, width * 0.35
    )
    painter.fillPath(body, QColor("#5c4a86"))
    painter.setBrush(QColor("#c99b7c"))
    painter.drawEllipse(QPointF(width * 0.5, height * 0.478), width * 0.226, height * 0.157)
    painter.end()
    return image
