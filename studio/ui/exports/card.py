"""The card to export earnings with, and to check an export. GUI thread."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from PySide6.QtCore import QPoint, QRectF, QSize, QStandardPaths, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QPaintEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QSizePolicy, QWidget

from studio.services.exports import EVERY_FORM, ExportsService, ExportWish
from studio.ui import theme
from studio.ui.widgets.button import Button, ButtonKind
from studio.ui.widgets.field import Field
from studio.ui.widgets.file_dialog import FileDialog
from studio.ui.widgets.label import Label, Role
from studio.ui.widgets.paint import box, painter_for
from studio.ui.widgets.popup_card import PopupCard
from studio.ui.widgets.select import Select
from studio.ui.widgets.text_field import TextField

_WIDTH = 440
_ABOUT = (
    "Every gift with its giver, coins, diamonds and money, every payout, and totals the backend has signed. "
    "Each line is sealed: an altered one is found and named."
)
_OTHER = "other"
_FORM_WORDS = {"csv": "Spreadsheet (CSV)", "json": "Programs (JSON)", "pdf": "Statement (PDF)"}


class _Bar(QWidget):
    """How far it is; without a known end it says nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.share = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_share(self, share: float) -> None:
        self.share = min(1.0, max(0.0, share))
        self.setAccessibleName(f"{int(self.share * 100)} %")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, 8)

    def paintEvent(self, _event: QPaintEvent) -> None:
        t, painter, area = theme.current(), painter_for(self), QRectF(self.rect())
        box(painter, area, 4, t.control)
        if self.share:
            box(painter, QRectF(0, 0, max(8.0, area.width() * self.share), area.height()), 4, t.teal)


class ExportCard(PopupCard):
    """Asks ``exports``. Invariant: while something is under way only Cancel can be pressed."""

    def __init__(self, exports: ExportsService, parent: QWidget) -> None:
        super().__init__("Export earnings", _WIDTH, parent)
        self._exports = exports
        self._beside: QWidget | None = None
        self.period = Select("Period")
        self.span = TextField("From and until", placeholder="2026-11-01..2026-11-30")
        self.form = Select("Format")
        for form in EVERY_FORM:
            self.form.addItem(_FORM_WORDS[form], form)
        self.save = Button("Save as…", ButtonKind.FILLED, "export")
        self.verify = Button("Verify an export…", ButtonKind.LINK)
        self.bar = _Bar()
        self.far = Label("", Role.HINT)
        self.cancel = Button("Cancel", ButtonKind.LINK)
        self.result = Label("", Role.SMALL, wrap=True)
        self.folder = Button("Show in folder", ButtonKind.LINK)
        self._build()
        self.period.activated.connect(lambda _: self._show())
        self.save.clicked.connect(self._choose_file)
        self.verify.clicked.connect(self.choose_to_verify)
        self.cancel.clicked.connect(exports.cancel)
        self.folder.clicked.connect(self._open_folder)
        exports.changed.connect(self._show)

    def _build(self) -> None:
        self.body.addWidget(Label(_ABOUT, Role.SMALL, wrap=True))
        choices = QHBoxLayout()
        choices.setSpacing(10)
        choices.addWidget(Field("Period", self.period), 1)
        choices.addWidget(Field("Format", self.form), 1)
        self.body.addLayout(choices)
        self.body.addWidget(self.span)
        buttons = QHBoxLayout()
        buttons.addWidget(self.save)
        buttons.addStretch(1)
        buttons.addWidget(self.verify)
        self.body.addLayout(buttons)
        self.body.addWidget(self.bar)
        far = QHBoxLayout()
        far.addWidget(self.far, 1)
        far.addWidget(self.cancel)
        self.body.addLayout(far)
        self.body.addWidget(self.result)
        self.body.addWidget(self.folder, 0, Qt.AlignmentFlag.AlignLeft)

    def open_by_button(self, beside: QWidget) -> None:
        """Opens below ``beside`` with this month chosen."""
        self._beside = beside
        if not self.period.count():
            self._fill(date.today())
        self._show()
        self._open()
        self.period.setFocus(Qt.FocusReason.PopupFocusReason)

    def _fill(self, today: date) -> None:
        last = today.replace(day=1)
        before = date(last.year - (last.month == 1), (last.month - 2) % 12 + 1, 1)
        for words, period in (
            (f"{last:%B %Y}", f"{last:%Y-%m}"),
            (f"{before:%B %Y}", f"{before:%Y-%m}"),
            (f"All of {today.year}", f"{today.year}"),
            (f"All of {today.year - 1}", f"{today.year - 1}"),
            ("Everything", "all"),
            ("From … until …", _OTHER),
        ):
            self.period.addItem(words, period)

    def export_to(self, path: Path) -> None:
        """Begins; the file chooser has been answered."""
        period = str(self.period.currentData())
        words = self.span.text if period == _OTHER else period
        self._exports.export(ExportWish(period=words, form=str(self.form.currentData()), path=path))

    def check(self, path: Path) -> None:
        self._exports.check(path)

    def choose_to_verify(self) -> None:
        """Asks for a file, then says what it is like."""
        dialog = FileDialog("Verify an export", "Exports (*.csv *.json *.pdf)", self.parentWidget())
        dialog.fileSelected.connect(lambda chosen: self.check(Path(chosen)))
        self._ask(dialog)

    def _choose_file(self) -> None:
        form, period = str(self.form.currentData()), self.period.currentData()
        dialog = FileDialog("Export earnings", f"{form.upper()} (*.{form})", self.parentWidget())
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setFileMode(QFileDialog.FileMode.AnyFile)
        dialog.setDefaultSuffix(form)
        dialog.selectFile("earnings." + form if period == _OTHER else f"earnings-{period}.{form}")
        dialog.fileSelected.connect(lambda chosen: self.export_to(Path(chosen)))
        self._ask(dialog)

    def _ask(self, dialog: FileDialog) -> None:
        places = QStandardPaths.standardLocations(QStandardPaths.StandardLocation.DocumentsLocation)
        dialog.setDirectory(places[0] if places else str(Path.home()))
        dialog.finished.connect(lambda _: self._again())
        self.hide()
        dialog.show()

    def _open(self) -> None:
        assert self._beside is not None
        self.open_by(self._beside.mapToGlobal(QPoint(0, self._beside.height())))

    def _again(self) -> None:
        """A file chooser closes the card: it comes back to tell how far it is."""
        if self._beside is not None and not self.isVisible():
            self._open()

    def _open_folder(self) -> None:
        if self._exports.file is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._exports.file.parent)))

    def _show(self) -> None:
        exports = self._exports
        self.span.setVisible(self.period.currentData() == _OTHER)
        for part in (self.bar, self.far, self.cancel):
            part.setVisible(exports.busy)
        for button in (self.save, self.verify):
            button.setEnabled(not exports.busy)
        self.bar.show_share(exports.rows / exports.of if exports.of else 0.0)
        self.far.setText(f"{exports.rows:,} rows…" if exports.rows else "Reading the journals…")
        bad = bool(exports.trouble) or (exports.verdict is not None and bool(exports.verdict.altered))
        self.result.setText(exports.trouble or exports.done)
        self.result.set_tone("live" if bad else "teal")
        self.result.setVisible(bool(exports.trouble or exports.done))
        self.folder.setVisible(exports.file is not None and not exports.busy)
