"""What the documentation says of the command is what the command is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer

from raumwerk import errors
from raumwerk.cli.main import app

DOCS = Path(__file__).parents[2] / "docs"


def _commands() -> dict[str, set[str]]:
    """Options by command, groups resolved; the analyses have a page of their own."""
    root = typer.main.get_command(app)
    found = {}
    for name, command in root.commands.items():  # type: ignore[attr-defined]
        parts = getattr(command, "commands", {"": command})
        for inner, one in parts.items():
            if name != "analyse":
                found[f"{name} {inner}".strip()] = {
                    option for part in one.params for option in (*part.opts, *part.secondary_opts)
                }
    return found


def test_every_command_is_documented_and_no_other() -> None:
    page = (DOCS / "reference" / "commands.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `raumwerk ([a-z -]+)`", page, flags=re.MULTILINE)) == set(_commands())


def test_every_exit_code_is_documented() -> None:
    page = (DOCS / "reference" / "commands.md").read_text(encoding="utf-8")
    codes = {one.exit_code for one in vars(errors).values() if isinstance(one, type) and hasattr(one, "exit_code")}
    assert {int(code) for code in re.findall(r"^\| (\d) \|", page, flags=re.MULTILINE)} == codes | {0}


@pytest.mark.parametrize(("guide", "least"), [("operate.md", 9), ("geschaeftsstelle.md", 5), ("office.md", 5)])
def test_commands_in_the_guides_exist_with_their_options(guide: str, least: int) -> None:
    commands = _commands()
    lines = re.findall(r"^raumwerk (.+)$", (DOCS / "how-to" / guide).read_text("utf-8"), flags=re.MULTILINE)
    assert len(lines) >= least
    for line in lines:
        if line.startswith("manage "):  # passed on to Django: tests/web/portal/test_office_guide.py
            continue
        words = line.split("#")[0].split()
        name = next(name for name in (" ".join(words[:2]), words[0]) if name in commands)
        assert {word for word in words if word.startswith("--")} <= commands[name], line
