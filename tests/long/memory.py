"""How much memory a process has for itself.

What it only maps (libraries, and fonts as new scripts appear on screen) is the system's to take back and no
leak, but counts as resident. Linux tells them apart; elsewhere what is unique to the process must do.
"""

from __future__ import annotations

from pathlib import Path

import psutil

_MB = 1e6


def own_mb(pid: int, proc: Path = Path("/proc")) -> float:
    """MB of memory without a file behind it, see proc_pid_smaps(5)."""
    try:
        rollup = (proc / str(pid) / "smaps_rollup").read_text(encoding="ascii")
    except OSError:
        return float(psutil.Process(pid).memory_full_info().uss) / _MB
    kilobytes = next(line.split()[1] for line in rollup.splitlines() if line.startswith("Anonymous:"))
    return int(kilobytes) * 1024 / _MB


def resident_mb(pid: int) -> float:
    return float(psutil.Process(pid).memory_info().rss) / _MB
