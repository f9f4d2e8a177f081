"""Runs the benchmarks and writes docs/benchmarks.md.

``python -m benchmarks`` runs every ``benchmarks/bench_<name>.py``, each in a process of its own, one after the other;
``python -m benchmarks import gravity`` only those. A benchmark prints one JSON object on each line of its output:

    {"task": "…", "seconds": 1.2, "peer": "…", "peer_seconds": 14.0, "times_faster": 11.7, "target": "at least 10", …}

``task`` is what was done, ``target`` what was asked for; every further number or text becomes a fact of the row. An
object ``{"skipped": "why"}`` says that it could not run here. Sections of benchmarks that were not run are kept.
"""

from __future__ import annotations

import json
import os
import platform
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
PAGE = FOLDER.parent / "docs" / "benchmarks.md"
HEAD = """# Benchmarks

Written by `make bench`. Each section names the machine and the day; figures of different days are not comparable.
"""
TIMEOUT = 1800


def machine() -> str:
    """Processor, cores, memory and Python of this machine."""
    model = platform.machine()
    with open("/proc/cpuinfo", encoding="utf-8") as lines:
        model = next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), model)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{model}, {os.cpu_count()} cores, {memory:.0f} GiB, Python {platform.python_version()}"


def run(script: Path) -> list[dict[str, Any]]:
    """Run one benchmark in a fresh process; fail loudly when it fails."""
    done = subprocess.run(
        [sys.executable, str(script)],
        cwd=FOLDER.parent,
        stdout=subprocess.PIPE,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )
    if done.returncode != 0:
        sys.exit(f"{script.name} failed with code {done.returncode}; docs/benchmarks.md was left as it is.")
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def shown(value: object) -> str:
    """A number with four digits that count, text as it is."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    return f"{value:,}" if isinstance(value, int) else f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.0f}"


def section(name: str, rows: list[dict[str, Any]], load: float) -> str:
    """Markdown of one benchmark; ``load`` is that of the machine before it began, 0 when it was idle."""
    lines = [f"## {name}", "", f"{datetime.now(UTC):%Y-%m-%d}, {machine()}; load before it began {load:.1f}.", ""]
    for row in rows:
        if "skipped" in row:
            lines.append(f"- Not run here: {row['skipped']}")
            continue
        facts = "; ".join(f"{key.replace('_', ' ')} {shown(value)}" for key, value in row.items() if key != "task")
        lines.append(f"- **{row.get('task', name)}**: {facts}")
    return "\n".join(lines) + "\n"


def kept() -> dict[str, str]:
    """Sections of the page as it is."""
    if not PAGE.exists():
        return {}
    parts = re.split(r"^## (.+)$", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {name: f"## {name}{text.rstrip()}\n" for name, text in zip(parts[1::2], parts[2::2], strict=True)}


def main() -> None:
    """Run what was named, or everything, and write the page."""
    scripts = {path.stem.removeprefix("bench_"): path for path in sorted(FOLDER.glob("bench_*.py"))}
    wanted = sys.argv[1:] or list(scripts)
    if unknown := sorted(set(wanted) - set(scripts)):
        sys.exit(f"There is no benchmark {unknown[0]!r}; there are: {', '.join(scripts)}.")
    sections = {name: text for name, text in kept().items() if name in scripts}
    for name in wanted:
        print(f"{name} …", file=sys.stderr, flush=True)
        load = os.getloadavg()[0]
        sections[name] = section(name, run(scripts[name]), load)
        print(sections[name], file=sys.stderr)
        PAGE.write_text("\n".join([HEAD, *(sections[one] for one in scripts if one in sections)]), encoding="utf-8")


if __name__ == "__main__":
    main()
