"""``raumwerk region``: the regions of this installation."""

from __future__ import annotations

from typing import Annotated

import typer

from raumwerk.cli.console import out, out_json, state
from raumwerk.pipeline.catalogue import load

app = typer.Typer(no_args_is_help=True, help="Regions that cross administrative borders.", rich_markup_mode="markdown")


@app.command("list")
def list_(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for other programs.")] = False,
) -> None:
    """List the regions: those that come with Raumwerk and those of this installation."""
    regions = load(state(context).home).regions
    if as_json:
        out_json(regions)
        return
    for slug, entry in sorted(regions.items()):
        parts = [f"{len(entry.get(part, []))} {part}" for part in ("districts", "municipalities")]
        core = len(entry.get("core", []))
        out.print(f"{slug}  {entry['name_de']}", style="bold")
        out.print(f"  {', '.join(parts)}; core: {f'{core} areas' if core else 'not entered yet'}")
