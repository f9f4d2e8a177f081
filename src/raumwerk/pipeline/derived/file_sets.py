"""Which raw files a number rests on, carried through sums and ratios as one small integer per row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import polars as pl

__all__ = ["FileSets"]


class FileSets:
    """Numbers sets of files, so that millions of rows carry an integer and not a list of checksums.

    Parameters
    ----------
    files : sequence of str
        Checksums of all raw files; file ``i`` alone is set ``i``.
    """

    def __init__(self, files: Sequence[str]) -> None:
        self.files = list(files)
        self._sets: list[frozenset[int]] = [frozenset([index]) for index in range(len(self.files))]
        self._numbers = {members: number for number, members in enumerate(self._sets)}

    def encode(self, column: pl.Series) -> pl.Series:
        """Set numbers (UInt32) of a column of single checksums."""
        return column.cast(pl.Enum(self.files)).to_physical().cast(pl.UInt32).alias("fs")

    def union(self, numbers: Iterable[int]) -> int:
        """Number of the union of several sets."""
        members = frozenset().union(*(self._sets[number] for number in numbers))
        if members not in self._numbers:
            self._numbers[members] = len(self._sets)
            self._sets.append(members)
        return self._numbers[members]

    def union_columns(self, frame: pl.DataFrame, left: str, right: str) -> pl.DataFrame:
        """Replace ``left`` by its union with ``right``, which is dropped; computed once for each pair that occurs."""
        pairs = frame.select(left, right).unique()
        joined = pl.Series("fs_union", [self.union(pair) for pair in pairs.iter_rows()], dtype=pl.UInt32)
        return (
            frame.join(pairs.with_columns(joined), on=[left, right], how="left")
            .with_columns(pl.col("fs_union").alias(left))
            .drop(right, "fs_union")
        )

    def union_lists(self, column: pl.Series) -> pl.Series:
        """Union of each list of set numbers."""
        known: dict[tuple[int, ...], int] = {}
        out = []
        for numbers in column.to_list():
            key = tuple(numbers)
            if key not in known:
                known[key] = self.union(numbers)
            out.append(known[key])
        return pl.Series("fs", out, dtype=pl.UInt32)

    def decode(self, column: pl.Series) -> pl.Series:
        """Sorted checksums of each set, as a column ``files`` of lists."""
        used = column.unique().to_list()
        lists = [sorted(self.files[member] for member in self._sets[number]) for number in used]
        table = pl.DataFrame({"fs": used, "files": lists}, schema={"fs": pl.UInt32, "files": pl.List(pl.String)})
        return column.to_frame("fs").join(table, on="fs", how="left", maintain_order="left")["files"]
