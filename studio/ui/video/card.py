"""The card of the picture: preset, size, rate, encoder and what all that needs. GUI thread.

A popup like a menu; Escape or a press elsewhere closes it. While on air it only tells.
"""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from studio.services.tasks import Tasks
from studio.services.video import VideoService
from studio.services.video_presets import (
    CANVASES,
    CUSTOM,
    FRAME_RATES,
    KEYFRAMES_S,
    PRESETS,
    RATE_CONTROLS,
    SPEEDS,
)
from studio.ui import theme
from studio.ui.video.choices import ChoiceRow
from studio.ui.widgets.button import Button, ButtonKind
from studio.ui.widgets.card import RADIUS, Card
from studio.ui.widgets.label import Label, Role
from studio.ui.widgets.paint import box, painter_for

_WIDTH = 424
_GAP = 6
_KBPS = (1_500, 2_000, 2_500, 3_000, 3_500, 4_000, 4_500, 5_000, 6_000, 8_000, 10_000, 12_000)
_LOCKED = "The picture stays as it is while on air. End the LIVE to change it."


class VideoCard(Card):
    """Opens beside a widget with ``open_at``. Shows what the service says; changes go through it alone."""

    def __init__(self, video: VideoService, tasks: Tasks, parent: QWidget) -> None:
        super().__init__("Video", "", parent)
        self.setWindowFlags(Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.setAttribute(Qt.WidgetAttribute.WA_NoMouseReplay)
        self._video, self._tasks = video, tasks
        self.preset = ChoiceRow("Preset")
        self.canvas = ChoiceRow("Picture")
        self.rate = ChoiceRow("Frames a second")
        self.kbps = ChoiceRow("Bit rate")
        self.control = ChoiceRow("Rate control")
        self.keyframe = ChoiceRow("Keyframe every")
        self.encoder = ChoiceRow("Encoder")
        self.speed = ChoiceRow("x264 speed")
        self.rows = (
            self.preset,
            self.canvas,
            self.rate,
            self.kbps,
            self.control,
            self.keyframe,
            self.encoder,
            self.speed,
        )
        self.reason = Label("", Role.SMALL, wrap=True)
        self.needs = Label("", Role.HINT, wrap=True)
        self.again = Button("Try the encoders again", ButtonKind.LINK)
        for row in self.rows:
            self.body.addWidget(row)
        self.body.addWidget(self.reason)
        foot = QHBoxLayout()
        foot.setSpacing(12)
        foot.addWidget(self.needs, 1)
        foot.addWidget(self.again, 0, Qt.AlignmentFlag.AlignBottom)
        self.body.addLayout(foot)
        self._connect()
        self._show()

    def _connect(self) -> None:
        video = self._video
        self.preset.chosen.connect(self._use_preset)
        self.canvas.chosen.connect(lambda size: video.change(width=size[0], height=size[1]))
        self.rate.chosen.connect(lambda fps: video.change(fps=fps))
        self.kbps.chosen.connect(lambda kbps: video.change(kbps=kbps))
        self.control.chosen.connect(lambda name: video.change(rate_control=name))
        self.keyframe.chosen.connect(lambda seconds: video.change(keyframe_s=seconds))
        self.encoder.chosen.connect(lambda name: video.change(encoder=name))
        self.speed.chosen.connect(lambda name: video.change(speed=name))
        self.again.clicked.connect(lambda: self._tasks.start(video.measure(again=True)))
        video.changed.connect(self._show)

    def open_at(self, beside: QWidget) -> None:
        """Shows the card over ``beside``, always on the screen."""
        self._show()
        self.resize(_WIDTH, self.sizeHint().height())
        screen = (beside.screen() or QGuiApplication.primaryScreen()).availableGeometry()
        corner = beside.mapToGlobal(QPoint(beside.width() - self.width() - _GAP, _GAP))
        left = max(screen.left() + _GAP, min(corner.x(), screen.right() - self.width() - _GAP))
        top = max(screen.top() + _GAP, min(corner.y(), screen.bottom() - self.height() - _GAP))
        self.move(left, top)
        self.show()
        self.preset.list.setFocus(Qt.FocusReason.PopupFocusReason)

    def _use_preset(self, chosen: object) -> None:
        preset = next((preset for preset in PRESETS if preset.id == chosen), None)
        if preset is not None:
            self._video.use_preset(preset)
        self._show()  # "Custom" is no choice: the list goes back to what is

    def _show(self) -> None:
        video, saved = self._video, self._video.saved
        presets: list[tuple[object, str]] = [(preset.id, preset.name) for preset in PRESETS]
        if video.preset == CUSTOM:
            presets.append((CUSTOM, "Custom"))
        self.preset.show_choice(presets, video.preset)
        sizes = [((width, height), words) for width, height, words in CANVASES]
        self.canvas.show_choice(sizes, (saved.width, saved.height))
        self.rate.show_choice([(fps, f"{fps} fps") for fps in FRAME_RATES], saved.fps)
        rates = sorted({*_KBPS, saved.kbps})
        self.kbps.show_choice([(kbps, f"{kbps:,} kb/s") for kbps in rates], saved.kbps)
        self.control.show_choice(RATE_CONTROLS, saved.rate_control)
        self.keyframe.show_choice([(s, f"{s:.0f} s") for s in KEYFRAMES_S], saved.keyframe_s)
        self.encoder.show_choice(video.encoders, saved.encoder)
        self.speed.show_choice([(name, name) for name in SPEEDS], saved.speed)
        self.set_note("On air" if video.locked else video.preset_name, "live" if video.locked else "")
        for row in self.rows:
            row.setEnabled(not video.locked)
        self.again.setEnabled(not video.locked and not video.trying)
        self._show_encoder()

    def _show_encoder(self) -> None:
        video = self._video
        if video.locked:
            words, tone = video.taken_over or _LOCKED, "gold" if video.taken_over else ""
        elif video.trying or video.choice is None:
            words, tone = "Trying the encoders with these settings…", ""
        else:
            late = video.choice.ms is None or video.choice.ms > video.choice.budget_ms * 0.8
            words, tone = video.choice.sentence, "gold" if late else "teal"
        self.reason.setText(words)
        self.reason.set_tone(tone)
        self.needs.setText(f"It needs: {video.needs}")

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = theme.current()
        box(painter_for(self), QRectF(self.rect()), RADIUS, t.raised if t.dark else t.surface, t.line)
