"""The search at the size of a region: 5,000 documents, few queries, each by an index (times: docs/benchmarks.md)."""

from __future__ import annotations

import random

from django.db import connection
from django.test.utils import CaptureQueriesContext

from raumwerk.web.shared.files.models import StoredFile
from raumwerk.web.shared.search.indexing import rebuild
from raumwerk.web.shared.search.models import Entry, Token
from raumwerk.web.shared.search.queries import search
from raumwerk.web.shared.visibility import Audience

DOCUMENTS = 5_000
#: Whom the tokens belong to, which kinds, and the page that is shown.
QUERIES = 3
SYLLABLES = "ver ge be land stadt bahn rad weg kreis rat plan raum werk tal berg bach dorf markt schul haus".split()  # noqa: SIM905  (read more easily than twenty quoted syllables)


def _words(chance, count):
    """Made words of which a few stand in many texts, as in real ones."""
    vocabulary = ["".join(chance.choices(SYLLABLES, k=chance.randint(2, 4))) for _ in range(4_000)]
    weights = [1 / (rank + 1) for rank in range(len(vocabulary))]
    return chance.choices(vocabulary, weights, k=count), vocabulary


def _plan(sql: str) -> str:
    """How the database says it would answer; a filter without an index would read every token of every region."""
    with connection.cursor() as cursor:
        cursor.execute(("EXPLAIN " if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN ") + sql)
        return " ".join(str(row) for row in cursor.fetchall())


def test_search_among_5000_documents_asks_three_times_by_the_index(regions):
    from raumwerk.web.shared.search import receivers
    from raumwerk.web.shared.search.registry import Document, register

    chance = random.Random(7)
    words, vocabulary = _words(chance, DOCUMENTS * 60)
    rows = [StoredFile(region=regions["mitte"], title=f"Vorlage {number}", visibility="public")
            for number in range(DOCUMENTS)]  # fmt: skip
    StoredFile.objects.bulk_create(rows)
    first = min(row.pk for row in rows)

    def documents(file):
        at = (file.pk - first) * 60
        level = ("public", "members", "body", "office")[file.pk % 4]
        text = " ".join([*words[at : at + 60], "Sitzung"])
        yield Document(title=file.title, text=text, address="/", visibility=level, body_number=file.pk % 40)

    register(StoredFile, kind="document", label="x", documents=documents)
    try:
        assert rebuild() == DOCUMENTS
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE search_token; ANALYZE search_entry")
        assert Token.objects.in_region(regions["mitte"]).count() > 30 * DOCUMENTS
        reader = Audience(1, member=True, bodies=frozenset({2, 6, 10}))
        asked = [*vocabulary[:3], *chance.sample(vocabulary, 12), f"{vocabulary[0]} {vocabulary[1]}", "Vorlage",
                 "Sitzung", "Sitzung Vorlage", "gibtesnicht"]  # fmt: skip
        for text in asked:
            with CaptureQueriesContext(connection) as queries:
                search(regions["mitte"], reader, text)
            assert len(queries) <= QUERIES, text
            assert "search_by_token" in _plan(queries[0]["sql"]), text
        found = search(regions["mitte"], reader, "Sitzung")
        bodies = {2, 6, 10}
        readable = sum(row.pk % 4 < 2 or (row.pk % 4 == 2 and row.pk % 40 in bodies) for row in rows)
        assert found.total == readable
    finally:
        register(StoredFile, kind="document", label="x", documents=receivers.file_documents)
        assert Entry.objects.in_region(regions["kali"]).count() == 0
