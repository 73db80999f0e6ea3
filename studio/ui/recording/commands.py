"""The commands of recordings, marks and replays, for the palette and the keyboard. GUI thread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studio.services.live import Phase
from studio.services.studio import Services
from studio.ui.actions import Actions
from studio.ui.recording.mark_tile import KEY as MARK_KEY

if TYPE_CHECKING:
    from studio.ui.summary.screen import SummaryScreen

REPLAY_KEY = "Ctrl+Shift+R"


def register_recording(summary: SummaryScreen, services: Services, actions: Actions) -> None:
    """Fills ``actions``; every command is one call into a service or the summary's card."""
    films = services.films

    def replay() -> None:
        films.replay.choose(on=not films.replay.on)

    def automatic() -> None:
        films.marks.set_automatic(not films.marks.automatic)

    live, over = (Phase.LIVE,), (Phase.SUMMARY,)
    add = actions.add
    add(
        "mark.now",
        "Mark this moment",
        films.marks.mark_now,
        shortcut=MARK_KEY,
        phases=live,
        words="clip chapter",
    )
    add(
        "replay.save",
        "Save the replay",
        films.replay.save,
        shortcut=REPLAY_KEY,
        phases=(Phase.LIVE, Phase.SUMMARY),
        words="last seconds clip instant buffer",
    )
    add("replay.switch", "Replay buffer on or off", replay, words="last seconds memory")
    add(
        "mark.gifts", "Mark bursts of gifts by themselves, or not", automatic, words="automatic spike chapter"
    )
    add(
        "clips.all",
        "Save a clip of every mark",
        summary.recordings.save_all_clips,
        phases=over,
        words="cut recording highlights",
    )
    add(
        "recording.folder",
        "Show the recordings in their folder",
        summary.recordings.show_in_folder,
        phases=(Phase.READY, Phase.SUMMARY),
        words="film file disk open",
    )
    add(
        "recording.cancel",
        "Leave the recording as it was recorded",
        films.recordings.cancel_finishing,
        phases=(Phase.READY, Phase.SUMMARY),
        words="cancel finishing stop",
    )
    add(
        "recording.finish",
        "Finish recordings that were cut off",
        films.recordings.finish_unfinished,
        phases=(Phase.READY,),
        words="crash repair plain mp4",
    )
