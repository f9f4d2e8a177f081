"""A served website with the release of the official files, and a real browser in front of it."""

from __future__ import annotations

import os
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Response, expect, sync_playwright

from raumwerk.cli.main import main as raumwerk  # noqa: F401 - the command must be importable for the set-up below

_ROOT = Path(__file__).parents[2]
_SET_UP = (("migrate", "--verbosity", "0"), ("collectstatic", "--noinput", "--verbosity", "0"), ("sync_regions",),
           ("load_content",), ("demo_accounts",))  # fmt: skip
_SERVED = ("static", "media")  # folders of a website beside its database and its figures
_FLAGS = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark all tests of this folder; each worker that takes one has a website and a browser of its own."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of the browser; where it must be there (RAUMWERK_REQUIRE=browser), its absence is a failure."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found:
        return found
    if "browser" in os.environ.get("RAUMWERK_REQUIRE", ""):
        pytest.fail("Chromium is required here (RAUMWERK_REQUIRE=browser) and was not found", pytrace=False)
    pytest.skip("no Chromium found: browser tests are skipped (Debian: apt-get install chromium)")


@pytest.fixture(scope="session")
def site_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the website under test; its demonstration accounts stand in ``demo-accounts.txt``."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="session")
def site(chromium: str, real_home: Path, site_home: Path) -> Iterator[str]:
    """Address of a website set up as ``raumwerk up`` does, with the three regions and their official figures."""
    if not (_ROOT / "src/raumwerk/web/static/app/.vite/manifest.json").exists():
        pytest.fail("the front end is not built: run 'make test', or 'npm --prefix frontend run build'", pytrace=False)
    home = site_home
    shutil.copytree(real_home / "store", home / "store", copy_function=os.link)
    port = _free_port()
    environment = _environment(home, port)
    _manage(environment, *_SET_UP)
    with _running(environment, home) as address:
        yield address


@pytest.fixture(scope="session")
def sister(site: str, site_home: Path) -> Callable[[Path], AbstractContextManager[str]]:
    """Serve the same accounts and pages over the figures of another home: ``with sister(home) as address``."""

    @contextmanager
    def other(home: Path) -> Iterator[str]:
        with closing(sqlite3.connect(site_home / "db.sqlite3")) as ours, closing(
            sqlite3.connect(home / "db.sqlite3")
        ) as theirs:  # fmt: skip
            ours.backup(theirs)
        shutil.copy(site_home / "secret-key", home / "secret-key")
        for name in _SERVED:
            if (site_home / name).is_dir():
                shutil.copytree(site_home / name, home / name)
        environment = _environment(home, _free_port())
        _manage(environment, ("sync_regions",), ("load_content",))
        with _running(environment, home) as address:
            yield address

    return other


@pytest.fixture(scope="session")
def serve(site: str, site_home: Path) -> Callable[..., AbstractContextManager[str]]:
    """Serve the same website once more, with settings of its own: ``with serve(RAUMWERK_…="…") as address``."""

    def again(**settings: str) -> AbstractContextManager[str]:
        port = _free_port()
        return _served(_environment(site_home, port, **settings), site_home / f"server-{port}.log")

    return again


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _environment(home: Path, port: int, **more: str) -> dict[str, str]:
    unwanted = {"DJANGO_SETTINGS_MODULE", "RAUMWERK_DATABASE_URL", "DJANGO_ALLOW_ASYNC_UNSAFE"}
    return {key: value for key, value in os.environ.items() if key not in unwanted} | {
        "RAUMWERK_HOME": str(home), "RAUMWERK_PORT": str(port), "RAUMWERK_DEMO": "1", **more,
    }  # fmt: skip


def _manage(environment: dict[str, str], *commands: tuple[str, ...]) -> None:
    for command in commands:
        subprocess.run([sys.executable, "-m", "raumwerk.cli.main", "manage", *command], env=environment, check=True)


@contextmanager
def _running(environment: dict[str, str], home: Path) -> Iterator[str]:
    """The website and its worker."""
    with _served(environment, home / "server.log") as address, (home / "worker.log").open("wb") as log:
        worker = subprocess.Popen(
            [sys.executable, "-m", "raumwerk.cli.main", "manage", "run_worker"], env=environment, stdout=log, stderr=log
        )
        try:
            yield address
        finally:
            worker.terminate()
            worker.wait(20)


@contextmanager
def _served(environment: dict[str, str], log: Path) -> Iterator[str]:
    port = environment["RAUMWERK_PORT"]
    with log.open("wb") as stream:
        server = subprocess.Popen(
            [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", port,
             "--workers", "1", "raumwerk.web.config.wsgi:application"],
            env=environment, stdout=stream, stderr=stream,
        )  # fmt: skip
        try:
            _await(f"http://localhost:{port}/mitte/", server, log)
            yield f"http://localhost:{port}"
        finally:
            server.terminate()
            server.wait(20)


def _await(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(240):
        if server.poll() is not None:
            break
        try:
            with urllib.request.urlopen(address, timeout=30):
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.5)
    pytest.fail(f"the website did not start:\n{log.read_text()[-3000:]}", pytrace=False)


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """One Chromium for all tests.

    Playwright leaves its event loop marked as running between two calls. Tests of the database that the same worker
    runs later are not asynchronous for all that, which Django would take them for.
    """
    expect.set_options(timeout=30_000)  # how fast a page answers is measured elsewhere, on a quiet machine
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=chromium, args=_FLAGS)
        yield opened
        opened.close()


class Accounts:
    """Demonstration accounts of the website under test, and one-time codes that nobody used before."""

    def __init__(self, path: Path) -> None:
        found = (line.split() for line in path.read_text("utf-8").splitlines())
        self._words = {word: line[at:] for line in found for at, word in enumerate(line) if word.endswith(".example")}
        self._used: set[tuple[str, str]] = set()

    def password(self, mail: str) -> str:
        return self._words[mail][1]

    def has_code(self, mail: str) -> bool:
        return len(self._words[mail]) > 2

    def code(self, mail: str) -> str:
        """The present code; each is taken once, so a second visit may have to wait for the next one."""
        from raumwerk.web.people.management.commands.totp_code import current_code

        for _ in range(70):
            code = current_code(self._words[mail][2])
            if (mail, code) not in self._used:
                self._used.add((mail, code))
                return code
            time.sleep(0.5)
        pytest.fail(f"the code of {mail} did not change", pytrace=False)

    def sign_in(self, page: Page, mail: str, then: str = "/mitte/notizen/") -> None:
        """Sign somebody in, with the second factor where they have one, and wait for the page that follows."""
        page.goto(f"/konto/login/?next={then}")
        page.locator("input[name=login]").fill(mail)
        page.locator("input[name=password]").fill(self.password(mail))
        page.locator("input[name=password]").press("Enter")
        if self.has_code(mail):
            page.locator("input[name=code]").fill(self.code(mail))
            page.locator("input[name=code]").press("Enter")
        page.wait_for_url(lambda url: urlsplit(url).path == then)

    def prove(self, page: Page, mail: str, then: str = "/konto/meine-daten/") -> None:
        """Give the password once more, as is asked before an account changes; it holds for five minutes."""
        page.goto(f"/konto/reauthenticate/?next={then}")
        page.locator("input[name=password]").fill(self.password(mail))
        page.locator("input[name=password]").press("Enter")
        page.wait_for_url(lambda url: urlsplit(url).path == then)


@pytest.fixture(scope="session")
def people(site: str, site_home: Path) -> Accounts:
    """Demonstration accounts of the website under test."""
    return Accounts(site_home / "demo-accounts.txt")


@pytest.fixture
def foreign_requests() -> list[str]:
    """Addresses outside the site that a page asked for; every test ends by looking at it."""
    return []


#: Where Wagtail keeps a draft by itself while somebody writes a page.
_EDITOR = re.compile(r"/verwaltung/pages/(add/\w+/\w+/\d+|\d+/edit)/")


def _is_refused_draft(answer: Response) -> bool:
    """Tell whether this is Wagtail keeping a draft of a page that is not complete yet.

    It sends the form half a second after each change and is refused with ``validation_error`` until every field is
    filled in rightly. The editor says so itself; the browser notes it as an error of its own.
    """
    if answer.status != 400 or not _EDITOR.fullmatch(urlsplit(answer.url).path):
        return False
    asked = answer.request
    by_itself = asked.resource_type == "fetch" and asked.headers.get("accept") == "application/json"
    return asked.method == "POST" and by_itself


class Watch:
    """What goes wrong on a page: scripts that fail, messages of the browser, requests that leave the host."""

    def __init__(self, page: Page, address: str, foreign: list[str]) -> None:
        self.foreign = foreign
        self._faults: list[str] = []
        self._messages: list[ConsoleMessage] = []
        self._drafts: list[str] = []
        self._host = urlsplit(address).netloc
        page.on("pageerror", lambda error: self._faults.append(str(error)))
        page.on("console", lambda message: self._messages.append(message) if message.type == "error" else None)
        page.on("response", lambda answer: self._drafts.append(answer.url) if _is_refused_draft(answer) else None)
        page.on("request", lambda request: self._note(request.url))

    def _note(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in ("http", "https") and parts.netloc != self._host:
            self.foreign.append(url)

    @property
    def faults(self) -> list[str]:
        """All there is; each draft that was refused excuses one message of the browser about its address."""
        drafts, found = list(self._drafts), list(self._faults)
        for message in self._messages:
            if "400 (Bad Request)" in message.text and message.location["url"] in drafts:
                drafts.remove(message.location["url"])
            else:
                found.append(message.text)
        return found


@pytest.fixture
def watched(browser: Browser) -> Callable[..., AbstractContextManager[Page]]:
    """``with watched(address) as page``: a fresh page; in the end nothing may have left the host or failed."""

    @contextmanager
    def opened(address: str, foreign: list[str] | None = None, seconds: int = 20) -> Iterator[Page]:
        context = browser.new_context(viewport={"width": 1280, "height": 900}, base_url=address, locale="de-DE")
        context.set_default_timeout(seconds * 1000)
        page = context.new_page()
        watch = Watch(page, address, [] if foreign is None else foreign)
        try:
            yield page
        finally:
            context.close()
        assert watch.foreign == []
        assert watch.faults == []

    return opened


@pytest.fixture
def page(
    watched: Callable[..., AbstractContextManager[Page]], site: str, foreign_requests: list[str]
) -> Iterator[Page]:
    """A fresh page; after the test no request may have left the host and no script may have failed."""
    with watched(site, foreign_requests) as opened:
        yield opened
