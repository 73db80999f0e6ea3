"""The Ready screen: preview, form, checks and Go LIVE. GUI thread; services and model only."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from studio.services.live import Phase
from studio.services.studio import Services
from studio.ui import theme
from studio.ui.preview.panel import PreviewPanel
from studio.ui.ready.checks_card import ChecksCard
from studio.ui.ready.form import ReadyForm
from studio.ui.ready.unfinished_card import UnfinishedCard
from studio.ui.recording.unfinished_line import UnfinishedLine
from studio.ui.video.card import VideoCard
from studio.ui.widgets.button import DOT, Button, ButtonKind, PrimaryButton
from studio.ui.widgets.fitted_scroll import FittedScroll

_FORM_MAX = 720


class ReadyScreen(QWidget):
    """Three columns. ``on_rehearse``: starts a practice LIVE; without it the button is not there."""

    def __init__(
        self,
        services: Services,
        on_rehearse: Callable[[], object] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("screen")
        self._services = services
        self.preview = PreviewPanel(services, on_air=False)
        services.checks.sound_wanted.connect(self.preview.open_sound)
        self.form = ReadyForm(services)
        self.checks = ChecksCard(services.checks)
        services.checks.video_wanted.connect(self.open_video)
        self.unfinished = UnfinishedCard()
        self.cut_off = UnfinishedLine(services.films.recordings)
        self.go = PrimaryButton("Go LIVE", DOT)
        self.rehearse = Button("Rehearse with a practice audience", ButtonKind.FILLED)
        self.rehearse.setVisible(on_rehearse is not None)
        if on_rehearse is not None:
            self.rehearse.clicked.connect(lambda: on_rehearse())
        self._right = self._right_column()
        form = FittedScroll(self.form)
        form.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.form.setMaximumWidth(_FORM_MAX)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(1)
        row.addWidget(self.preview)
        row.addWidget(form, 1)
        row.addWidget(self._right)
        self.go.clicked.connect(self.start)
        self.form.submitted.connect(self.start)
        self.unfinished.resume_wanted.connect(self.resume)
        services.live.changed.connect(self._show)
        services.link.changed.connect(self._show)
        services.broadcast.video.canvas_changed.connect(self._arrange)
        theme.notifier.changed.connect(self.update)
        self._show()

    @cached_property
    def video(self) -> VideoCard:
        """Made when first asked for."""
        return VideoCard(self._services.broadcast.video, self._services.tasks, self)

    def _right_column(self) -> QWidget:
        """Cards that scroll when they must; Go LIVE right below them is never out of sight."""
        cards = QWidget()
        inner = QVBoxLayout(cards)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(12)
        inner.addWidget(self.unfinished)
        inner.addWidget(self.cut_off)
        inner.addWidget(self.checks)
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(14, 14, 14, 14)
        column.setSpacing(12)
        column.addWidget(FittedScroll(cards))
        column.addWidget(self.go)
        column.addSpacing(8)
        column.addWidget(self.rehearse)
        column.addStretch(1)
        return right

    def start(self) -> None:
        """Goes live with what the form says; marks what is wrong instead when something is."""
        live = self._services.live
        if live.phase is not Phase.READY or not self.go.isEnabled():
            return
        setup = self.form.setup()
        if setup is not None:
            self.form.problem.clear()
            self._services.tasks.start(live.go_live(setup), self.form.problem.show_problem)

    def open_video(self) -> None:
        """Shows the settings of the picture."""
        self.video.open_at(self.checks)

    def resume(self) -> None:
        """Takes up the LIVE that is still open."""
        self._services.tasks.start(self._services.live.resume_live(), self.form.problem.show_problem)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._services.checks.run()
        self._services.films.recordings.look()
        self.form.refresh()
        self.form.title.line.setFocus(Qt.FocusReason.OtherFocusReason)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._services.checks.pause()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        width = self.width()
        ideal = self.preview.ideal_width(self.height())
        picture, tall = self._services.broadcast.canvas
        share = 0.36 if picture > tall else 0.28
        self.preview.setFixedWidth(max(230, min(ideal, round(width * share))))
        self._right.setFixedWidth(max(270, min(460, round(width * 0.293))))

    def _show(self) -> None:
        live = self._services.live
        opening = live.phase is Phase.OPENING
        self.go.setText("Going live…" if opening else "Go LIVE")
        self.go.setAccessibleName(self.go.text())
        self.go.set_busy(opening)
        self.form.setEnabled(not opening)
        self.unfinished.show_room(live.unfinished_room)

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = theme.current()
        painter = QPainter(self)
        painter.fillRect(self.rect(), t.bg)
        painter.fillRect(self.preview.width(), 0, 1, self.height(), t.line)
        painter.fillRect(self._right.x() - 1, 0, 1, self.height(), t.line)
