"""All official files that feed the Atlas, from an empty store to a published release.

Usage: ``python benchmarks/bench_import.py``. Needs the official files (``RAUMWERK_SHARED_DATA`` or ../shared/data).
"""

from __future__ import annotations

import json
import os
import resource
import tempfile
import threading
import time
from pathlib import Path

from raumwerk.pipeline.importing import import_paths
from raumwerk.pipeline.publishing import publish
from raumwerk.store import read
from raumwerk.store.layout import Store

#: Folders that feed other things than the Atlas.
OTHERS = {"delimitation", "spatial_interaction", "regional_science", "participation"}
DATA = Path(os.environ.get("RAUMWERK_SHARED_DATA") or Path(__file__).parents[2] / "shared" / "data")


class Memory(threading.Thread):
    """Watches the memory of this process and its children together."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.peak = 0
        self.done = threading.Event()

    def run(self) -> None:
        while not self.done.wait(0.05):
            self.peak = max(self.peak, self._now())

    def _now(self) -> int:
        processes = [os.getpid()]
        for task in Path("/proc/self/task").iterdir():
            try:
                processes += [int(child) for child in (task / "children").read_text().split()]
            except OSError:
                continue  # the thread has ended
        total = 0
        for process in processes:
            try:
                pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
            except OSError:
                continue  # the process has ended
            total += pages * os.sysconf("SC_PAGE_SIZE")
        return total


def processor_seconds() -> float:
    """Processor time of this process and its ended children."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def main() -> None:
    if not DATA.is_dir():
        print(json.dumps({"skipped": "the official files are not here; set RAUMWERK_SHARED_DATA"}))
        return
    memory = Memory()
    memory.start()
    folders = [folder for folder in sorted(DATA.iterdir()) if folder.is_dir() and folder.name not in OTHERS]
    with tempfile.TemporaryDirectory() as home:
        store = Store(Path(home) / "store")
        started = time.perf_counter()
        report = import_paths(store, folders)
        imported = time.perf_counter()
        publish(store, home=Path(home))
        published = time.perf_counter()
        manifest = read.current(store).manifest
    memory.done.set()
    tables = manifest["tables"]
    print(json.dumps({
        "task": "import and publish all official files of the Atlas",
        "files": len(report.imported), "rows": sum(table["rows"] for table in tables.values()),
        "indicators": len(manifest["indicators"]), "import_seconds": round(imported - started, 1),
        "publish_seconds": round(published - imported, 1), "seconds": round(published - started, 1),
        "processor_seconds": round(processor_seconds(), 1), "peak_GiB": round(memory.peak / 2**30, 2),
        "target": "no more than 90 seconds on two cores and 4 GiB",
    }))  # fmt: skip


if __name__ == "__main__":
    main()
