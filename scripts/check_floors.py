"""Fails when a folder of the package stands on no floor, so that the import rules cannot be dodged by a new room."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent / "src" / "raumwerk"
FLOORS = {"tables", "analysis", "store", "pipeline", "cli", "web"}
WEB_ROOMS = {
    "config", "portal", "atlas", "forum", "intake", "participation", "strategy", "funding", "toolbox", "competence",
    "pages", "shared", "people", "regions", "kit",
}  # fmt: skip
WEB_MATERIAL = {"static", "templates", "locale"}


def packages(folder: Path) -> set[str]:
    """Names of the folders below ``folder`` that hold Python code."""
    return {child.name for child in folder.iterdir() if child.is_dir() and any(child.rglob("*.py"))}


def main() -> int:
    """Compare the folders with the house plan; 0 when every room has its floor."""
    stray = sorted(packages(ROOT) - FLOORS)
    stray += sorted(f"web/{name}" for name in packages(ROOT / "web") - WEB_ROOMS - WEB_MATERIAL)
    for name in stray:
        sys.stderr.write(f"src/raumwerk/{name}: this folder is on no floor; see ARCHITECTURE.md.\n")
    return 1 if stray else 0


if __name__ == "__main__":
    sys.exit(main())
