"""The commuter accounts of the states: layout samples, and files that are wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from raumwerk.errors import InputError
from raumwerk.pipeline.registry import recognise
from raumwerk.pipeline.source import RawFile
from raumwerk.tables.schemas import spec_of

FOLDER = "commuting/pendlerrechnung_2024_layout_sample"
GOOD = "ARS;EIP;EIP_m;EIP_w\n091620000000;529834;295835;233999\n"


@pytest.mark.real_data
def test_layout_samples_give_own_measures_on_municipal_keys(shared: Callable[[str], list[RawFile]]) -> None:
    (file,) = shared(f"{FOLDER}/2024_EIP_Karte_L00.csv")
    observed = spec_of("observations").conform(recognise(file).read(file)["observations"])
    total = observed.filter(measure="account_commuters_in").select("area", "period", "value").rows()
    assert total == [("09162000", "2024", 529_834.0), ("09184137", "2024", 1_307.0), ("09564000", "2024", 198_384.0)]
    assert set(observed["measure"]) == {f"account_commuters_in{sex}" for sex in ("", "_male", "_female")}


@pytest.mark.real_data
def test_every_layout_sample_is_known(shared: Callable[[str], list[RawFile]]) -> None:
    files = shared(f"{FOLDER}/*.csv")
    assert len(files) == 7
    assert {recognise(file).key for file in files} == {"commuter_account"}
    tables = {file.name: recognise(file).read(file) for file in files}
    assert tables["2024_Saldo_Karte_L00.csv"]["observations"].is_empty()  # computed here, not taken over
    assert tables["2024_Verfl_L09.csv"]["caveats"].height == 1


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("2024_EIP.csv", GOOD.replace(";EIP_w", ""), "fields"),
        ("2024_EIP.csv", GOOD.replace("EIP_w", "EIP_x"), "row 1: the column EIP_w is missing"),
        ("2024_EIP.csv", GOOD.replace("091620000000", "91620000000"), r"row 2, column ARS: '91620000000'"),
        ("2024_EIP.csv", GOOD + "091620000000;1;1;0\n", r"091620000000 appears more than once"),
        ("2024_EIP.csv", GOOD.replace("529834", "-529834"), r"row 2, column EIP: -529834 is negative"),
        ("2024_EIP.csv", GOOD.replace("529834", "viele"), r"row 2, column EIP: 'viele' is not a number"),
        ("EIP.csv", GOOD, "does not say of which year"),
    ],
)
def test_wrong_account_is_refused(
    tmp_path: Path, raw_file: Callable[[Path], RawFile], name: str, text: str, told: str
) -> None:
    path = tmp_path / name
    path.write_text(text)
    file = raw_file(path)
    with pytest.raises(InputError, match=told):
        recognise(file).read(file)
