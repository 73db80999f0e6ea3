"""Which encoder a LIVE is encoded by, and why.

Thread: `choose` blocks for seconds, call it from any but the GUI's. Must not import: Qt, net, cv2, av.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from studio.media.encoding.kinds import KINDS, X264, EncoderKind
from studio.media.encoding.probe import Probe
from studio.media.settings import CanvasSettings, EncoderSettings, Preset

AUTOMATIC = "auto"
#: A hardware encoder is worth it only well below real time, and x264 leaves the rest to camera and window.
MOST_SHARE = 0.45
_CHEAPER: dict[Preset, tuple[Preset, ...]] = {
    "medium": ("fast", "faster", "veryfast", "superfast", "ultrafast"),
    "fast": ("faster", "veryfast", "superfast", "ultrafast"),
    "faster": ("veryfast", "superfast", "ultrafast"),
    "veryfast": ("superfast", "ultrafast"),
    "superfast": ("ultrafast",),
}

#: Tries encoders with these settings; the results in the same order. The real one is `probe_all`.
ProbeAll = Callable[[Sequence[EncoderKind], CanvasSettings, EncoderSettings], tuple[Probe, ...]]


@dataclass(frozen=True, slots=True)
class EncoderChoice:
    """The choice and why.

    Attributes:
        kinds: what to encode with, and what takes over when that fails; never empty.
        settings: as asked, x264 perhaps with a cheaper preset. ms: a frame, None when nothing could be
        measured. budget_ms: what a frame may take at all. why: empty when it is what was asked for.
        probes: what came of trying each. asked_in_vain: the host wanted one that does not work.
    """

    kinds: tuple[EncoderKind, ...]
    settings: EncoderSettings
    ms: float | None
    budget_ms: float
    why: str
    probes: tuple[Probe, ...]
    asked_in_vain: bool = False

    @property
    def title(self) -> str:
        """x264 with its preset: it decides what it costs."""
        first = self.kinds[0]
        return f"{first.title} {self.settings.preset}" if first is X264 else first.title

    @property
    def sentence(self) -> str:
        """One line: what, its cost, why it is not another."""
        cost = "not measured" if self.ms is None else f"{self.ms:.0f} ms a frame of {self.budget_ms:.0f}"
        return " · ".join(part for part in (self.title, cost, self.why) if part)


def choose(
    canvas: CanvasSettings,
    settings: EncoderSettings,
    wanted: str,
    probe_all: ProbeAll,
    kinds: Sequence[EncoderKind] = KINDS,
) -> EncoderChoice:
    """The best that works here, or `wanted` (the name of a kind) if that does.

    Automatic takes the first of `kinds` that works and is fast; x264 with the next cheaper presets while a
    frame takes more than `MOST_SHARE` of its time.
    """
    probes = probe_all(kinds, canvas, settings)
    by_kind = dict(zip(kinds, probes, strict=True))
    budget_ms = 1000 / canvas.fps
    asked = next((kind for kind in kinds if kind.name == wanted), None)
    usable = [kind for kind in kinds if kind.hardware and _is_fast(by_kind[kind], budget_ms)]
    why = ""
    if asked is not None and by_kind[asked].works:
        first = asked
    elif asked is not None:
        first = X264
        why = f"{asked.title} does not work now: {by_kind[asked].failure}"
    else:
        first = usable[0] if usable else X264
        why = _why_not_another(by_kind) if first is X264 else ""
    chain = tuple(dict.fromkeys((first, *usable, X264)))
    probe = by_kind.get(first)
    ms = probe.ms if probe is not None and probe.works else None
    in_vain = asked is not None and first is not asked
    choice = EncoderChoice(chain, settings, ms, budget_ms, why, probes, in_vain)
    if first is X264 and asked is not X264 and ms is not None and ms > MOST_SHARE * budget_ms:
        return _cheaper(choice, canvas, probe_all)
    return choice


def _is_fast(probe: Probe, budget_ms: float) -> bool:
    return probe.works and probe.ms <= MOST_SHARE * budget_ms


def _cheaper(choice: EncoderChoice, canvas: CanvasSettings, probe_all: ProbeAll) -> EncoderChoice:
    """x264 with the first preset that leaves time, else with the cheapest."""
    asked, at_first = choice.settings, choice.ms
    failed = choice.why if choice.asked_in_vain else ""
    for preset in _CHEAPER.get(asked.preset, ()):
        settings = dataclasses.replace(asked, preset=preset)
        (probe,) = probe_all((X264,), canvas, settings)
        if not probe.works:
            break
        slow = (
            f"this computer is busy or slow: {at_first:.0f} ms a frame of {choice.budget_ms:.0f} "
            f"at {asked.preset}"
        )
        whys = ", ".join(part for part in (failed, slow) if part)
        choice = dataclasses.replace(choice, settings=settings, ms=probe.ms, why=whys)
        if probe.ms <= MOST_SHARE * choice.budget_ms:
            break
    return choice


def _why_not_another(by_kind: dict[EncoderKind, Probe]) -> str:
    """Of the hardware this machine might have; that a PC has no VideoToolbox needs no word."""
    possible = [kind for kind in by_kind if kind.hardware and not kind.missing.startswith("only on")]
    absent = [kind.title for kind in possible if by_kind[kind].failure == kind.missing]
    failed = [
        f"{kind.title}: {by_kind[kind].failure or 'too slow'}"
        for kind in possible
        if kind.title not in absent
    ]
    return ", ".join([*failed, *([f"no driver for {', '.join(absent)}"] if absent else [])])
