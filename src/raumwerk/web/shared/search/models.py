"""The index: one entry per thing and language, and its tokens in a plain table that works alike on every database."""

from __future__ import annotations

from django.contrib.contenttypes.models import ContentType
from django.db import models

from raumwerk.web.regions.scope import RegionScoped
from raumwerk.web.shared.search.words import LONGEST_TOKEN
from raumwerk.web.shared.visibility import Visibility

__all__ = ["Entry", "Token"]


class Entry(RegionScoped):
    """Something that can be found, with what a list of results shows of it."""

    target_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, related_name="+")
    target_id = models.PositiveBigIntegerField()
    language = models.CharField(max_length=2, blank=True)  # empty: shown to readers of every language
    kind = models.SlugField(max_length=30)
    title = models.CharField(max_length=250)
    text = models.TextField(blank=True)
    address = models.CharField(max_length=400)
    day = models.DateField(null=True, blank=True)
    visibility = models.CharField(max_length=10, choices=Visibility.choices)
    body_number = models.PositiveBigIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["target_type", "target_id", "language"], name="one_entry_per_language")
        ]

    def __str__(self) -> str:
        return self.title


class Token(RegionScoped):
    """A token of an entry; the weight says how often and how prominently it stands there."""

    # Nobody asks for all tokens of a region: the index below begins with it.
    region = models.ForeignKey("regions.Region", on_delete=models.CASCADE, related_name="+", db_index=False)
    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="tokens")
    token = models.CharField(max_length=LONGEST_TOKEN)
    weight = models.FloatField()

    class Meta:
        indexes = [models.Index(fields=["region", "token", "entry", "weight"], name="search_by_token")]

    def __str__(self) -> str:
        return self.token
