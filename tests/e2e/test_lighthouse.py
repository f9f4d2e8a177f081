"""What Lighthouse says of the pages: accessibility 100, best practices at least 95."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

_AUDITOR = Path(__file__).parent / "lighthouse" / "node_modules" / "lighthouse" / "cli" / "index.js"
_FLAGS = "--headless=new --no-sandbox --disable-gpu"
_PAGES = ("/mitte/", "/mitte/atlas/", "/mitte/atlas/gebiet/05762020/", "/mitte/daten/", "/en/kali/")


@pytest.fixture(scope="module")
def node() -> str:
    found = shutil.which("node")
    if found and _AUDITOR.exists():
        return found
    missing = f"{_AUDITOR.parents[2]} (make test installs it)" if found else "node"
    if "browser" in os.environ.get("RAUMWERK_REQUIRE", ""):
        pytest.fail(f"Lighthouse is required here and {missing} was not found", pytrace=False)
    pytest.skip(f"Lighthouse needs {missing}")


@pytest.mark.parametrize("page", _PAGES)
def test_page_is_accessible_and_well_made(page: str, site: str, chromium: str, node: str, tmp_path: Path) -> None:
    target = tmp_path / "report.json"
    subprocess.run(
        [node, str(_AUDITOR), site + page, "--quiet", "--no-enable-error-reporting", "--output=json",
         f"--output-path={target}", "--only-categories=accessibility,best-practices", f"--chrome-flags={_FLAGS}"],
        env=os.environ | {"CHROME_PATH": chromium}, check=True, timeout=180,
    )  # fmt: skip
    report = json.loads(target.read_text("utf-8"))
    scores = {name: category["score"] for name, category in report["categories"].items()}
    audits = report["audits"].values()
    weak = [audit["title"] for audit in audits if audit["score"] is not None and audit["score"] < 0.9]
    assert scores["accessibility"] == 1.0, weak
    assert scores["best-practices"] >= 0.95, weak
