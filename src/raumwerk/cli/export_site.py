"""``raumwerk export-site``: the Atlas as a website that any web space can host for years."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from raumwerk.cli import manage
from raumwerk.cli.console import counted

__all__ = ["export_site"]


def export_site(
    region: Annotated[str, typer.Argument(help="Short name of the region, for example mitte.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder to write; new, empty or an earlier export.")],
    release: Annotated[str | None, typer.Option(help="Release to show.", show_default="the current one")] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Prove that no link is broken and no other host is asked.")
    ] = False,
) -> None:
    """Write the Atlas of a region as a website of files: maps, commuters, tables, profiles, downloads.

    It needs no server and no script, may stand below any path, and shows one release for good.
    """
    manage.set_up()
    with counted("Writing pages") as progress:
        manage.call("export_site", region=region, release=release, output=str(output), check=check, progress=progress)
