"""Writes the TypeScript types of the API from its own OpenAPI description, or checks that the tracked ones are true.

``python scripts/api_types.py`` writes ``frontend/src/api/schema.d.ts``; with ``--check`` it only compares.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FRONTEND = ROOT / "frontend"
TARGET = FRONTEND / "src" / "api" / "schema.d.ts"


def describe(target: Path) -> None:
    """Write the OpenAPI description; a warning of the describer counts as an error."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "raumwerk.web.config.settings_test"}
    command = [
        sys.executable, "-m", "django", "spectacular", "--urlconf", "raumwerk.web.atlas.api_urls",
        "--format", "openapi-json", "--file", str(target), "--validate", "--fail-on-warn",
    ]  # fmt: skip
    subprocess.run(command, check=True, env=environment)


def generate(description: Path, target: Path) -> None:
    """Turn the description into TypeScript."""
    tool = FRONTEND / "node_modules" / ".bin" / "openapi-typescript"
    command = [
        str(tool),
        str(description),
        "--output",
        str(target),
        "--immutable",
        "--root-types",
        "--root-types-no-schema-prefix",
    ]
    subprocess.run(command, check=True, cwd=FRONTEND, stdout=subprocess.DEVNULL)


def main(arguments: list[str]) -> int:
    """Write or compare; 0 when the types are true."""
    with tempfile.TemporaryDirectory() as folder:
        description, fresh = Path(folder) / "openapi.json", Path(folder) / "schema.d.ts"
        describe(description)
        generate(description, fresh)
        text = fresh.read_text("utf-8")
    if "--check" not in arguments:
        TARGET.parent.mkdir(parents=True, exist_ok=True)
        TARGET.write_text(text, "utf-8")
        return 0
    if TARGET.is_file() and TARGET.read_text("utf-8") == text:
        return 0
    sys.stderr.write(f"{TARGET.relative_to(ROOT)} does not say what the API says; run `make api-types`.\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
