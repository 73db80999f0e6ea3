"""How the picture is made: canvas, rate, encoder; what this machine can do, tried before it matters.

GUI thread; trying encoders blocks for seconds and runs in the executor. Signals: ``changed`` (settings or
what is known of the encoder), ``canvas_changed`` (size or rate of the picture), ``failed(sentence)``.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from typing import TypeAlias

import msgspec
from PySide6.QtCore import QObject, QTimer, Signal

from studio.media.encoding.choice import AUTOMATIC, EncoderChoice, choose
from studio.media.encoding.kinds import KINDS, X264, EncoderKind
from studio.media.encoding.probe_process import probe_all
from studio.media.settings import CanvasSettings, EncoderSettings
from studio.services.profile import Profile, SavedVideo
from studio.services.tasks import Tasks
from studio.services.video_presets import CUSTOM, PRESETS, VideoPreset, preset_of, usable

log = logging.getLogger(__name__)

#: As `AudioConfig.bit_rate`.
SOUND_KBPS = 160
#: Fragments, headers and what TCP adds; measured at 3,500 kb/s over the backend's socket.
_OVERHEAD = 1.03
_SETTLE_MS = 700
_ON_AIR = "The picture's size, rate and encoder stay as they are while on air. End the LIVE first."

Choose = Callable[[CanvasSettings, EncoderSettings, str], EncoderChoice]
_Known: TypeAlias = dict[tuple[CanvasSettings, EncoderSettings, str], EncoderChoice]
#: What was tried in this process: the machine and its drivers stay the same that long.
_KNOWN: dict[Choose, _Known] = {}


def choose_here(canvas: CanvasSettings, settings: EncoderSettings, wanted: str) -> EncoderChoice:
    """Really tries every encoder; blocks."""
    return choose(canvas, settings, wanted, probe_all)


class VideoService(QObject):
    """Invariant: what is saved can be used, and nothing of it changes while on air.

    Attributes:
        choice: what came of the last trial; None before the first. trying: one is under way.
        taken_over: the encoder that had to take over in this LIVE, in one line; empty for none.
    """

    changed = Signal()
    canvas_changed = Signal()
    failed = Signal(str)

    def __init__(
        self,
        profile: Profile,
        tasks: Tasks,
        on_air: Callable[[], bool] = lambda: False,
        choose_encoder: Choose = choose_here,
    ) -> None:
        super().__init__()
        self._profile, self._tasks = profile, tasks
        self._on_air, self._choose = on_air, choose_encoder
        self._saved = usable(profile.saved.video)
        self._known = _KNOWN.setdefault(choose_encoder, {})
        self.choice: EncoderChoice | None = None
        self.trying = False
        self.taken_over = ""
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_SETTLE_MS)
        self._later.timeout.connect(lambda: self._tasks.start(self.measure()))

    @property
    def saved(self) -> SavedVideo:
        """What the host chose."""
        return self._saved

    @property
    def canvas(self) -> CanvasSettings:
        return CanvasSettings(self._saved.width, self._saved.height, self._saved.fps)

    @property
    def settings(self) -> EncoderSettings:
        """As chosen, or with the cheaper x264 preset that this machine needs."""
        return self.choice.settings if self.choice is not None else self._asked()

    @property
    def kinds(self) -> tuple[EncoderKind, ...]:
        """What to encode with, and what takes over."""
        return self.choice.kinds if self.choice is not None else (X264,)

    @property
    def encoders(self) -> tuple[tuple[str, str], ...]:
        """(name, words) of what can be chosen: automatic, and each that works."""
        working = [(AUTOMATIC, "Automatic")]
        probes = self.choice.probes if self.choice is not None else ()
        for kind, probe in zip(KINDS, probes, strict=False):
            if probe.works or kind.name == self._saved.encoder:
                note = "" if probe.works else " (does not work now)"
                working.append((kind.name, kind.title + note))
        return tuple(working)

    @property
    def preset(self) -> str:
        """The id of the preset, ``CUSTOM`` when something was changed by hand."""
        return preset_of(self._saved)

    @property
    def preset_name(self) -> str:
        return next((preset.name for preset in PRESETS if preset.id == self.preset), CUSTOM.capitalize())

    @property
    def locked(self) -> bool:
        """On air: nothing can be changed."""
        return self._on_air()

    @property
    def upload_kbps(self) -> int:
        """What one output needs of the upload: picture, sound, and what carries them."""
        return round((self._saved.kbps + SOUND_KBPS) * _OVERHEAD)

    @property
    def needs(self) -> str:
        """What these settings cost, in one line."""
        upload = f"upload {self.upload_kbps / 1000:.1f} Mb/s for each target"
        if self.choice is None or self.choice.ms is None:
            return upload
        return f"{upload} · {self.choice.ms:.0f} ms of a frame's {self.choice.budget_ms:.0f}"

    def use_preset(self, preset: VideoPreset) -> bool:
        """False, and a sentence in ``failed``, while on air."""
        return self.change(
            width=preset.width,
            height=preset.height,
            fps=preset.fps,
            kbps=preset.kbps,
            keyframe_s=preset.keyframe_s,
            rate_control="cbr",
        )

    def change(self, **fields: object) -> bool:
        """Sets fields of `SavedVideo` by name. False, and a sentence in ``failed``, while on air; ValueError
        for what cannot be chosen.
        """
        wanted = msgspec.structs.replace(self._saved, **fields)
        if wanted == self._saved:
            return True
        if self.locked:
            self.failed.emit(_ON_AIR)
            return False
        if usable(wanted) != wanted:
            raise ValueError(f"not among what can be chosen: {fields}")
        canvas = self.canvas
        self._saved = wanted
        self._profile.update(video=wanted)
        self.choice = self._known.get(self._key())
        if self.choice is None:
            self._later.start()
        log.info("picture: %s, %s", self.preset_name, wanted)
        if self.canvas != canvas:
            self.canvas_changed.emit()
        self.changed.emit()
        return True

    async def measure(self, again: bool = False) -> None:
        """Tries the encoders with the present settings, once for each; ``again``: whatever is known."""
        self._later.stop()
        if self.trying or (self.locked and self.choice is not None):
            return
        self.trying = True
        self.changed.emit()
        try:
            while again or self._key() not in self._known:
                again = False
                canvas, asked, wanted = key = self._key()
                work = partial(self._choose, canvas, asked, wanted)
                self._known[key] = found = await self._tasks.blocking(work)
                log.info("encoder: %s", found.sentence)
            self.choice = self._known[self._key()]
        finally:
            self.trying = False
            self.changed.emit()

    def took_over(self, sentence: str) -> None:
        """An encoder failed on air: what was known is worth nothing, it is tried again before the next."""
        self.taken_over = sentence
        self._known.clear()
        self.changed.emit()

    def _asked(self) -> EncoderSettings:
        saved = self._saved
        return EncoderSettings(
            bit_rate=saved.kbps * 1_000,
            rate_control=saved.rate_control,
            preset=saved.speed,
            keyframe_interval_s=saved.keyframe_s,
        )

    def _key(self) -> tuple[CanvasSettings, EncoderSettings, str]:
        return self.canvas, self._asked(), self._saved.encoder
