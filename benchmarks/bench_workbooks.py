"""The sixteen commuter workbooks of 2019 against pandas + pyxlsb: cells, typed columns, and tables with every check.

Usage: ``python benchmarks/bench_workbooks.py``. Needs the official files (``RAUMWERK_SHARED_DATA`` or ../shared/data).
Peer and reader are run in turn, each three times; the median counts. ``raumwerk data import`` reads with two processes,
the peer has no such thing: both ways are shown, and the processor time beside the wall time.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import statistics
import time
import warnings
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pandas as pd

from raumwerk.pipeline.sheets import read_rows
from raumwerk.pipeline.source import RawFile
from raumwerk.pipeline.sources._commuter_sheet import PARTS, parse_sheet
from raumwerk.pipeline.sources.commuters import CommuterWorkbook

DATA = Path(os.environ.get("RAUMWERK_SHARED_DATA") or Path(__file__).parents[2] / "shared" / "data")
FILES = sorted(DATA.glob("commuting/ba_kreise_2019-06-30/krpend_*.xlsb"))
SHEETS = ("Auspendler Kreise", "Einpendler Kreise")
RUNS = 3


def peer_cells() -> int:
    """Pandas: the cells of both sheets of every workbook."""
    return sum(len(cells) for path in FILES for cells in _pandas(path))


def peer_columns() -> int:
    """Pandas: keys carried down, counts as numbers. Rows with a partner."""
    rows = 0
    for path in FILES:
        for cells in _pandas(path):
            cells.columns = ["area", "area_name", "partner", "label", *PARTS]
            start = cells.index[cells["area"].isin(["Wohnort", "Arbeitsort"])][0] + 2
            table = cells.iloc[start:].copy()
            table["area"] = table["area"].where(table["area"].str.fullmatch(r"\d{5}", na=False)).ffill()
            table = table[table["partner"].notna()]
            for part in PARTS:
                table[part] = pd.to_numeric(table[part], errors="coerce")
            rows += len(table)
    return rows


def _pandas(path: Path) -> list[pd.DataFrame]:
    return list(pd.read_excel(path, sheet_name=list(SHEETS), engine="pyxlsb", header=None).values())


def cells() -> int:
    """Our reader: the cells of both sheets of every workbook."""
    return sum(len(read_rows(path, sheet, name=path.name)) for path in FILES for sheet in SHEETS)


def columns_of(path: Path) -> int:
    """Our reader to the same point: typed columns, every cell checked."""
    return sum(
        parse_sheet(read_rows(path, sheet, name=path.name), file=path.name, sheet=sheet).rows.height for sheet in SHEETS
    )


def tables_of(path: Path) -> int:
    """Our reader to the end: recognised, sums checked, masked cells bounded, both directions compared, long tables."""
    reader, file = CommuterWorkbook(), RawFile(path, "0" * 64, path.name)
    if not reader.recognise(file):
        raise SystemExit(f"{path.name} was not recognised")
    return reader.read(file)["flows"].height


def columns() -> int:
    """All workbooks one after the other."""
    return sum(map(columns_of, FILES))


def tables() -> int:
    """All workbooks one after the other."""
    return sum(map(tables_of, FILES))


def timed(work: Callable[[], int], expected: int) -> tuple[float, float]:
    """Wall and processor seconds of one run, and that it read everything."""
    wall, processor = time.perf_counter(), time.process_time()
    found = work()
    if found != expected:
        raise SystemExit(f"{work.__name__} read {found:,} rows instead of {expected:,}")
    return time.perf_counter() - wall, time.process_time() - processor


def main() -> None:
    """Print one JSON object for each row."""
    if not FILES:
        print(json.dumps({"skipped": "the sixteen workbooks are not here"}))
        return
    warnings.filterwarnings("ignore", message="The pyxlsb engine is deprecated")
    rows, long_rows = columns(), tables()  # also warms everything up
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        largest_first = sorted(FILES, key=lambda path: -path.stat().st_size)

        def pooled_columns() -> int:
            return sum(pool.map(columns_of, largest_first))

        def pooled_tables() -> int:
            return sum(pool.map(tables_of, largest_first))

        pooled_tables()
        ours = (cells, columns, pooled_columns, tables, pooled_tables)
        expected = (cells(), rows, rows, long_rows, long_rows)
        peers = ((peer_cells, expected[0]), (peer_columns, rows))
        runs = [[timed(*task) for task in (*peers, *zip(ours, expected, strict=True))] for _ in range(RUNS)]
    medians = [[statistics.median(run[task][kind] for run in runs) for kind in (0, 1)] for task in range(7)]
    names = {
        "read the cells of the 16 workbooks": (0, "pandas + pyxlsb", "at least 15"),
        "read them into typed columns, every cell checked": (1, "pandas + pyxlsb, typed columns", ""),
        "the same with two processes, as an import reads": (1, "pandas + pyxlsb, typed columns", ""),
        "and sum, bound, compare and merge them into tables": (1, "pandas + pyxlsb, typed columns", ""),
        "the same with two processes": (1, "pandas + pyxlsb, typed columns", ""),
    }
    for (name, (peer, peer_name, target)), (wall, processor) in zip(names.items(), medians[2:], strict=True):
        peer_wall, peer_processor = medians[peer]
        row = {"task": name, "seconds": round(wall, 3), "peer": peer_name, "peer_seconds": round(peer_wall, 3),
               "times_faster": round(peer_wall / wall, 1)}  # fmt: skip
        if target:
            row["target"] = f"{target} times faster"
        if "two processes" not in name:  # there the work is done elsewhere
            row["processor times faster"] = round(peer_processor / processor, 1)
        print(json.dumps(row))


if __name__ == "__main__":
    main()
