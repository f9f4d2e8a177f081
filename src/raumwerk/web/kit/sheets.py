"""Tables of the website as files: csv and xlsx in which no cell is ever read as a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

import xlsxwriter

__all__ = ["csv_file", "harmless", "xlsx_file"]

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def harmless(text: str) -> str:
    """Return text that no spreadsheet takes for a formula: a suspicious beginning gets an apostrophe before it."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def csv_file(head: Sequence[str], rows: Iterable[Sequence[object]], language: str) -> bytes:
    """Write UTF-8 with byte-order mark; German with semicolons, English with commas."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";" if language == "de" else ",", lineterminator="\r\n")
    for row in (head, *rows):
        writer.writerow([harmless("" if cell is None else str(cell)) for cell in row])
    return out.getvalue().encode("utf-8-sig")


def xlsx_file(head: Sequence[str], rows: Iterable[Sequence[object]], title: str) -> bytes:
    """Write a workbook of one sheet; every cell is text and stays as it is."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"title": title})
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        sheet = book.add_worksheet()
        sheet.set_column(0, len(head) - 1, 28, wrapped)
        for number, row in enumerate((head, *rows)):
            for column, cell in enumerate(row):
                sheet.write_string(number, column, "" if cell is None else str(cell), wrapped if number else bold)
        sheet.freeze_panes(1, 1)
    return out.getvalue()
