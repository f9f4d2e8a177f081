"""Commuter accounts of the statistical offices of the states (Pendlerrechnung), csv files of the Pendleratlas.

Their universe is wider than the agency's: everybody in employment, also civil servants, self-employed and marginally
employed. Their figures therefore have measures of their own and are never mixed with the agency's. The files carry no
date; the year is that of the published file name (``2024_EIP_Karte_L00.csv``).
"""

from __future__ import annotations

import re

import polars as pl

from raumwerk.errors import InputError, Problem
from raumwerk.pipeline.cells import check_keys, numeric_column, observations, read_delimited
from raumwerk.pipeline.sniff import Kind
from raumwerk.pipeline.source import RawFile, Source, Tables
from raumwerk.tables.schemas import OBSERVATIONS

__all__ = ["SOURCES", "CommuterAccount", "CommuterAccountPartners"]

_ARS = r"\d{12}"
_SEXES = {"": "", "_m": "_male", "_w": "_female"}
_COUNTS = {"AUSP": "account_commuters_out", "EIP": "account_commuters_in", "IOP": "account_commuters_internal"}
_DERIVED = ("AUSP_Quote", "EIP_Quote", "Saldo")  # rates and balance follow from the counts
_PARTNERS = ("Rang", "ARS", "ARS_AO", "AUSP_AO", "AUSP_km", "ARS_WO", "EIP_WO", "EIP_km")


def _header(file: RawFile) -> list[str]:
    if file.head.kind is not Kind.TEXT or not file.head.lines:
        return []
    return [name.strip().strip('"') for name in file.head.lines[0].split(";")]


def _period(file: RawFile) -> str:
    """Year of the published name: the account is a yearly average, so no day is given."""
    found = re.match(r"((?:19|20)\d{2})_", file.name)
    if found is None:
        raise InputError(
            Problem(
                "the file does not say of which year its figures are", "a name such as 2024_EIP_Karte_L00.csv",
                "Keep the name under which the file was published.", file=file.name,
            )
        )  # fmt: skip
    return found[1]


class CommuterAccount:
    """Counts, rates or balance of every municipality: one row each, for both sexes, men and women."""

    key = "commuter_account"
    version = "1"

    def recognise(self, file: RawFile) -> bool:
        """By its header: the regional key and one figure in three columns."""
        header = _header(file)
        return header[:1] == ["ARS"] and len(header) >= 2 and header[1] in (*_COUNTS, *_DERIVED)

    def read(self, file: RawFile) -> Tables:
        """Read counts as observations; of rates and balance only the keys are checked, for they are computed here."""
        figure = _header(file)[1]
        frame = read_delimited(file, separator=";")
        wanted = [f"{figure}{end}" for end in _SEXES]
        missing = [column for column in wanted if column not in frame.columns]
        if missing:
            raise InputError(
                Problem(f"the column {column} is missing", f"the columns {', '.join(wanted)}", file=file.name, row=1)
                for column in missing
            )
        check_keys(frame, ["ARS"], patterns={"ARS": _ARS}, file=file)
        period = _period(file)
        values = {column: numeric_column(frame, column, file=file, signed=figure == "Saldo") for column in wanted}
        if figure in _DERIVED:
            return {"observations": OBSERVATIONS.empty()}
        rows = [
            frame.select(
                pl.lit(_COUNTS[figure] + suffix).alias("measure"),
                (pl.col("ARS").str.head(5) + pl.col("ARS").str.tail(3)).alias("area"),
                pl.lit(period).alias("period"), values[figure + end].alias("value"),
            )
            for end, suffix in _SEXES.items()
        ]  # fmt: skip
        return {"observations": observations(pl.concat(rows), file)}


class CommuterAccountPartners:
    """The largest partners of every municipality, ranked; residence and place of work side by side."""

    key = "commuter_account"
    version = "1"

    def recognise(self, file: RawFile) -> bool:
        """By its header."""
        return set(_PARTNERS) <= set(_header(file))

    def read(self, file: RawFile) -> Tables:
        """Check the file; its pairs are not taken over, and a caveat says so.

        They have another universe than the agency's flows and hold only the largest partners, so neither their sum nor
        an absent pair means anything. The counts of the same account (``AUSP``, ``EIP``, ``IOP``) are complete.
        """
        frame = read_delimited(file, separator=";")
        check_keys(frame, ["ARS", "Rang"], patterns={"ARS": _ARS}, file=file)
        for column in ("AUSP_AO", "EIP_WO"):
            numeric_column(frame, column, file=file)
        return {"caveats": pl.DataFrame([{**_NOT_TAKEN, "file": file.sha256}])}


_NOT_TAKEN = {
    "caveat": "commuter_account:largest_partners_only",
    "text_de": "Die Verflechtungen der Pendlerrechnung nennen nur die größten Partner und zählen alle Erwerbstätigen; "
    "sie werden nicht mit den Strömen der Bundesagentur gezeigt.",
    "text_en": "The pairs of the commuter account name the largest partners only and count everybody in employment; "
    "they are not shown with the agency's flows.",
}
SOURCES: tuple[Source, ...] = (CommuterAccount(), CommuterAccountPartners())
