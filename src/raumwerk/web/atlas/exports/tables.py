"""Downloads of tables: csv and xlsx, where no cell of ours is ever read as a formula, and Parquet."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import datetime
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from raumwerk.web.atlas.exports.content import Content
from raumwerk.web.kit.sheets import harmless

__all__ = ["to_csv", "to_parquet", "to_xlsx"]

#: What makes a spreadsheet compute, behind a delimiter: lines of facts stand outside of the table and its quotes.
_INNER_FORMULA = re.compile(r"([;,]\s*\"?)([=+@]|-(?=[^\s\d]))")


def to_csv(content: Content, lang: str) -> bytes:
    """UTF-8 with byte-order mark, as Excel wants it; German with ``;`` and decimal comma, English with ``,`` and point.

    Facts and column descriptions stand above the table in lines that begin with ``#``.
    """
    german = lang == "de"
    out = io.StringIO()
    for label, text in _facts(content):
        out.write(f"# {label}: {_one_line(text)}\r\n")
    writer = csv.writer(out, delimiter=";" if german else ",", lineterminator="\r\n")
    writer.writerow([harmless(field.label) for field in content.fields])
    for row in content.frame.iter_rows():
        writer.writerow([_cell(value, german) for value in row])
    return out.getvalue().encode("utf-8-sig")


def _facts(content: Content) -> list[tuple[str, str]]:
    column = _("Column")
    described = [
        (f"{column} {field.label}", f"{field.description} [{field.unit}]" if field.unit else field.description)
        for field in content.fields
    ]
    return [(_("Title"), content.title), *content.facts, *described]


def _one_line(text: str) -> str:
    """Text in one line; a spreadsheet splits it at the delimiters, and no piece may begin a formula there."""
    return _INNER_FORMULA.sub(r"\1'\2", " ".join(text.split()))


def _cell(value: Any, german: bool) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, float):
        text = f"{value:.10g}" if abs(value) < 1e10 else f"{value:.0f}"
        return text.replace(".", ",") if german else text
    return harmless(str(value))


def to_xlsx(content: Content) -> bytes:
    """Workbook with the table on the first sheet, facts and column descriptions on the second."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        # the release's date, so that the same release always gives the same bytes
        created = datetime.fromisoformat(content.created).replace(tzinfo=None)
        book.set_properties({"title": content.title, "created": created})
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        data = book.add_worksheet(_("Data"))
        data.freeze_panes(1, 0)
        for column, field in enumerate(content.fields):
            data.write_string(0, column, f"{field.label} [{field.unit}]" if field.unit else field.label, bold)
            data.set_column(column, column, 34 if field.name == "name" else 14)
        for number, row in enumerate(content.frame.iter_rows(), start=1):
            _write_row(data, number, row)
        data.autofilter(0, 0, content.frame.height, len(content.fields) - 1)
        about = book.add_worksheet(_("Metadata"))
        about.set_column(0, 0, 30)
        about.set_column(1, 1, 110)
        for number, (label, text) in enumerate(_facts(content)):
            about.write_string(number, 0, label, bold)
            about.write_string(number, 1, text, wrapped)
    return out.getvalue()


def _write_row(sheet: Any, number: int, row: tuple[Any, ...]) -> None:
    for column, value in enumerate(row):
        if isinstance(value, bool):
            sheet.write_string(number, column, _("yes") if value else _("no"))
        elif isinstance(value, int | float):
            sheet.write_number(number, column, value)
        elif value is not None:
            sheet.write_string(number, column, str(value))


def to_parquet(content: Content) -> bytes:
    """Parquet with typed columns; title, facts and column descriptions stand in its metadata as JSON."""
    out = io.BytesIO()
    columns = {
        field.name: {"label": field.label, "description": field.description, "unit": field.unit}
        for field in content.fields
    }
    facts = [{"label": label, "text": text} for label, text in content.facts]
    told = {"title": content.title, "facts": facts, "columns": columns}
    metadata = {key: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
                for key, value in told.items()}  # fmt: skip
    content.frame.write_parquet(out, metadata=metadata)
    return out.getvalue()
