"""The ``raumwerk`` command: everything that an operator does without a browser."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from raumwerk import __version__
from raumwerk.cli import analyse, data, export_site, manage, region, up
from raumwerk.cli.console import State, err, out
from raumwerk.errors import RaumwerkError

__all__ = ["app", "main"]

app = typer.Typer(
    name="raumwerk",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(data.app, name="data")
app.add_typer(analyse.app, name="analyse")
app.add_typer(region.app, name="region")
app.command("export-site", rich_help_panel="The website")(export_site.export_site)
app.command("up", rich_help_panel="The website")(up.up)
app.command(
    "manage",
    rich_help_panel="The website",
    # everything after "manage" belongs to Django, --help included
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []},
)(manage.manage)


def _version(wanted: bool) -> None:
    if wanted:
        out.print(f"raumwerk {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    context: typer.Context,
    home: Annotated[
        Path | None,
        typer.Option(envvar="RAUMWERK_HOME", help="Folder that holds this installation's state.", show_default="./var"),
    ] = None,
    debug: Annotated[bool, typer.Option("--debug", help="On failure, show where in the code it arose.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    """The digital home of regions that cross administrative borders.

    The way of a number: **data import** (official files → checked tables) → **data publish** (→ a release that never
    changes) → the website, started by **up**.

    Exit codes: 0 done · 1 failed · 2 wrong input · 3 somebody else was first · 4 stored data damaged · 5 a place
    outside did not answer.
    """
    context.obj = State.of(home, debug=debug)


def main(arguments: list[str] | None = None) -> None:
    """Run the command and leave with its exit code; a failure is one clear message, never a traceback."""
    try:
        app(arguments)  # leaves with the exit code, also for wrong usage
    except RaumwerkError as error:
        if "--debug" in (arguments or sys.argv):
            raise
        err.print(f"raumwerk: {error}", style="red")
        sys.exit(error.exit_code)
    except Exception as error:  # full disk, folder that cannot be written, or a fault of ours
        if "--debug" in (arguments or sys.argv):
            raise
        told = " ".join(str(error).split())[:500]
        err.print(
            f"raumwerk: the command failed ({type(error).__name__}: {told}). Check that the disk has room and "
            f"the folders can be written; with --debug before the command it shows where it failed.",
            style="red",
        )
        sys.exit(1)


if __name__ == "__main__":
    main()
