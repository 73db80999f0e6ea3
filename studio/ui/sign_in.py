"""Sign in or sign up, at the backend of this computer or any other. GUI thread; services and model only."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from studio.services.studio import Services
from studio.ui.glow import paint_glow
from studio.ui.logo import Logo
from studio.ui.widgets.button import Button, ButtonKind
from studio.ui.widgets.card import Card
from studio.ui.widgets.error_line import ErrorLine
from studio.ui.widgets.field import Field
from studio.ui.widgets.icon_line import IconLine
from studio.ui.widgets.label import Label, Role
from studio.ui.widgets.select import Select
from studio.ui.widgets.text_field import TextField

_WIDTH = 420
_OTHER = "\0other"  # no address can be this


class SignInScreen(QWidget):
    """Where, who, password. Enter submits; what is wrong stands at its field or above the button."""

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("screen")
        self._account = services.account
        self._tasks = services.tasks
        self._limits = services.live.limits
        self._new = self._was_busy = False
        self._heading = Label("", Role.TITLE)
        self._words = Label("", Role.SECOND, wrap=True)
        self.backend = Select("Backend")
        self.address = TextField("Address", placeholder="wss://live.example.org")
        self.handle = TextField("Handle", placeholder="rin.sketches")
        self.name = TextField("Name viewers see", hint="optional", placeholder="Rin Sketches")
        self.password = TextField("Password", secret=True)
        self.problem = ErrorLine()
        self.submit = Button("", ButtonKind.SOLID)
        self.switch = Button("", ButtonKind.LINK)
        self._switch_words = Label("", Role.SECOND)
        self._keyring = IconLine()
        self._build()
        for field in (self.address, self.handle, self.name, self.password):
            field.submitted.connect(self._submit)
            field.edited.connect(self.problem.clear)
        self.backend.currentIndexChanged.connect(self._backend_changed)
        self.submit.clicked.connect(self._submit)
        self.switch.clicked.connect(self._switch)
        self._account.changed.connect(self._show)
        self._account.failed.connect(self._failed)
        self._fill_backends()
        self._show()

    def _build(self) -> None:
        card = Card()
        card.setFixedWidth(_WIDTH)
        card.body.setContentsMargins(17, 14, 17, 16)
        card.body.setSpacing(14)
        head = QVBoxLayout()
        head.setSpacing(6)
        head.addWidget(self._heading)
        head.addWidget(self._words)
        card.body.addLayout(head)
        card.body.addSpacing(6)
        self._where = Field("Where", self.backend)
        for widget in (self._where, self.address, self.handle, self.name, self.password):
            card.body.addWidget(widget)
        card.body.addWidget(self.problem)
        card.body.addSpacing(2)
        card.body.addWidget(self.submit)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addStretch(1)
        row.addWidget(self._switch_words)
        row.addWidget(self.switch)
        row.addStretch(1)
        card.body.addLayout(row)
        # Not an aligned item: that would get its height without the wrapped lines of an error.
        centred = QHBoxLayout()
        centred.addStretch(1)
        centred.addWidget(card)
        centred.addStretch(1)
        inner = QWidget()
        inner.setObjectName("scrolled")
        column = QVBoxLayout(inner)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(18)
        column.addStretch(2)
        column.addWidget(Logo(22), 0, Qt.AlignmentFlag.AlignHCenter)
        column.addLayout(centred)
        column.addWidget(self._keyring, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.viewport().setAutoFillBackground(False)
        area.setWidget(inner)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(area)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.problem.clear()
        self.password.set_text("")
        if not self.handle.text:
            self.handle.set_text(self._account.handle)
        self._focus_first()

    def _focus_first(self) -> None:
        first = self.password if self.handle.text else self.handle
        first.line.setFocus(Qt.FocusReason.OtherFocusReason)

    def _fill_backends(self) -> None:
        for label, value in self._account.known_backends:
            self.backend.addItem(label, value)
        self.backend.addItem("Another backend…", _OTHER)
        index = self.backend.findData(self._account.backend)
        self.backend.setCurrentIndex(max(0, index))
        self._backend_changed()

    def _backend_changed(self) -> None:
        other = self.backend.currentData() == _OTHER
        self.address.setVisible(other)
        self.problem.clear()
        if other and self.isVisible():
            self.address.line.setFocus(Qt.FocusReason.OtherFocusReason)

    def _switch(self) -> None:
        self._new = not self._new
        for field in (self.address, self.handle, self.name, self.password):
            field.set_error("")
        self.problem.clear()
        self._show()
        self.handle.line.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show(self) -> None:
        busy = self._account.busy
        known = "Welcome back" if self._account.handle else "Welcome"
        self._heading.setText("Create your account" if self._new else known)
        self._words.setText(
            "A host account: you go live, viewers watch in the browser."
            if self._new
            else "Sign in to see your camera and go live."
        )
        self.name.setVisible(self._new)
        smallest = self._limits.password_min
        self.password.set_hint(f"at least {smallest} characters" if self._new else "")
        words = "Create account" if self._new else "Sign in"
        if busy:
            words = "Creating your account…" if self._new else "Signing in…"
        self.submit.setText(words)
        self.submit.setAccessibleName(words)
        self.submit.set_busy(busy)
        self._switch_words.setText("Have an account?" if self._new else "New here?")
        self.switch.setText("Sign in" if self._new else "Create an account")
        self.switch.setAccessibleName(self.switch.text())
        self.switch.updateGeometry()
        for widget in (self._where, self.address, self.handle, self.name, self.password, self.switch):
            widget.setEnabled(not busy)
        if self._was_busy and not busy and self.isVisible():
            self._focus_first()  # what was disabled has lost the keyboard
        self._was_busy = busy
        kept = self._account.keyring_ok
        self._keyring.show_line(
            "lock" if kept else "warning", self._account.keyring_note, "" if kept else "gold"
        )

    def _failed(self, sentence: str) -> None:
        if self.isVisible():
            self.problem.show_problem(sentence)
            self.password.line.setFocus(Qt.FocusReason.OtherFocusReason)
            self.password.line.selectAll()

    def _submit(self) -> None:
        if self._account.busy or not self._complete():
            return
        self.problem.clear()
        value = str(self.backend.currentData())
        where = self.address.text if value == _OTHER else value
        if self._new:
            name = self.name.text or self.handle.text
            work = self._account.sign_up(where, self.handle.text, name, self.password.text)
        else:
            work = self._account.sign_in(where, self.handle.text, self.password.text)
        self._tasks.start(work, self._failed)

    def _complete(self) -> bool:
        """Marks what is missing, all at once, and puts the keyboard on the first of it."""
        smallest = self._limits.password_min
        wrong: list[tuple[TextField, str]] = []
        if self.backend.currentData() == _OTHER and not self.address.text:
            wrong.append((self.address, "Type the backend's address"))
        if not self.handle.text:
            wrong.append((self.handle, "Type your handle"))
        if not self.password.text:
            wrong.append((self.password, "Type your password"))
        elif self._new and len(self.password.text) < smallest:
            wrong.append((self.password, f"At least {smallest} characters; a short sentence is good"))
        for field, sentence in wrong:
            field.set_error(sentence)
        if wrong:
            wrong[0][0].line.setFocus(Qt.FocusReason.OtherFocusReason)
        return not wrong

    def paintEvent(self, _event: QPaintEvent) -> None:
        paint_glow(QPainter(self), QRectF(self.rect()))
