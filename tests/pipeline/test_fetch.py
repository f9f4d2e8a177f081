"""Downloads from a real server on this machine that misbehaves on request."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from raumwerk.errors import InputError, IntegrityError, MissingError, UnavailableError
from raumwerk.pipeline.discovery import discover
from raumwerk.pipeline.fetch import addresses, fetch

CONTENT = b"Kreis;Zahl\n" + b"06611;204202\n" * 20_000
SHA = hashlib.sha256(CONTENT).hexdigest()


class Handler(BaseHTTPRequestHandler):
    server: Server

    def log_message(self, *args: object) -> None:
        """Keep the test output clean."""

    def do_GET(self) -> None:
        self.server.asked.append((self.path, self.headers.get("Range")))
        name = self.path.strip("/").split("?")[0].split("/")[0]
        getattr(self, f"_{name}")()

    def _send(self, body: bytes, status: int = 200, cut: int | None = None, **headers: str) -> None:
        self.send_response(status)
        for key, value in headers.items():
            self.send_header(key.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[:cut])
        if cut is not None:
            self.close_connection = True

    def _good(self) -> None:
        self._send(CONTENT, ETag='"v1"')

    def _breaks(self) -> None:
        """Breaks off after 70,000 bytes each time, and can be continued."""
        start = int((self.headers.get("Range") or "bytes=0-").removeprefix("bytes=").removesuffix("-"))
        if start and self.headers.get("If-Range") == '"v1"':
            span = f"bytes {start}-{len(CONTENT) - 1}/{len(CONTENT)}"
            self._send(CONTENT[start:], 206, cut=70_000, ETag='"v1"', Content_Range=span)
        else:
            self._send(CONTENT, cut=70_000, ETag='"v1"')

    def _stubborn(self) -> None:
        """Breaks off once and knows no ranges."""
        self._send(CONTENT, cut=70_000 if len(self.server.asked) == 1 else None)

    def _changed(self) -> None:
        """Breaks off once; then the file is another one."""
        first = len(self.server.asked) == 1
        self._send(CONTENT if first else CONTENT[::-1], cut=70_000 if first else None, ETag='"v1"' if first else '"v2"')

    def _html(self) -> None:
        self._send(
            b"<!DOCTYPE html><html><body>Wartungsarbeiten</body></html>", Content_Type="application/vnd.ms-excel"
        )

    def _nothing(self) -> None:
        self._send(b"")

    def _gone(self) -> None:
        self._send(b"not found", 404)

    def _named(self) -> None:
        self._send(CONTENT, Content_Disposition='attachment; filename="../../etc/Pendler 2023.csv"')

    def _redirect(self) -> None:
        self._send(b"", 302, Location=self.server.target)

    def _loop(self) -> None:
        self._send(b"", 302, Location="/loop")


class Server(ThreadingHTTPServer):
    asked: list[tuple[str, str | None]]
    target: str = ""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    server = Server(("127.0.0.1", 0), Handler)
    server.asked = []
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def _left(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_fetch_writes_the_file_and_its_origin(server: Server, tmp_path: Path) -> None:
    steps: list[tuple[int, int | None]] = []
    path = fetch(f"{server.url}/good/Pendler.csv", tmp_path, progress=lambda *step: steps.append(step))
    assert path == tmp_path / "Pendler.csv"
    assert path.read_bytes() == CONTENT
    record = json.loads((tmp_path / "Pendler.csv.origin.json").read_text())
    assert record["address"] == f"{server.url}/good/Pendler.csv"
    assert (record["sha256"], record["size"]) == (SHA, len(CONTENT))
    assert steps[-1] == (len(CONTENT), len(CONTENT))
    assert _left(tmp_path) == ["Pendler.csv", "Pendler.csv.origin.json"]


def test_import_of_a_fetched_file_knows_its_address(server: Server, tmp_path: Path) -> None:
    fetch(f"{server.url}/good/Pendler.csv", tmp_path)
    (candidate,) = discover([tmp_path])
    assert candidate.origin == f"{server.url}/good/Pendler.csv"


def test_fetch_continues_where_it_broke_off(server: Server, tmp_path: Path) -> None:
    path = fetch(f"{server.url}/breaks/a.csv", tmp_path, pause=0)
    assert path.read_bytes() == CONTENT
    assert [asked for _, asked in server.asked] == [None, "bytes=70000-", "bytes=140000-", "bytes=210000-"]


def test_fetch_continues_in_a_later_call(server: Server, tmp_path: Path) -> None:
    with pytest.raises(UnavailableError, match="run the command again to go on"):
        fetch(f"{server.url}/breaks/a.csv", tmp_path, attempts=1)
    assert fetch(f"{server.url}/breaks/a.csv", tmp_path, pause=0).read_bytes() == CONTENT
    assert server.asked[1][1] == "bytes=70000-"


def test_fetch_starts_again_where_the_server_knows_no_ranges(server: Server, tmp_path: Path) -> None:
    assert fetch(f"{server.url}/stubborn/a.csv", tmp_path, pause=0).read_bytes() == CONTENT


def test_fetch_never_joins_two_versions_of_a_file(server: Server, tmp_path: Path) -> None:
    assert fetch(f"{server.url}/changed/a.csv", tmp_path, pause=0).read_bytes() == CONTENT[::-1]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("html/Pendler.xlsx", r"a web page, most likely an error message, instead of Pendler\.xlsx"),
        ("nothing/a.csv", "answered with nothing"),
        ("gone/a.csv", "status 404"),
        ("loop", "redirects more than 5 times"),
    ],
)
def test_fetch_refuses_what_is_no_file(server: Server, tmp_path: Path, name: str, message: str) -> None:
    with pytest.raises(UnavailableError, match=message):
        fetch(f"{server.url}/{name}", tmp_path, pause=0)
    assert [path for path in _left(tmp_path) if not path.startswith(".")] == []


def test_fetch_refuses_a_wrong_checksum(server: Server, tmp_path: Path) -> None:
    assert fetch(f"{server.url}/good/a.csv", tmp_path, sha256=SHA).name == "a.csv"
    with pytest.raises(IntegrityError, match=f"checksum {SHA}; expected {'0' * 64}"):
        fetch(f"{server.url}/good/b.csv", tmp_path, sha256="0" * 64)
    assert not (tmp_path / "b.csv").exists()


@pytest.mark.parametrize("name", ["good", "breaks"])
def test_fetch_refuses_more_than_the_largest_size(server: Server, tmp_path: Path, name: str) -> None:
    with pytest.raises(UnavailableError, match="which no official file has"):
        fetch(f"{server.url}/{name}/a.csv", tmp_path, max_size=60_000, pause=0)
    assert [path for path in _left(tmp_path) if not path.startswith(".")] == []


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("http://127.0.0.1:9/secret", "lies in a private network"),
        ("http://10.1.2.3/secret", "lies in a private network"),
        ("http://169.254.169.254/latest/meta-data", "lies in a private network"),
        ("http://[::1]/secret", "lies in a private network"),
        ("http://localhost/secret", "lies in a private network"),
        ("file:///etc/passwd", "is no web address"),
    ],
)
def test_fetch_refuses_a_redirect_into_a_private_place(
    server: Server, tmp_path: Path, target: str, message: str
) -> None:
    server.target = target
    with pytest.raises(UnavailableError, match=message):
        fetch(f"{server.url}/redirect", tmp_path)
    assert len(server.asked) == 1
    assert _left(tmp_path) == []


def test_fetch_follows_a_redirect_on_the_same_server(server: Server, tmp_path: Path) -> None:
    server.target = "/good/there.csv"
    path = fetch(f"{server.url}/redirect", tmp_path)
    record = json.loads((tmp_path / "there.csv.origin.json").read_text())
    assert path.name == "there.csv"
    assert (record["address"], record["final_address"]) == (f"{server.url}/redirect", f"{server.url}/good/there.csv")


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("named", "Pendler_2023.csv"),
        ("good/online?operation=download&code=12411-04-02-4&option=csv", "12411-04-02-4.csv"),
        ("good/%2e%2e%2fa%20b.csv", "a_b.csv"),
    ],
)
def test_fetch_gives_a_safe_name(server: Server, tmp_path: Path, address: str, name: str) -> None:
    assert fetch(f"{server.url}/{address}", tmp_path).name == name


def test_fetch_refuses_what_is_no_web_address(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is no address to download from"):
        fetch("file:///etc/passwd", tmp_path)


def test_fetch_from_nowhere_says_so(tmp_path: Path) -> None:
    with pytest.raises(UnavailableError, match="did not answer as it should"):
        fetch("http://127.0.0.1:9/a.csv", tmp_path, pause=0)


def test_addresses_fill_their_placeholders() -> None:
    entry = {"download": ["https://a/{year}.csv", "https://a/{year}/{land}.csv"], "defaults": {"year": 2023}}
    assert addresses("s", entry, {"land": "06"}) == ["https://a/2023.csv", "https://a/2023/06.csv"]
    assert addresses("s", entry, {"land": "06", "year": "2024"})[0] == "https://a/2024.csv"
    with pytest.raises(InputError, match=r"needs a value for land; expected --set land=…"):
        addresses("s", entry, {})
    with pytest.raises(
        MissingError, match=r"knows no address of a file of source s\. Download it by hand from https://p"
    ):
        addresses("s", {"address": "https://p"}, {})
