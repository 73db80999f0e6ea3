"""Lowers the broadcast's bit rate while an upload is congested, and raises it again; on air only.

GUI thread: looks twice a second at what the media threads counted; the rule is that of `media.congestion`.
Signals: ``changed`` when the rate or the setting changed.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, QTimer, Signal

from studio.media.clock import now_ns
from studio.media.congestion import BitRateControl, Upload
from studio.services.profile import Profile

log = logging.getLogger(__name__)

#: Twice within the second in which a congested upload must be heard.
_EVERY_MS = 500


class BitRateService(QObject):
    """Invariant: off air, and while it is switched off, the encoder makes what the settings say.

    ``uploads()``: the network outputs now. ``set_bit_rate(bps)``: tells the encoder.
    """

    changed = Signal()

    def __init__(
        self,
        profile: Profile,
        uploads: Callable[[], Sequence[Upload]],
        set_bit_rate: Callable[[int], None],
        clock_ns: Callable[[], int] = now_ns,
    ) -> None:
        super().__init__()
        self._profile = profile
        self._uploads = uploads
        self._set_bit_rate = set_bit_rate
        self._clock_ns = clock_ns
        self._control: BitRateControl | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(self.look)

    @property
    def enabled(self) -> bool:
        """Whether the host lets it."""
        return self._profile.saved.adaptive_bit_rate

    @enabled.setter
    def enabled(self, enabled: bool) -> None:
        if enabled == self.enabled:
            return
        self._profile.update(adaptive_bit_rate=enabled)
        if self._control is not None:
            self.begin(self._control.full_bps)
            self._set_bit_rate(self._control.full_bps)
        self.changed.emit()

    @property
    def bps(self) -> int | None:
        """What the encoder aims at, bits a second; None off air."""
        return self._control.bps if self._control is not None else None

    @property
    def steps(self) -> int:
        """How often the rate was changed in this broadcast."""
        return self._control.steps if self._control is not None else 0

    @property
    def slow(self) -> str:
        """The name of the upload for which the rate is lowered now; empty while it is full."""
        return self._control.slow if self._control is not None else ""

    @property
    def rising(self) -> bool:
        """Lowered, but on its way up again."""
        return self._control is not None and self._control.reduced and self._control.rising

    @property
    def words(self) -> str:
        """ "3.5 → 1.8 Mb/s"; empty while the rate is full."""
        control = self._control
        if control is None or not control.reduced:
            return ""
        return f"{control.full_bps / 1e6:.1f} → {control.bps / 1e6:.1f} Mb/s"

    def begin(self, full_bps: int) -> None:
        """On air from now on, with at most ``full_bps``."""
        self._control = BitRateControl(full_bps)
        if self.enabled:
            self._timer.start()
        else:
            self._timer.stop()

    def end(self) -> None:
        """Off air."""
        self._timer.stop()
        self._control = None

    def look(self) -> None:
        """Judges the uploads now."""
        control = self._control
        if control is None or not self.enabled:
            return
        before = control.bps
        wanted = control.look(self._clock_ns() / 1e9, self._uploads())
        if wanted == before:
            return
        self._set_bit_rate(wanted)
        why = f"the upload to {control.slow!r} is slow" if not control.rising else "the uploads are clean"
        log.info("bit rate: %d -> %d kb/s, %s", before // 1000, wanted // 1000, why)
        self.changed.emit()
