"""``raumwerk region``: the regions of this installation."""

from __future__ import annotations

from typing import Annotated

import polars as pl
import typer

from raumwerk.cli.console import State, out, out_json, state
from raumwerk.errors import InputError, MissingError
from raumwerk.pipeline.catalogue import Catalogue, load
from raumwerk.pipeline.derived.areas import areas as list_areas
from raumwerk.pipeline.regions import absent, define, notes_of, problems_of
from raumwerk.store import checked

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
        out.print(
            f"  {', '.join(parts)}; core: {(f'{core} areas' if core > 1 else '1 area') if core else 'not entered yet'}"
        )


@app.command()
def add(
    context: typer.Context,
    slug: Annotated[str, typer.Argument(help="Short name for addresses, e.g. oberrhein.")],
    name_de: Annotated[str, typer.Option(help="German name.")],
    name_en: Annotated[str, typer.Option(help="English name.", show_default="the German one")] = "",
    district: Annotated[list[str] | None, typer.Option(metavar="KEY", help="A whole district (5 digits).")] = None,
    municipality: Annotated[list[str] | None, typer.Option(metavar="KEY", help="A municipality (8 digits).")] = None,
    core: Annotated[list[str] | None, typer.Option(metavar="KEY", help="Municipality or district of the core.")] = None,
) -> None:
    """Define a region from districts and municipalities across states.

    Districts and municipalities make the *wider* perimeter, for which all figures are given; the *core* lies inside it
    and may stay empty. The definition goes to **regions/SLUG.toml** in the home folder, where it can be edited.

    Example: **raumwerk region add suedharz --name-de Südharz --district 03159 --district 16062 --core 16062041**
    """
    here = state(context)
    catalogue = load(here.home)
    if slug in catalogue.regions:
        raise InputError(f"There is a region {slug} already. Edit its file, or choose another short name.")
    path = define(
        here.home, slug, name_de=name_de, name_en=name_en or name_de, areas=_areas(here, catalogue),
        districts=district or [], municipalities=municipality or [], core=core or [],
    )  # fmt: skip
    out.print(f"{path} was written.")
    out.print("Next: raumwerk data publish, then raumwerk up")


@app.command()
def check(
    context: typer.Context,
    slug: Annotated[str | None, typer.Argument(help="One region.", show_default="all")] = None,
) -> None:
    """Check definitions against the areas of today: unknown keys, doubled areas, a core outside, overlaps."""
    here = state(context)
    catalogue = load(here.home)
    if slug is not None and slug not in catalogue.regions:
        raise MissingError(f"There is no region {slug!r}. There are: {', '.join(sorted(catalogue.regions))}.")
    areas = _areas(here, catalogue)
    wanted = {slug: catalogue.regions[slug]} if slug else catalogue.regions
    missing = absent(wanted, areas)
    problems = [
        problem for name, entry in wanted.items() if name not in missing for problem in problems_of(name, entry, areas)
    ]
    if problems:
        raise InputError(problems)
    for name, entry in sorted(wanted.items()):
        if name in missing:
            out.print(f"{name}: no boundaries of its areas are loaded, so nothing could be checked.")
            continue
        for note in notes_of(name, entry, areas, catalogue.regions):
            out.print(note)


def _areas(here: State, catalogue: Catalogue) -> pl.DataFrame:
    """Areas of today, as the next release will list them."""
    listed = checked.scan(here.store, "areas").drop("source").collect()
    drawn = checked.scan(here.store, "boundaries").drop("source", "geometry").collect()
    areas = list_areas(listed, drawn, catalogue.regions)
    if areas.is_empty():
        raise MissingError("No boundaries or registers are loaded. Run 'raumwerk data import PATH' with them first.")
    return areas
