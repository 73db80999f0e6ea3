"""What the host reads of each place the LIVE goes to: one line with words, a colour and what can be done.

Pure. Thread: any. Must not import: Qt.
"""

from __future__ import annotations

from dataclasses import dataclass

from studio.media.outputs.status import OutputPhase, OutputStatus


@dataclass(frozen=True, slots=True)
class OutputLine:
    """One place.

    Attributes:
        words: the state in a few words. tone: token name of its dot; text3: off.
        on: wanted by the host. usable: False when it cannot be switched on, `words` says why.
        retrying: "Retry now" makes sense. trouble: what is wrong and what to do, a sentence; else empty.
    """

    name: str
    words: str
    tone: str
    on: bool
    usable: bool = True
    retrying: bool = False
    trouble: str = ""


def target_line(name: str, on: bool, status: OutputStatus | None, kbps: float) -> OutputLine:
    """A server. `status`: None while nothing runs for it; `kbps`: what leaves now."""
    if status is None or not on:
        return OutputLine(name, "Off" if not on else "Starting…", "text3" if not on else "gold", on)
    match status.phase:
        case OutputPhase.LIVE:
            return OutputLine(name, f"Live · {rate_words(kbps)}", "teal", on)
        case OutputPhase.RETRYING:
            words = f"Next try in {status.retry_in_s or 1} s"
            return OutputLine(name, words, "gold", on, retrying=True, trouble=status.sentence)
        case OutputPhase.FAILED:
            return OutputLine(name, "Failed", "live", on, trouble=status.sentence)
        case OutputPhase.STOPPED:
            return OutputLine(name, "Ended", "text3", on)
        case _:
            return OutputLine(name, "Connecting…", "gold", on, trouble=status.sentence)


def recording_line(name: str, on: bool, status: OutputStatus | None, seconds: float) -> OutputLine:
    """The recording; `seconds` of this broadcast are on the disk."""
    length = f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
    if status is None or not on:
        return OutputLine(name, f"Off · {length} kept" if seconds else "Off", "text3", on)
    if status.phase is OutputPhase.FAILED:
        return OutputLine(name, "Stopped", "live", on, trouble=status.sentence)
    if status.phase is OutputPhase.LIVE:
        return OutputLine(name, f"Recording · {length}", "live", on)
    return OutputLine(name, "Starting…" if status.phase is not OutputPhase.STOPPED else "Ended", "gold", on)


def rate_words(kbps: float) -> str:
    """ "3.4 Mb/s", "870 kb/s"."""
    return f"{kbps / 1000:.1f} Mb/s" if kbps >= 1_000 else f"{kbps:.0f} kb/s"
