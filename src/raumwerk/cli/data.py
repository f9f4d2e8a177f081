"""``raumwerk data``: sources, import, releases."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from raumwerk.cli import reports
from raumwerk.cli.console import counted, downloading, err, out, out_json, size, state, steps
from raumwerk.errors import InputError, IntegrityError, MissingError, Problem
from raumwerk.pipeline.adding import add_paths
from raumwerk.pipeline.catalogue import load
from raumwerk.pipeline.importing import ImportReport, import_kept, import_paths, inspect_paths
from raumwerk.pipeline.publishing import publish as publish_release
from raumwerk.pipeline.source import Source
from raumwerk.store import pointer, read
from raumwerk.store.verify import verify as verify_store

app = typer.Typer(
    no_args_is_help=True, help="Official files, checked tables and releases.", rich_markup_mode="markdown"
)

_Json = Annotated[bool, typer.Option("--json", help="Print JSON for other programs.")]
_Mapping = Annotated[
    Path | None, typer.Option(help="Mapping file for tidy tables of your own (docs/how-to/own-data.md).")
]
_Release = Annotated[str | None, typer.Argument(help="Id of a release.", show_default="the current one")]


@app.command()
def sources(context: typer.Context, as_json: _Json = False) -> None:
    """List the known sources: publisher, licence, attribution, dates held, official address."""
    here = state(context)
    found = reports.sources(here.store, load(here.home))
    if as_json:
        out_json(found)
    else:
        reports.print_sources(found)


@app.command()
def fetch(
    context: typer.Context,
    source: Annotated[str, typer.Argument(help="Key of the source, as 'raumwerk data sources' lists it.")],
    values: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=VALUE", help="Value of a placeholder in the address, e.g. year=2024."),
    ] = None,
    url: Annotated[str | None, typer.Option(help="Another address than the catalogue's.")] = None,
    sha256: Annotated[str, typer.Option(help="Checksum that the file must have.")] = "",
) -> None:
    """Download a source from its official address.

    The file and a record of its origin go to **inbox/SOURCE** in the home folder. A download that broke off goes on
    where it stopped. Error pages that call themselves a spreadsheet are refused.
    """
    from raumwerk.pipeline.fetch import addresses  # noqa: PLC0415 - only fetching pays for the network client
    from raumwerk.pipeline.fetch import fetch as download  # noqa: PLC0415 - only fetching pays for the network client

    here = state(context)
    catalogue = load(here.home)
    if source not in catalogue.sources:
        known = ", ".join(sorted(catalogue.sources)) or "none"
        raise MissingError(f"The catalogue knows no source {source!r}. It knows: {known}.")
    wanted = [url] if url else addresses(source, catalogue.sources[source], _pairs(values or []))
    folder = here.home / "inbox" / source
    for address in wanted:
        with downloading(address.rsplit("/", 1)[-1][:60]) as report:
            path = download(address, folder, sha256=sha256, progress=report)
        out.print(f"{path} ({size(path.stat().st_size)})")
    out.print(f"Next: raumwerk data import {folder}")


@app.command("import")
def import_(
    context: typer.Context,
    paths: Annotated[list[Path] | None, typer.Argument(help="Files, archives and folders.", show_default=False)] = None,
    mapping: _Mapping = None,
    again: Annotated[bool, typer.Option("--again", help="Read files anew that were imported before.")] = False,
    kept: Annotated[bool, typer.Option("--kept", help="Read all kept raw files anew, e.g. after an update.")] = False,
) -> None:
    """Import official files: recognised by their content, kept with checksum and origin, read into checked tables.

    All or nothing: if anything is wrong in any file, nothing is imported and every problem is named with file, sheet,
    row and column. In a folder, files that no reader knows are left aside and listed.
    """
    here = state(context)
    if bool(paths) == kept:
        raise InputError(Problem("nothing to import was named", expected="paths, or --kept"))
    reader = _reader(mapping)
    with counted("Reading") as report:
        if kept:
            done = import_kept(here.store, progress=report)
        else:
            done = import_paths(here.store, paths or [], progress=report, again=again, source=reader)
    _print_import(done)


@app.command()
def check(
    context: typer.Context,
    paths: Annotated[list[Path], typer.Argument(help="Files, archives and folders.", show_default=False)],
    mapping: _Mapping = None,
    as_json: _Json = False,
) -> None:
    """Read files as an import would, and keep nothing: what they are, what they would bring, what is wrong.

    Leaves with 2 when a file has a problem. With --json, what stops the command is an object with "problems".
    """
    with reports.refusing(as_json=as_json), counted("Reading") as report:
        found = inspect_paths(state(context).store, paths, progress=report, source=_reader(mapping))
    if as_json:
        out_json(reports.inspection(found))
    else:
        reports.print_inspection(found)
    if any(one.problems for one in found):
        raise typer.Exit(InputError.exit_code)


@app.command()
def add(
    context: typer.Context,
    paths: Annotated[list[Path], typer.Argument(help="Files, archives and folders.", show_default=False)],
    mapping: _Mapping = None,
    origin: Annotated[str, typer.Option(help="Where the files came from.", show_default="their path")] = "",
    as_json: _Json = False,
) -> None:
    """Import files and publish a release with them, as one deed.

    If the release cannot be made, the files are not imported either and everything stays as it was. With --json,
    what stops the command is an object with "problems".
    """
    here = state(context)
    with reports.refusing(as_json=as_json), steps("Adding") as report:
        done = add_paths(
            here.store, paths, home=here.home, origin=origin, source=_reader(mapping), making=report,
            reading=lambda number, total, name: report(f"{number} of {total} {name}"),
        )  # fmt: skip
    if as_json:
        out_json(reports.added(done))
        return
    _print_import(done.report, hint=False)
    if done.release != done.before:
        out.print(f"Release {done.release} is current.")
        for table, change in done.changes.items():
            out.print(f"  {table}: {change.added:,} new, {change.changed:,} changed, {change.removed:,} gone")


def _reader(mapping: Path | None) -> Source | None:
    if mapping is None:
        return None
    from raumwerk.pipeline.sources.tidy import TidyTable  # noqa: PLC0415 - readers load spreadsheet libraries

    return TidyTable.from_file(mapping)


def _print_import(done: ImportReport, *, hint: bool = True) -> None:
    for one in done.imported:
        tables = ", ".join(f"{name} {rows:,}" for name, rows in sorted(one.rows.items()))
        out.print(f"{one.name}  [{one.source}]  {tables}")
    for origin, reason in done.skipped:
        err.print(f"left aside: {origin}: {reason}", style="dim")
    summary = f"{len(done.imported)} imported, {len(done.unchanged)} unchanged, {len(done.skipped)} left aside."
    out.print(f"Batch {done.batch}: {summary}" if done.batch else f"Nothing new: {summary}")
    if done.batch and hint:
        out.print("Next: raumwerk data publish")


@app.command()
def publish(context: typer.Context) -> None:
    """Build a release from everything imported and make it the current one.

    The old release stays current and readable until the very last step, whatever happens before.
    """
    here = state(context)
    with steps("Publishing") as report:
        identity = publish_release(here.store, home=here.home, progress=report)
    out.print(f"Release {identity} is current.")


@app.command()
def releases(context: typer.Context, as_json: _Json = False) -> None:
    """List all releases; the current one is marked."""
    found = reports.releases(state(context).store)
    if as_json:
        out_json(found)
    elif not found:
        out.print("Nothing has been published yet.")
    else:
        reports.print_releases(found)


@app.command()
def show(
    context: typer.Context,
    release: _Release = None,
    table: Annotated[str | None, typer.Option(help="Show the columns of one table.")] = None,
    as_json: _Json = False,
) -> None:
    """Show what a release holds: tables, sources, regions, indicators, notes on what is missing."""
    found = _release_of(context, release)
    if table is not None:
        found.path(table)  # names the known tables if there is no such one
    if as_json:
        out_json(found.manifest["tables"][table] if table else found.manifest)
    elif table:
        reports.print_table(table, found.manifest["tables"][table])
    else:
        reports.print_release(found.manifest)


@app.command()
def verify(context: typer.Context) -> None:
    """Re-hash every raw file, checked table and release, and compare with what was recorded."""
    with steps("Hashing") as report:
        found = verify_store(state(context).store, progress=report)
    if not found.sound:
        raise IntegrityError("\n".join(found.problems))
    out.print(f"{found.files} files ({size(found.size)}) and {found.releases} releases are what they were written as.")


@app.command()
def rollback(
    context: typer.Context,
    release: Annotated[str | None, typer.Argument(help="Release to go to.", show_default="the one before")] = None,
) -> None:
    """Make an earlier release the current one. Nothing is deleted; going forward again works the same way."""
    out.print(f"Release {pointer.rollback(state(context).store, release)} is current.")


@app.command()
def lineage(
    context: typer.Context,
    table: Annotated[str, typer.Argument(help="A table of the release.")],
    key: Annotated[
        list[str] | None,
        typer.Argument(metavar="[KEY]…", help="COLUMN=VALUE, or just the key of an area.", show_default=False),
    ] = None,
    release: Annotated[str | None, typer.Option(help="Id of a release.", show_default="the current one")] = None,
    as_json: _Json = False,
) -> None:
    """Walk a number back: row → steps → file and its checksum → source and licence.

    Example: **raumwerk data lineage flows origin=05762 destination=05774**
    """
    found = _release_of(context, release)
    found.path(table)
    if not key:
        raise InputError(Problem("no row is named", expected=f"COLUMN=VALUE, e.g. {_example(found, table)}"))
    trail = found.lineage(table, **reports.row_key(found.manifest["tables"][table], key or []))
    if as_json:
        out_json([{"kind": step.kind, "name": step.name, "text": step.text, "details": step.details} for step in trail])
    else:
        for step in trail:
            out.print(f"{step.kind:<7}{step.text}")


def _example(release: read.Release, table: str) -> str:
    first = release.table(table).head(1).collect()
    column = next((name for name in ("area", "origin") if name in first.columns), first.columns[0])
    return f"{column}={first[column][0]}" if len(first) else f"{column}=…"


def _release_of(context: typer.Context, identity: str | None) -> read.Release:
    store = state(context).store
    return read.release(store, identity) if identity else read.current(store)


def _pairs(texts: list[str]) -> dict[str, str]:
    pairs = dict(text.partition("=")[::2] for text in texts)
    wrong = [text for text in texts if "=" not in text]
    if wrong:
        raise InputError(Problem(f"{wrong[0]!r} is no value", expected="NAME=VALUE, e.g. year=2024"))
    return pairs
