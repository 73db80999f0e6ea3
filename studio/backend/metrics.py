"""`/metrics`: the counters in Prometheus' text format. Pure; the caller passes what there is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields

from studio.backend.counters import Counters
from studio.backend.storage.writer import WriterCounters

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_PREFIX = "host_studio_"


def render(counters: Counters, writer: WriterCounters, gauges: Mapping[str, int]) -> bytes:
    """One line of type and one of value for each."""
    lines: list[str] = []
    for prefix, group in (("", counters), ("writer_", writer)):
        for one in fields(group):
            kind = "gauge" if one.name.startswith("largest") else "counter"
            _line(lines, prefix + one.name, kind, getattr(group, one.name))
    for name, value in gauges.items():
        _line(lines, name, "gauge", value)
    return ("\n".join(lines) + "\n").encode()


def _line(lines: list[str], name: str, kind: str, value: int) -> None:
    full = f"{_PREFIX}{name}_total" if kind == "counter" else f"{_PREFIX}{name}"
    lines += [f"# TYPE {full} {kind}", f"{full} {value}"]
