"""Fails when something is tracked that must not be: data, bundles, secrets, machine paths, registries' hosts."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MAX_BYTES = 512 * 1024
DATA_ENDINGS = {".xlsx", ".xlsb", ".gpkg", ".shp", ".dbf", ".parquet", ".sqlite3", ".duckdb", ".zip", ".gz"}
HOSTS = re.compile(r"(py[p]i|pythonhoste[d]|npmj[s]|deb[.]debia[n])[.](org|com)")
MACHINE_PATHS = re.compile(r"(^|[^A-Za-z0-9_./])/(wor[k]|roo[t]|hom[e]/[a-z]+)/")


def tracked() -> list[Path]:
    """Files that git tracks."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True).stdout
    return [ROOT / name for name in listed.decode().split("\0") if name and (ROOT / name).is_file()]


def problems(path: Path) -> list[str]:
    """What is wrong with one tracked file."""
    found = []
    size = path.stat().st_size
    if size > MAX_BYTES:
        found.append(f"{size // 1024} KiB is too large for the repository")
    if path.suffix in DATA_ENDINGS:
        found.append("data files belong outside the repository")
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return found
    if HOSTS.search(text):
        found.append("names a package registry's host")
    if MACHINE_PATHS.search(text):
        found.append("names a path of one machine")
    return found


def main() -> int:
    """Check every tracked file; 0 when all is well."""
    bad = [(path, problem) for path in tracked() for problem in problems(path)]
    for path, problem in bad:
        sys.stderr.write(f"{path.relative_to(ROOT)}: {problem}.\n")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
