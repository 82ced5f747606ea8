"""What a process and its children have used, as Linux counts it in /proc."""

import os
from dataclasses import dataclass
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


@dataclass(frozen=True, slots=True)
class Used:
    """CPU seconds (user and system), those of ended children that it waited for, and the peak of memory in MiB."""

    cpu: float
    waited: float
    peak_mib: float


def used(pid: int) -> Used:
    """Return what the process has used so far; live children are not in it."""
    user, system, waited_user, waited_system = map(int, _stat(pid)[11:15])
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    peak = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
    return Used(
        cpu=(user + system) / TICK,
        waited=(waited_user + waited_system) / TICK,
        peak_mib=int(peak.split()[1]) / 1024,
    )


def children(pid: int) -> list[int]:
    """Return the live children of the process."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                parent = _stat(int(folder.name))[1]
            except OSError:  # it is gone meanwhile
                continue
            found += [int(folder.name)] if int(parent) == pid else []
    return found


def _stat(pid: int) -> list[str]:
    """Return the fields of /proc/PID/stat from the state on; the name before it may hold anything."""
    return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
