"""Which layer fails: the rules, their order and their thresholds, in one table (`RULES`).

Pure: readings in, failings out; no clock, no Qt. Thread: any. The order is from what everything depends on
to what depends on everything: a busy machine slows every layer, a silent server stops every upload.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum


class Layer(Enum):
    """What a picture passes on its way; the value is what the report says."""

    CPU = "CPU"
    LOOK = "look"
    CAMERA = "camera"
    MICROPHONE = "microphone"
    COMPOSITOR = "compositor"
    ENCODER = "encoder"
    SERVER = "server"
    UPLINK = "uplink"
    DISK = "disk"
    VIEWERS = "viewers"


@dataclass(frozen=True, slots=True)
class OutputReading:
    """``dropped``: packets since going on air; ``trouble``: a sentence when it does not work; ``to_disk``: it
    is the recording.
    """

    name: str
    dropped: int = 0
    queued_ms: int = 0
    trouble: str = ""
    to_disk: bool = False


@dataclass(frozen=True, slots=True)
class Readings:
    """All figures of one moment. Counters only grow; times in seconds of one monotonic clock.

    ``starved``: the ``lagged`` ones for which the mixer was ready and was not woken in time.
    ``compose_ms``, ``encode_ms``: medians; the ``slow`` ones: what one in twenty takes at least.
    ``cpu_machine``, ``cpu_ours``: percent of the whole machine. ``camera_trouble``: the guard's sentence,
    ``camera_title`` its headline; ``camera_gone``: there is no living picture; ``sound_trouble``,
    ``sound_title`` and ``sound_gone`` the same of the microphone; ``look_trouble``: its sentence when the
    look is to blame, ``look_ms`` the look's median. ``heard_s_ago``: since the server's last answer to a
    ping. ``viewers_ms``: median delay at the ``viewers`` that reported lately; ``viewers_dropped``: pictures
    they did not show, by the newest report of each. ``lowered_for``: the upload for which the bit rate is
    lowered and not rising yet, ``lowered_words`` from what to what.
    """

    at_s: float
    frame_ms: float = 1000 / 30
    camera_fps: float = 0.0
    camera_trouble: str = ""
    camera_title: str = ""
    camera_gone: bool = False
    look_ms: float = 0.0
    look_trouble: str = ""
    sound_trouble: str = ""
    sound_title: str = ""
    sound_gone: bool = False
    composed: int = 0
    lagged: int = 0
    starved: int = 0
    compose_ms: float = 0.0
    compose_slow_ms: float = 0.0
    encoded: int = 0
    skipped: int = 0
    encode_ms: float = 0.0
    encode_slow_ms: float = 0.0
    cpu_machine: float = 0.0
    cpu_ours: float = 0.0
    server_trouble: str = ""
    heard_s_ago: float | None = None
    round_trip_ms: float | None = None
    outputs: tuple[OutputReading, ...] = ()
    kbps: int = 0
    lowered_for: str = ""
    lowered_words: str = ""
    viewers: int = 0
    viewers_ms: int = 0
    viewers_dropped: int = 0


#: Counters are judged by their growth over this long: long enough to tell a hiccup from a trouble.
WINDOW_S = 5.0


@dataclass(slots=True)
class History:
    """The readings of the last ``WINDOW_S``. ``now`` is the newest."""

    _kept: deque[Readings] = field(default_factory=deque)

    def add(self, readings: Readings) -> None:
        if self._kept and self._kept[-1].encoded > readings.encoded:
            self._kept.clear()  # another broadcast: its counters began anew
        self._kept.append(readings)
        while readings.at_s - self._kept[0].at_s > WINDOW_S + 0.5:
            self._kept.popleft()

    def clear(self) -> None:
        self._kept.clear()

    def __bool__(self) -> bool:
        return bool(self._kept)

    @property
    def now(self) -> Readings:
        return self._kept[-1]

    def grown(self, count: Callable[[Readings], int]) -> int:
        """How much a counter grew in the window."""
        return max(0, count(self._kept[-1]) - count(self._kept[0]))

    def dropped(self, output: str) -> int:
        """Packets that output dropped in the window."""

        def count(readings: Readings) -> int:
            return next((one.dropped for one in readings.outputs if one.name == output), 0)

        return self.grown(count)

    @property
    def lagged(self) -> int:
        return self.grown(lambda readings: readings.lagged)

    @property
    def starved(self) -> int:
        return self.grown(lambda readings: readings.starved)

    @property
    def skipped(self) -> int:
        return self.grown(lambda readings: readings.skipped)


@dataclass(frozen=True, slots=True)
class Failing:
    """``title`` for the pill, ``evidence`` the figures, ``grave``: viewers see or hear nobody alive."""

    layer: Layer
    title: str
    evidence: str
    grave: bool = False
    target: str = ""


# Thresholds, each with where it comes from.
#: The machine is full: what is left over is less than one picture's work (own measurements on 2 cores).
CPU_FULL = 90.0
#: ... and not by us: a studio that encodes too much is the encoder's failing, not the machine's.
CPU_OTHERS = 40.0
#: 5 of 150 ticks in 5 s, 3 %: a viewer sees the stutter; single late ticks nobody sees.
LAGGED = 5
#: 3 pictures in 5 s: more than the queue of 4 lets pass for one late keyframe.
SKIPPED = 3
#: Pings go every 2 s (net.connection.PING_EVERY_S): one and a half are missing.
SERVER_SILENT_S = 3.0
#: Five times what the Ready screen calls slow (services.checks: 250 ms), with a margin for one lost packet.
ROUND_TRIP_MS = 1_500.0
#: Half of the queue (media.outputs.QUEUE_MS is 2,000): it fills, and dropping comes next.
QUEUED_MS = 1_000
#: The page plays about half a second behind; at 3 s talking with viewers fails.
VIEWERS_MS = 3_000
#: A tenth of the 60 to 90 pictures between two reports (the page reports every 2 s), for each viewer.
VIEWERS_DROPPED_EACH = 8


def cpu(history: History) -> Failing | None:
    now = history.now
    others = now.cpu_machine - now.cpu_ours
    if history.starved >= LAGGED and history.skipped < SKIPPED:  # an encoder that takes all is named itself
        evidence = f"woken late for {history.starved} pictures in 5 s · {now.cpu_machine:.0f} % busy"
        if others >= CPU_OTHERS:
            evidence += f", {others:.0f} % by other apps"
        return Failing(Layer.CPU, "Processor busy", evidence)
    symptom = history.lagged >= LAGGED or history.skipped >= SKIPPED
    symptom = symptom or bool(now.camera_trouble or now.look_trouble)
    if now.cpu_machine < CPU_FULL or others < CPU_OTHERS or not symptom:
        return None
    late = history.lagged + history.skipped
    evidence = f"{now.cpu_machine:.0f} % busy, {others:.0f} % by other apps · {late} pictures late in 5 s"
    return Failing(Layer.CPU, "Processor full", evidence)


def look(history: History) -> Failing | None:
    now = history.now
    if not now.look_trouble:
        return None
    return Failing(Layer.LOOK, now.camera_title, now.look_trouble)


def camera(history: History) -> Failing | None:
    now = history.now
    if not now.camera_trouble:
        return None
    return Failing(Layer.CAMERA, now.camera_title, now.camera_trouble, grave=now.camera_gone)


def microphone(history: History) -> Failing | None:
    now = history.now
    if not now.sound_trouble:
        return None
    return Failing(Layer.MICROPHONE, now.sound_title, now.sound_trouble, grave=now.sound_gone)


def _took(median_ms: float, slow_ms: float, allowed_ms: float) -> str:
    """The figure that shows the trouble: the median where that is too long, else what the slow ones took."""
    return f"{median_ms:.0f} ms" if median_ms > allowed_ms else f"up to {slow_ms:.0f} ms"


def compositor(history: History) -> Failing | None:
    late = history.lagged - history.starved
    if late < LAGGED:
        return None
    now = history.now
    took = _took(now.compose_ms, now.compose_slow_ms, now.frame_ms)
    evidence = f"{took} a picture, {now.frame_ms:.0f} allowed · {late} late in 5 s"
    return Failing(Layer.COMPOSITOR, "Mixer slow", evidence)


def encoder(history: History) -> Failing | None:
    if history.skipped < SKIPPED:
        return None
    now = history.now
    took = _took(now.encode_ms, now.encode_slow_ms, now.frame_ms)
    evidence = f"{took} a frame, {now.frame_ms:.0f} allowed · {history.skipped} skipped in 5 s"
    return Failing(Layer.ENCODER, "Encoder slow", evidence)


def server(history: History) -> Failing | None:
    now = history.now
    if now.server_trouble:
        return Failing(Layer.SERVER, "Not connected", now.server_trouble, grave=True)
    if now.heard_s_ago is not None and now.heard_s_ago >= SERVER_SILENT_S:
        return Failing(Layer.SERVER, "Server silent", f"No answer for {now.heard_s_ago:.0f} s", grave=True)
    if now.round_trip_ms is not None and now.round_trip_ms >= ROUND_TRIP_MS:
        seconds = now.round_trip_ms / 1000
        return Failing(Layer.SERVER, "Server slow", f"{seconds:.1f} s there and back, 1.5 allowed")
    return None


def disk(history: History) -> Failing | None:
    failing = _worst(history, [output for output in history.now.outputs if output.to_disk])
    if failing is None:
        return None
    output, figures = failing
    return Failing(Layer.DISK, "Recording " + ("interrupted" if output.trouble else "slow"), figures)


def uplink(history: History) -> Failing | None:
    """The worst output; the others go on."""
    now = history.now
    failing = _worst(history, [output for output in now.outputs if not output.to_disk])
    if failing is None:
        if not now.lowered_for:
            return None
        evidence = f"{now.lowered_words}, the upload to {now.lowered_for} is slow"
        return Failing(Layer.UPLINK, f"Upload to {now.lowered_for} slow", evidence, target=now.lowered_for)
    output, figures = failing
    if now.lowered_for == output.name and not output.trouble:
        figures = f"{now.lowered_words} · {figures}"
    title = f"Upload to {output.name} " + ("interrupted" if output.trouble else "slow")
    return Failing(Layer.UPLINK, title, f"{output.name}: {figures}", target=output.name)


def _worst(history: History, outputs: list[OutputReading]) -> tuple[OutputReading, str] | None:
    """The output that does worst, with what shows it; None when all do well. No connection is worst."""
    bad = [one for one in outputs if one.trouble or one.queued_ms >= QUEUED_MS or history.dropped(one.name)]
    if not bad:
        return None
    worst = max(bad, key=lambda one: (bool(one.trouble), history.dropped(one.name), one.queued_ms))
    figures = f"{worst.queued_ms / 1000:.1f} s waiting · {history.dropped(worst.name)} packets dropped in 5 s"
    return worst, worst.trouble or figures


def viewers(history: History) -> Failing | None:
    now = history.now
    if not now.viewers:
        return None
    behind = f"{now.viewers_ms / 1000:.1f} s behind"
    if now.viewers_ms >= VIEWERS_MS:
        return Failing(Layer.VIEWERS, "Viewers behind", f"{behind}, median of {now.viewers} · 3 allowed")
    if now.viewers_dropped >= VIEWERS_DROPPED_EACH * now.viewers:
        evidence = f"{now.viewers_dropped} pictures dropped by {now.viewers} in their last seconds · {behind}"
        return Failing(Layer.VIEWERS, "Viewers drop pictures", evidence)
    return None


@dataclass(frozen=True, slots=True)
class Rule:
    """``bad_s``: how long it fails before the host is told; ``good_s``: how long well before that ends."""

    layer: Layer
    check: Callable[[History], Failing | None]
    bad_s: float = 2.0
    good_s: float = 3.0


#: The first that fails is the verdict.
RULES: tuple[Rule, ...] = (
    Rule(Layer.CPU, cpu),
    Rule(Layer.LOOK, look, bad_s=0.0),  # the guard has waited already
    Rule(Layer.CAMERA, camera, bad_s=0.0),
    Rule(Layer.MICROPHONE, microphone, bad_s=0.0),
    Rule(Layer.COMPOSITOR, compositor),
    Rule(Layer.ENCODER, encoder),
    Rule(Layer.DISK, disk),
    Rule(Layer.SERVER, server),
    Rule(Layer.UPLINK, uplink),
    Rule(Layer.VIEWERS, viewers),
)


class Latch:
    """One rule with its patience: failing after ``bad_s`` without a good look, well after ``good_s``."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        #: What is said of it now, None while it is well; since when it is known.
        self.failing: Failing | None = None
        self.since_s = 0.0
        self._bad_since: float | None = None
        self._good_since: float | None = None

    def look(self, history: History) -> None:
        """Judges the newest readings."""
        at_s, found = history.now.at_s, self.rule.check(history)
        if found is not None:
            self._good_since = None
            if self._bad_since is None:
                self._bad_since = at_s
            if self.failing is not None:
                self.failing = found  # newer figures
            elif at_s - self._bad_since >= self.rule.bad_s:
                self.failing, self.since_s = found, self._bad_since
            return
        self._bad_since = None
        if self._good_since is None:
            self._good_since = at_s
        if self.failing is not None and at_s - self._good_since >= self.rule.good_s:
            self.failing = None
