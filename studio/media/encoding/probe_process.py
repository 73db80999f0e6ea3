"""Tries encoders in a process of its own: a broken driver may crash or never come back.

Thread: `probe_all` blocks for seconds, call it from any but the GUI's; `run_child` is the other process.
Must not import: Qt, net.

The child gets one JSON object on standard input and prints a JSON line when it begins with an encoder and one
with its result; so the parent knows which of them a crash or a hang belongs to, and goes on after it.
"""

from __future__ import annotations

import dataclasses
import importlib
import json
import logging
import queue
import subprocess
import sys
import threading
from collections.abc import Sequence
from typing import IO

from studio import places
from studio.media.encoding.kinds import EncoderKind
from studio.media.encoding.probe import Probe, is_built_in, probe_encoder
from studio.media.settings import CanvasSettings, EncoderSettings

log = logging.getLogger(__name__)

#: The word of the command line that starts `run_child`.
COMMAND = "probe-encoders"
_TABLE = "studio.media.encoding.kinds:KINDS"
#: From the start of the child to its first word, and for one encoder.
_START_S = 30.0
_LIMIT_S = 12.0


def probe_all(
    kinds: Sequence[EncoderKind],
    canvas: CanvasSettings,
    settings: EncoderSettings,
    *,
    table: str = _TABLE,
    limit_s: float = _LIMIT_S,
) -> tuple[Probe, ...]:
    """Tries `kinds`, which are entries of `table` ("module:name"); the results in the same order."""
    found: dict[str, Probe] = {}
    for kind in kinds:
        if not is_built_in(kind):
            found[kind.title] = Probe(kind.title, failure=kind.missing or "not part of this program")
    while left := [kind.title for kind in kinds if kind.title not in found]:
        results = _one_child(left, canvas, settings, table, limit_s)
        found |= {probe.title: probe for probe in results}
    return tuple(found[kind.title] for kind in kinds)


def _one_child(
    titles: list[str], canvas: CanvasSettings, settings: EncoderSettings, table: str, limit_s: float
) -> list[Probe]:
    """At least one result: of the encoders up to the first that took the child along."""
    asked = {
        "table": table,
        "titles": titles,
        "canvas": dataclasses.asdict(canvas),
        "settings": dataclasses.asdict(settings),
    }
    flags = getattr(subprocess, "CREATE_NO_WINDOW", 0)
    child = subprocess.Popen(
        [*places.program_command(), COMMAND],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # drivers talk there
        text=True,
        creationflags=flags,
    )
    assert child.stdin is not None and child.stdout is not None
    lines: queue.Queue[str | None] = queue.Queue()  # at most two for each encoder
    reader = threading.Thread(target=_read, args=(child.stdout, lines), name="probe-read", daemon=True)
    reader.start()
    try:
        child.stdin.write(json.dumps(asked))
        child.stdin.close()
    except OSError:  # it ended at once, which its silence will say
        log.warning("the process that tries encoders did not start")
    try:
        return _results(titles, lines, limit_s)
    finally:
        child.kill()
        child.wait()
        reader.join()


def _read(stream: IO[str], lines: queue.Queue[str | None]) -> None:
    with stream:
        for line in stream:
            lines.put(line)
    lines.put(None)


def _results(titles: list[str], lines: queue.Queue[str | None], limit_s: float) -> list[Probe]:
    results: list[Probe] = []
    wait_s = _START_S
    while len(results) < len(titles):
        current = titles[len(results)]
        try:
            line = lines.get(timeout=wait_s)
        except queue.Empty:
            return [*results, Probe(current, failure="its driver does not answer")]
        if line is None:
            return [*results, Probe(current, failure="its driver crashed")]
        said = json.loads(line)
        if "begins" in said:
            wait_s = limit_s
        else:
            results.append(Probe(**said))
            wait_s = limit_s
    return results


def run_child() -> int:
    """The other process: tries what standard input names, and prints what came of it."""
    asked = json.load(sys.stdin)
    module, _, name = str(asked["table"]).partition(":")
    table: Sequence[EncoderKind] = getattr(importlib.import_module(module), name)
    canvas, settings = CanvasSettings(**asked["canvas"]), EncoderSettings(**asked["settings"])
    kinds = {kind.title: kind for kind in table}
    for title in asked["titles"]:
        print(json.dumps({"begins": title}), flush=True)
        print(json.dumps(dataclasses.asdict(probe_encoder(kinds[title], canvas, settings))), flush=True)
    return 0
