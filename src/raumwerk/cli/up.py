"""``raumwerk up``: everything from an empty folder to a running website."""

from __future__ import annotations

import ipaddress
import os
import socket
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

import raumwerk
from raumwerk.cli import manage, statistics
from raumwerk.cli.console import State, err, out, state
from raumwerk.cli.marks import Marks, fingerprint
from raumwerk.cli.together import run_together
from raumwerk.errors import InputError, Problem, RaumwerkError
from raumwerk.store.pointer import current_id

__all__ = ["up"]

_WEB = Path(raumwerk.__file__).resolve().parent / "web"
_WORKERS = min(2, os.cpu_count() or 1)
_THREADS = 4  # in each process; more would only wait for each other
#: Commands of the website in the order they need each other; those of the second kind only for demonstrations.
_COMMANDS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("Preparing the database", "migrate", {"interactive": False, "verbosity": 0}),
    ("Collecting static files", "collectstatic", {"interactive": False, "verbosity": 0}),
    ("Taking over the regions", "sync_regions", {}),
    ("Writing the pages", "load_content", {}),
)
_DEMO_COMMANDS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("Making demo accounts", "demo_accounts", {}),
    ("Holding the example meetings", "load_examples", {}),
)


def up(
    context: typer.Context,
    port: Annotated[int, typer.Option(envvar="RAUMWERK_PORT", help="Port to serve on.", min=1, max=65535)] = 8000,
    host: Annotated[str, typer.Option(help="Address to serve on.")] = "127.0.0.1",
    workers: Annotated[int, typer.Option(help="Server processes.", min=1, max=64)] = _WORKERS,
    demo: Annotated[
        bool, typer.Option("--demo/--no-demo", help="Demonstration accounts and banner; this machine only.")
    ] = True,
    prepare_only: Annotated[bool, typer.Option("--prepare-only", help="Set everything up, but do not serve.")] = False,
) -> None:
    """Set up whatever is missing and serve the website.

    Statistics come from the official files at hand (**RAUMWERK_SHARED_DATA** or ../shared/data), else from the
    official addresses, else from a made sample country. A second start takes seconds and loses nothing.
    """
    here = state(context)
    if demo and not _is_loopback(host):
        raise InputError(
            Problem(f"a demonstration would be open to everybody at {host}", expected="127.0.0.1, or --no-demo")
        )
    if not prepare_only:
        _refuse_taken(host, port)
    os.environ["RAUMWERK_PORT"] = str(port)
    os.environ["RAUMWERK_DEMO"] = "1" if demo else "0"
    # the database, letters with reset links and files not yet published are nobody else's
    here.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    marks = Marks(here.home / "up.json")
    err.print(statistics.prepare(here.store.create(), here.home, marks))
    _prepare_web(here, marks, demo=demo)
    if prepare_only:
        out.print("Everything is set up.")
        return
    _welcome(here, port, demo=demo)
    _serve(host, port, workers)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _refuse_taken(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise InputError(
                Problem(f"{host}:{port} cannot be served ({error.strerror})", expected="a free port",
                        advice="Choose another with --port, or stop what is running there.")
            ) from error  # fmt: skip


def _prepare_web(here: State, marks: Marks, *, demo: bool) -> None:
    database = os.environ.get("RAUMWERK_DATABASE_URL", "")
    facts = [database, demo, current_id(here.store), os.environ.get("RAUMWERK_PORT"), sys.version]
    mark = fingerprint([_WEB, here.home / "regions"], more=facts)
    if marks.holds("web", mark) and (database or (here.home / "db.sqlite3").exists()):
        return
    manage.set_up()
    for title, command, options in (*_COMMANDS, *(_DEMO_COMMANDS if demo else ())):
        err.print(f"{title} …")
        try:
            manage.call(command, **options)
        except Exception as error:  # whatever a command of the website may raise: told in one sentence, cause kept
            raise RaumwerkError(
                f"{title} failed ({type(error).__name__}: {error}). For the place in the code run "
                f"'raumwerk manage {command} --traceback'."
            ) from error
    marks.set("web", mark)


def _welcome(here: State, port: int, *, demo: bool) -> None:
    out.print(f"Raumwerk is served at http://localhost:{port}", style="bold")
    if demo:
        out.print(f"Demonstration accounts: {here.home / 'demo-accounts.txt'}")
    out.print("Stop it with Ctrl+C.")


def _serve(host: str, port: int, workers: int) -> None:
    """Run the web server and beside it the worker that sends mail; leave when the web server has ended."""
    sys.stdout.flush()
    arguments = [
        "--interface", "wsgi", "--no-ws", "--host", host, "--port", str(port), "--workers", str(workers),
        "--blocking-threads", str(_THREADS),
        "--log-level", "warning", "--respawn-failed-workers", "raumwerk.web.config.wsgi:application",
    ]  # fmt: skip
    sys.exit(
        run_together(
            [sys.executable, "-m", "granian", *arguments],
            [sys.executable, "-m", "raumwerk.cli.main", "manage", "run_worker"],
        )
    )
