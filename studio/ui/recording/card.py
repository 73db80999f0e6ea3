"""What of a LIVE is on this disk: its files, its marks and their clips. GUI thread; services only."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.services.films import Films
from studio.services.output_settings import OutputSettings
from studio.services.recordings import Film, FilmState
from studio.ui.recording.film_row import FilmRow, size_words
from studio.ui.recording.mark_row import MarkRow
from studio.ui.recording.progress_bar import ProgressBar
from studio.ui.widgets.button import Button, ButtonKind
from studio.ui.widgets.card import Card
from studio.ui.widgets.label import Label, Role

#: Rows; "Save all clips" means all marks.
_SHOWN_MARKS = 100


class RecordingsCard(Card):
    """Hidden when nothing was recorded. Rows are made when there are other files or marks, else updated."""

    def __init__(self, films: Films, settings: OutputSettings, parent: QWidget | None = None) -> None:
        super().__init__("Recording", parent=parent)
        self._films = films
        self._settings = settings
        self.files: list[FilmRow] = []
        self.replays: list[FilmRow] = []
        self.marks: list[MarkRow] = []
        self.progress = ProgressBar("Finishing the recording")
        self._progress_words = Label("", Role.SECOND)
        self.cancel = Button("Cancel", ButtonKind.LINK)
        self.cancel.setAccessibleName("Leave the recording as it was recorded")
        self.cancel.clicked.connect(films.recordings.cancel_finishing)
        self._finishing = QWidget()
        self._rows = QVBoxLayout()
        self._marks = QVBoxLayout()
        self._marks_words = Label("", Role.CAPS)
        self.save_all = Button("Save all clips", ButtonKind.COMPACT, "film")
        self.save_all.clicked.connect(self.save_all_clips)
        self._marks_head = QWidget()
        self._lay_out()
        for changed in (films.recordings.changed, films.marks.changed, films.replay.changed):
            changed.connect(self.refresh)
        self.refresh()

    def _lay_out(self) -> None:
        strip = QHBoxLayout(self._finishing)
        strip.setContentsMargins(0, 2, 0, 6)
        strip.setSpacing(12)
        strip.addWidget(self._progress_words)
        strip.addWidget(self.progress, 1, Qt.AlignmentFlag.AlignVCenter)
        strip.addWidget(self.cancel)
        head = QHBoxLayout(self._marks_head)
        head.setContentsMargins(0, 8, 0, 2)
        head.addWidget(self._marks_words, 1)
        head.addWidget(self.save_all)
        for rows in (self._rows, self._marks):
            rows.setSpacing(0)
        self.body.setSpacing(2)
        self.body.addWidget(self._finishing)
        self.body.addLayout(self._rows)
        self.body.addWidget(self._marks_head)
        self.body.addLayout(self._marks)

    def save_all_clips(self) -> None:
        """A clip of every mark."""
        for mark in self._films.marks.marks:
            self._films.recordings.save_clip(mark)

    def show_in_folder(self) -> None:
        """Opens the folder of recordings in the system's own file browser."""
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._settings.folder)))

    def refresh(self) -> None:
        """Shows what the services know now."""
        recordings, marks = self._films.recordings, self._films.marks.marks
        self.setVisible(bool(recordings.films or self._films.replay.files))
        if self.isHidden():
            return
        if [row.film for row in self.files] != list(recordings.films):
            self._make_files(recordings.films)
        if len(self.replays) != len(self._films.replay.files):
            self._make_replays()
        if len(self.marks) != min(len(marks), _SHOWN_MARKS):
            self._make_marks()
        for film_row in self.files:
            film_row.refresh()
        for row, mark in zip(self.marks, marks, strict=False):
            row.show_clip(recordings.clips.get(mark))
        self._show_progress()
        self._show_totals(recordings.films)
        self._marks_head.setVisible(bool(marks))
        more = f" · the first {_SHOWN_MARKS} of {len(marks)}" if len(marks) > _SHOWN_MARKS else ""
        self._marks_words.setText(f"MARKS{more.upper()}")
        self.save_all.setVisible(len(marks) > 1)
        self.save_all.setEnabled(any(mark not in recordings.clips for mark in marks))

    def _show_progress(self) -> None:
        recordings = self._films.recordings
        film, share = recordings.finishing, recordings.share
        self._finishing.setVisible(film is not None)
        self.progress.set_share(share)
        self._progress_words.setText(f"Finishing the recording · {share:.0%}")

    def _show_totals(self, films: tuple[Film, ...]) -> None:
        size = sum(film.bytes for film in films)
        done = all(film.state is FilmState.DONE for film in films)
        count = f"{len(films)} files · " if len(films) > 1 else ""
        self.set_note(
            f"{count}{size_words(size)} · {'plain MP4' if done else 'crash-safe MP4'}" if films else ""
        )

    def _make_files(self, films: tuple[Film, ...]) -> None:
        _clear(self._rows, [*self.files, *self.replays])
        self.files = [FilmRow(film) for film in films]
        self.replays = []
        for row in self.files:
            row.finish_wanted.connect(partial(self._films.recordings.finish, row.film.path))
            self._rows.addWidget(row)

    def _make_replays(self) -> None:
        _clear(self._rows, self.replays)
        self.replays = [
            FilmRow(
                Film(path, state=FilmState.DONE, bytes=path.stat().st_size if path.exists() else 0), "history"
            )
            for path in self._films.replay.files
        ]
        for row in self.replays:
            self._rows.addWidget(row)

    def _make_marks(self) -> None:
        _clear(self._marks, self.marks)
        self.marks = []
        for mark in self._films.marks.marks[:_SHOWN_MARKS]:
            row = MarkRow(mark.mark, mark.recorded_ms)
            row.clip_wanted.connect(partial(self._films.recordings.save_clip, mark))
            self.marks.append(row)
            self._marks.addWidget(row)


def _clear(rows: QVBoxLayout, widgets: list[FilmRow] | list[MarkRow] | list[QWidget]) -> None:
    for widget in widgets:
        rows.removeWidget(widget)
        widget.deleteLater()
