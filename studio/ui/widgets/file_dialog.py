"""Choosing a file: the system's dialog where there is one, else Qt's, in the theme. GUI thread."""

from __future__ import annotations

from PySide6.QtCore import QDir, QFileInfo, QStandardPaths, Qt
from PySide6.QtGui import QAbstractFileIconProvider, QIcon
from PySide6.QtWidgets import QFileDialog, QHeaderView, QPushButton, QToolButton, QTreeView, QWidget

from studio.ui import theme
from studio.ui.theme import icons

_SIZE = (780, 520)
_BUTTONS = {"backButton": "chevron-left", "forwardButton": "chevron-right", "toParentButton": "chevron-up"}
#: Nothing is made or re-arranged while a video is chosen.
_NEEDLESS = ("newFolderButton", "listModeButton", "detailModeButton")


class _Icons(QAbstractFileIconProvider):
    """Drawn icons instead of the style's."""

    def icon(self, what: QFileInfo | QAbstractFileIconProvider.IconType) -> QIcon:
        """The icon of a file, or of a kind of place."""
        kinds = QAbstractFileIconProvider.IconType
        t = theme.current()
        if isinstance(what, QFileInfo):
            name = "folder" if what.isDir() else "film"
        else:
            name = {kinds.Computer: "screen", kinds.Drive: "disk", kinds.File: "film"}.get(what, "folder")
        return icons.icon(name, t.text2, 16)


class FileDialog(QFileDialog):
    """Asks for one existing file, starting where the person keeps videos. Not modal: the LIVE goes on."""

    def __init__(self, title: str, filters: str, parent: QWidget | None = None) -> None:
        """``filters`` as Qt writes them: ``"Videos (*.mp4 *.mov);;All files (*)"``."""
        places = QStandardPaths.standardLocations(QStandardPaths.StandardLocation.MoviesLocation)
        movies = [place for place in places if QFileInfo(place).isDir()]
        super().__init__(parent, title, movies[0] if movies else QDir.homePath(), filters)
        self.setFileMode(QFileDialog.FileMode.ExistingFile)
        self.setWindowModality(Qt.WindowModality.NonModal)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        # Kept: Qt does not own it, and without a reference it would be gone.
        self._icons = _Icons()
        self.setIconProvider(self._icons)
        self.resize(*_SIZE)
        self._dress()

    def _dress(self) -> None:
        """Our icons on Qt's dialog; the system's dialog has no such children."""
        for name, icon in _BUTTONS.items():
            button = self.findChild(QToolButton, name)
            if button is not None:
                button.setIcon(icons.icon(icon, theme.current().text2, 16, disabled=theme.current().text3))
        for name in _NEEDLESS:
            button = self.findChild(QToolButton, name)
            if button is not None:
                button.hide()
        for push in self.findChildren(QPushButton):
            push.setIcon(QIcon())
        listing = self.findChild(QTreeView, "treeView")
        if listing is not None:
            listing.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
