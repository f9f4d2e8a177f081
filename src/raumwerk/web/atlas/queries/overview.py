"""What this installation holds: releases, sources and their files, what is missing."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from raumwerk.store import read
from raumwerk.web.atlas.queries.release import AtlasRelease, current_id, localised
from raumwerk.web.atlas.queries.words import alphabetical

__all__ = ["all_releases", "describe_files", "describe_sources"]


def all_releases() -> list[dict[str, Any]]:
    """Published releases, the newest first."""
    now = current_id()
    return [
        {
            "release": release.id,
            "created": str(release.manifest["created"]),
            "code_version": str(release.manifest.get("code_version", "")),
            "current": release.id == now,
            "sample": bool(release.manifest.get("sample", False)),
            "tables": {name: int(table["rows"]) for name, table in release.manifest["tables"].items()},
        }
        for release in reversed(read.releases(read.open_store(settings.HOME)))
    ]


def describe_files(atlas: AtlasRelease, source: str) -> list[dict[str, Any]]:
    """Raw files of one source with their checksums, by name."""
    own = [(sha, entry) for sha, entry in atlas.manifest.get("files", {}).items() if entry.get("source") == source]
    return [
        {
            "sha256": sha,
            "name": str(entry["name"]),
            "origin": str(entry.get("origin") or ""),
            "kept_at": str(entry.get("kept_at") or ""),
            "size": int(entry.get("size", 0)),
            "tables": list(entry.get("tables", [])),
        }
        for sha, entry in sorted(own, key=lambda pair: (pair[1]["name"], pair[0]))
    ]


def describe_sources(atlas: AtlasRelease, lang: str) -> list[dict[str, Any]]:
    """Sources whose files entered the release, by title."""
    used = {str(entry.get("source")) for entry in atlas.manifest.get("files", {}).values()}
    entries = atlas.manifest.get("sources", {})
    described = [
        {
            "key": key,
            "title": localised(entries.get(key, {}), "title", lang) or key,
            "publisher": localised(entries.get(key, {}), "publisher", lang),
            "licence": str(entries.get(key, {}).get("licence", "")),
            "licence_url": str(entries.get(key, {}).get("licence_url", "")),
            "attribution": str(entries.get(key, {}).get("attribution", "")),
            "address": str(entries.get(key, {}).get("address", "")),
            "notes": localised(entries.get(key, {}), "notes", lang),
            "files": describe_files(atlas, key),
        }
        for key in used
    ]
    return sorted(described, key=lambda source: (alphabetical(source["title"]), source["key"]))
