from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from raumwerk.store import read
from raumwerk.store.layout import Store

Run = Callable[..., Any]
Own = tuple[Path, Path]


def _published(run: Run, own: Own, home: Path) -> str:
    assert run("data", "import", own[0], "--mapping", own[1]).code == 0
    assert run("data", "publish").code == 0
    return read.current(Store(home / "store")).id


def test_import_then_publish_makes_a_release(run: Run, own: Own, home: Path) -> None:
    imported = run("data", "import", own[0], "--mapping", own[1])
    assert (imported.code, imported.out.splitlines()) == (
        0,
        [
            "people.csv  [own]  observations 2",
            "Batch 000001: 1 imported, 0 unchanged, 0 left aside.",
            "Next: raumwerk data publish",
        ],
    )
    published = run("data", "publish")
    release = read.current(Store(home / "store"))
    assert (published.code, published.out) == (0, f"Release {release.id} is current.\n")
    rows = release.table("observations").select("measure", "area", "value").collect().sort("area").rows()
    assert rows == [("population", "05762", 140667.0), ("population", "06611", 204202.0)]


def test_lineage_leads_from_a_published_number_to_the_file(run: Run, own: Own, home: Path) -> None:
    _published(run, own, home)
    trail = json.loads(run("data", "lineage", "observations", "06611", "measure=population", "--json").out)
    assert trail[0]["details"]["value"] == 204202.0
    (file,) = [step for step in trail if step["kind"] == "file"]
    assert file["name"] == hashlib.sha256(own[0].read_bytes()).hexdigest()
    assert file["details"]["origin"] == str(own[0])
    wrong = run("data", "lineage", "observations", "99999")
    assert (wrong.code, wrong.err) == (2, "raumwerk: Table observations has no row with area=99999.\n")


def test_releases_show_and_rollback(run: Run, own: Own, home: Path) -> None:
    assert run("data", "releases").out == "Nothing has been published yet.\n"
    first = _published(run, own, home)
    own[0].write_text("key,people\n06611,1\n")
    second = _published(run, own, home)
    listed = json.loads(run("data", "releases", "--json").out)
    assert [(one["id"], one["current"]) for one in listed] == [(first, False), (second, True)]
    assert run("data", "releases").out.splitlines()[1].endswith("current")
    assert run("data", "rollback").out == f"Release {first} is current.\n"
    assert f"Release {first}" in run("data", "show").out
    assert json.loads(run("data", "show", second, "--json").out)["base"] == first
    assert "value, lower" not in run("data", "show", "--table", "observations").out
    assert run("data", "show", "--table", "nothing").code == 2
    assert run("data", "rollback", second).code == 0
    assert read.current(Store(home / "store")).id == second


def test_verify_names_the_file_with_a_flipped_byte(run: Run, own: Own, home: Path) -> None:
    _published(run, own, home)
    sound = run("data", "verify")
    assert sound.code == 0
    assert "1 releases are what they were written as" in sound.out
    (kept,) = (home / "store" / "raw").glob("*/*/people.csv")
    kept.chmod(0o644)
    kept.write_bytes(kept.read_bytes().replace(b"204202", b"204203"))
    broken = run("data", "verify")
    assert broken.code == 4
    assert f"{kept} has changed" in broken.err


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("key,people\n06611,many\n", "people.csv, row 2, column people"),
        ("key,people\n06611,-5\n", "people.csv, row 2, column people"),
        ("key,people\n06611,5\n06611,5\n", "people.csv, row 2"),
        ("key,persons\n06611,5\n", "the column 'people' is missing"),
        ("<html><body>Fehler</body></html>", "this is a web page"),
        ("", "people.csv"),
    ],
)
def test_import_of_bad_input_says_where_and_changes_nothing(
    run: Run, own: Own, home: Path, content: str, message: str
) -> None:
    current = _published(run, own, home)
    before = sorted(path for path in (home / "store").rglob("*") if path.is_file())
    own[0].write_text(content)
    answer = run("data", "import", own[0], "--mapping", own[1])
    assert answer.code == 2
    assert message in answer.err
    assert "Traceback" not in answer.err
    assert sorted(path for path in (home / "store").rglob("*") if path.is_file()) == before
    assert read.current(Store(home / "store")).id == current


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("data", "import"), "nothing to import was named; expected paths, or --kept"),
        (("data", "import", "/nowhere/x.csv"), "/nowhere/x.csv: there is no such file or folder"),
        (("data", "import", "/" + "x" * 400), "there is no such file or folder (File name too long)"),
        (("data", "publish"), "Nothing has been imported yet"),
        (("data", "show"), "No statistics have been published yet"),
        (("data", "rollback"), "Nothing has been published yet"),
        (("data", "rollback", "20200101-00000000"), "There is no release 20200101-00000000"),
        (("data", "fetch", "nothing"), "The catalogue knows no source 'nothing'"),
        (("data", "fetch", "ba_commuters", "--set", "year"), "'year' is no value; expected NAME=VALUE"),
        (("data", "impot"), "No such command 'impot'"),
        (("region", "check", "nowhere"), "There is no region 'nowhere'"),
    ],
)
def test_a_wrong_call_ends_with_one_sentence_and_code_2(run: Run, arguments: tuple[str, ...], message: str) -> None:
    answer = run(*arguments)
    assert answer.code == 2
    assert message in answer.err
    assert "Traceback" not in answer.err


def test_sources_lists_what_is_held(run: Run, own: Own, home: Path) -> None:
    _published(run, own, home)
    listed = {one["key"]: one for one in json.loads(run("data", "sources", "--json").out)}
    assert listed["own"]["dates"] == ["2024-12-31"]
    assert listed["own"]["files"] == ["people.csv"]
    assert listed["ba_commuters"]["files"] == []
    text = run("data", "sources").out
    assert "  attribution © Statistik der Bundesagentur für Arbeit" in text
    assert "  held        2024-12-31 in 1 file" in text
    assert "  held        nothing yet" in text


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        """Keep the test output clean."""


@pytest.fixture
def site(own: Own) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(own[0].parent)))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_fetch_then_import_records_the_address(run: Run, own: Own, home: Path, site: str) -> None:
    (home / "sources").mkdir(parents=True)
    facts = "title_de='E'\ntitle_en='O'\npublisher='P'\nlicence='L'\nattribution='A'\npriority=1\n"
    (home / "sources" / "own.toml").write_text(f'{facts}download="{site}/{{name}}.csv"\n')
    missing = run("data", "fetch", "own")
    assert (missing.code, "--set name=" in missing.err) == (2, True)
    fetched = run("data", "fetch", "own", "--set", "name=people")
    path = home / "inbox" / "own" / "people.csv"
    assert fetched.code == 0
    assert path.read_bytes() == own[0].read_bytes()
    assert run("data", "import", path, "--mapping", own[1]).code == 0
    assert run("data", "publish").code == 0
    trail = run("data", "lineage", "observations", "06611").out
    assert f"from {site}/people.csv" in trail
    assert "source own: P; L; A" in trail
    assert run("data", "fetch", "own", "--set", "name=nothing").code == 5


def test_kept_files_can_be_read_anew(run: Run, own: Own, home: Path) -> None:
    _published(run, own, home)
    answer = run("data", "import", "--kept")
    assert answer.code == 0
    assert "Nothing new: 0 imported, 0 unchanged, 1 left aside." in answer.out


def test_debug_shows_where_an_error_arose(run: Run) -> None:
    from raumwerk.cli.main import main
    from raumwerk.errors import MissingError

    with pytest.raises(MissingError):
        main(["--debug", "data", "publish"])


def test_a_failure_nobody_foresaw_ends_with_one_sentence(
    run: Run, own: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_arguments: object, **_options: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("raumwerk.store.checked.write_staged", full)
    answer = run("data", "import", own[0], "--mapping", own[1])
    assert answer.code == 1
    assert "No space left on device" in answer.err
    assert answer.err.count("raumwerk:") == 1
    assert "Traceback" not in answer.err


def test_check_tells_what_a_file_would_bring_and_keeps_nothing(run: Run, own: Own, home: Path) -> None:
    (found,) = json.loads(run("data", "check", own[0], "--mapping", own[1], "--json").out)
    table = found["tables"]["observations"]
    assert (found["name"], found["source"], found["unchanged"], found["problems"]) == ("people.csv", "own", False, [])
    assert (table["rows"], table["areas"], table["periods"]) == (2, 2, ["2024-12-31"])
    assert [row["area"] for row in table["first"]] == ["06611", "05762"]
    told = run("data", "check", own[0], "--mapping", own[1]).out.splitlines()
    assert told == ["people.csv  [own]", "  observations: 2 rows, 2 areas, 2024-12-31 to 2024-12-31"]
    assert not list((home / "store").glob("raw/*/*"))
    assert not list((home / "store").glob("checked/*"))
    assert run("data", "import", own[0], "--mapping", own[1]).code == 0
    assert json.loads(run("data", "check", own[0], "--mapping", own[1], "--json").out)[0]["unchanged"] is True


def test_check_names_the_row_of_a_problem(run: Run, own: Own) -> None:
    own[0].write_text("key,people\n06611,204202\n05762,many\n")
    answer = run("data", "check", own[0], "--mapping", own[1], "--json")
    (problem,) = json.loads(answer.out)[0]["problems"]
    assert (answer.code, problem["file"], problem["row"], problem["column"]) == (2, "people.csv", 3, "people")
    assert run("data", "check", own[0]).code == 2  # without its mapping nobody knows the table


@pytest.mark.parametrize("command", ["check", "add"])
def test_what_stops_a_command_is_told_as_json_too(run: Run, own: Own, command: str) -> None:
    own[1].write_text("source = ")
    answer = run("data", command, own[0], "--mapping", own[1], "--json")
    (problem,) = json.loads(answer.out)["problems"]
    assert (answer.code, problem["file"], problem["expected"]) == (2, own[1].name, "TOML in UTF-8")
    assert answer.err.count("raumwerk:") == 1
    assert run("data", command, own[0], "--mapping", own[1]).out == ""


def test_add_publishes_and_tells_what_changed(run: Run, own: Own, home: Path) -> None:
    first = _published(run, own, home)
    own[0].write_text("key,people\n06611,204203\n05766,99\n")
    done = json.loads(run("data", "add", own[0], "--mapping", own[1], "--json").out)
    assert (done["before"], [one["name"] for one in done["files"]]) == (first, ["people.csv"])
    assert done["release"] == read.current(Store(home / "store")).id != first
    assert done["changes"]["observations"] == {"added": 1, "changed": 1, "removed": 0}
    assert (
        run("data", "add", own[0], "--mapping", own[1]).out == "Nothing new: 0 imported, 1 unchanged, 0 left aside.\n"
    )


def test_add_leaves_nothing_behind_when_it_cannot_be_published(run: Run, own: Own, home: Path) -> None:
    first = _published(run, own, home)
    (home / "regions").mkdir()
    (home / "regions" / "broken.toml").write_text("name_de = ")
    own[0].write_text("key,people\n06611,1\n")
    refused = run("data", "add", own[0], "--mapping", own[1])
    assert (refused.code, read.current(Store(home / "store")).id) == (2, first)
    assert "broken.toml" in refused.err
    assert [path.name for path in (home / "store/checked").iterdir()] == ["000001"]
    (home / "regions" / "broken.toml").unlink()
    assert run("data", "add", own[0], "--mapping", own[1]).code == 0


def test_lineage_asks_for_a_row(run: Run, own: Own, home: Path) -> None:
    _published(run, own, home)
    answer = run("data", "lineage", "observations")
    assert (answer.code, answer.err) == (2, "raumwerk: no row is named; expected COLUMN=VALUE, e.g. area=05762.\n")


def test_names_of_files_give_no_orders_to_the_terminal(run: Run, tmp_path: Path) -> None:
    nasty = tmp_path / "\x1b[31m\x07red.csv"
    nasty.write_text("a,b\n1,2\n")
    answer = run("data", "import", nasty)
    assert answer.code == 2
    assert "[31mred.csv" in answer.err
    assert not set(answer.err) & {"\x1b", "\x07"}


def test_unclosed_quotation_mark_names_its_row(run: Run, own: Own) -> None:
    own[0].write_text('key,people\n06611,204202\n05762,"140667\n06633,1\n')
    answer = run("data", "import", own[0], "--mapping", own[1])
    assert answer.code == 2
    assert "row 3: a quotation mark is opened in this row and never closed" in answer.err
