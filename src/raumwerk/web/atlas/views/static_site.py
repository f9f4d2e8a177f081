"""The Atlas of one region and release as files: for a web space without a server, for years.

Every page knows how deep it lies, so that all addresses are relative and the folder may stand below any path.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext

from raumwerk.errors import InputError, MissingError, RaumwerkError
from raumwerk.web.atlas.drawings import Links
from raumwerk.web.atlas.exports.content import Content, flows_content, values_content
from raumwerk.web.atlas.exports.figure import IMAGE_FORMS, Figure, Table, figure_svg, to_pdf, to_png
from raumwerk.web.atlas.exports.figures import flows_figure, values_figure
from raumwerk.web.atlas.exports.geo import to_geojson, to_gpkg
from raumwerk.web.atlas.exports.layers import layer_content
from raumwerk.web.atlas.exports.place_figures import STRUCTURES, locator_figure, structure_figure
from raumwerk.web.atlas.exports.tables import to_csv, to_xlsx
from raumwerk.web.atlas.queries import catalogue
from raumwerk.web.atlas.queries.breaks import METHODS
from raumwerk.web.atlas.queries.features import Layer, layers
from raumwerk.web.atlas.queries.flows import DIRECTIONS, AreaFlows, area_flows
from raumwerk.web.atlas.queries.release import AtlasRelease, Region
from raumwerk.web.atlas.queries.topics import topic_name
from raumwerk.web.atlas.queries.values import region_values
from raumwerk.web.atlas.queries.words import alphabetical, level_name
from raumwerk.web.atlas.views.area import area_subject, profile_context
from raumwerk.web.atlas.views.frame import Page
from raumwerk.web.atlas.views.profile import safe_svg
from raumwerk.web.atlas.views.profile_pdf import profile_pdf
from raumwerk.web.kit.templatetags.kit import number, style_files
from raumwerk.web.kit.templatetags.kit import period as written

__all__ = ["Site", "StaticPage"]

_UNLINKED = re.compile(r'<a href="#none"[^>]*>(.*?)</a>', re.DOTALL)
LANGUAGES = ("de", "en")
_MOST_ROWS = 100


class StaticPage(Page):
    """A page that lies in a file: its links lead to other files, or are taken off where there is none."""

    static = True

    def __init__(self, site: Site, lang: str, path: str) -> None:
        request = HttpRequest()
        request.path = f"/{path}"
        request.META["HTTP_HOST"] = "localhost"
        super().__init__(request, site.atlas, site.region)
        self.lang, self.path, self.site = lang, path, site
        self.pinned, self.newer = True, None

    @property
    def root(self) -> str:
        """Way up to the folder of the site."""
        return "../" * self.path.count("/")

    @property
    def home(self) -> str:
        """Address of the overview in this language."""
        return self.to("index.html")

    @property
    def other_lang(self) -> str:
        """The other language."""
        return next(lang for lang in LANGUAGES if lang != self.lang)

    @property
    def other(self) -> str:
        """Address of this page in the other language."""
        own = self.path.removeprefix("en/")
        return f"{self.root}{'en/' if self.other_lang == 'en' else ''}{own}"

    def to(self, file: str) -> str:
        """Address of another file of the same language."""
        return f"{self.root}{'en/' if self.lang == 'en' else ''}{file}"

    def link(self, name: str, path: dict[str, Any], asked: dict[str, Any]) -> str:
        """Address of the file that shows what the page of that name would; ``#none`` without one."""
        if name == "area" and path["key"] in self.site.profiles:
            return self.to(f"gebiete/{path['key']}.html")
        if name == "map" and "indicator" in asked:
            level = asked.get("level") or self.site.levels.get(asked["indicator"], [""])[0]
            if level in self.site.levels.get(asked["indicator"], []):
                return self.to(f"karten/{asked['indicator']}-{level}.html")
        if name == "commuting" and _file_key(asked.get("area") or self.region.key) in self.site.flow_keys:
            return self.to(f"pendeln/{_file_key(asked.get('area') or self.region.key)}.html")
        return "#none"

    def pictures(self, key: str, asked: Mapping[str, Any]) -> Links | None:
        """Files of a drawing of a profile; None for the small lines of trends, whose figures stand beside them."""
        return self.site.pictures_of(self, key, asked)

    def url(self, name: str, **kwargs: Any) -> str:
        """As `link`, for addresses that a view makes."""
        return self.link(name, kwargs, {})


def _layer_of(atlas: AtlasRelease, region: Region, level: str, lang: str) -> Layer:
    return next(each for each in layers(atlas, lang) if each.region.slug == region.slug and each.level == level)


def _file_key(area: str) -> str:
    return area.replace(":", "-")


def _picture_links(page: StaticPage, key: str, name: str) -> Links:
    return Links(key, [(form.upper(), page.to(f"bilder/{key}-{name}.{form}")) for form in IMAGE_FORMS])


def _shortened(table: Table) -> Table:
    """Table as far as a document of a website of files holds it: thousands of such documents must lie there."""
    if len(table.rows) <= _MOST_ROWS:
        return table
    words = gettext("%(caption)s – the first %(number)s of %(count)s rows; the page and its files hold all")
    told = {"caption": table.caption, "number": _MOST_ROWS, "count": number(len(table.rows))}
    return replace(table, caption=words % told, rows=table.rows[:_MOST_ROWS])


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    side: str
    head: bool


class Site:
    """Writes the site.

    Parameters
    ----------
    atlas, region
        What it shows.
    folder : Path
        Where; exists and is empty.
    """

    def __init__(self, atlas: AtlasRelease, region: Region, folder: Path) -> None:
        self.atlas, self.region, self.folder = atlas, region, folder
        if not atlas.has("boundaries") or not region.municipalities:
            message = "Release {} holds no areas of “{}” that could be drawn."
            raise MissingError(message.format(atlas.id, region.slug))
        lived = [key for key in region.municipalities if atlas.areas[key].inhabited]
        self.profiles = [*region.districts, *lived]
        held = catalogue.held_in(atlas, region)
        self.levels = {key: [level for level in catalogue.MAP_LEVELS if level in held[key]] for key in held}
        self.flow_areas = [area for area in (region.key, *self.profiles) if self._has_flows(area)]
        self.flow_keys = {_file_key(area) for area in self.flow_areas}
        self._written: set[str] = set()

    def _has_flows(self, area: str) -> bool:
        try:
            area_flows(self.atlas, self.region, area=area, lang="de")
        except RaumwerkError:
            return False
        return True

    def steps(self) -> list[tuple[str, Callable[[], None]]]:
        """Everything to be written, piece by piece, each with its name."""
        found: list[tuple[str, Callable[[], None]]] = [("assets", self._assets)]
        for lang in LANGUAGES:
            pieces: list[tuple[Callable[..., None], tuple[str, ...]]] = [(self._index, ())]
            pieces += [(self._map, (key, level)) for key, levels in self.levels.items() for level in levels]
            pieces += [(self._profile, (key,)) for key in self.profiles]
            pieces += [(self._flows, (key,)) for key in self.flow_areas]
            pieces += [(self._layer, (level,)) for level in catalogue.MAP_LEVELS]
            found += [(" ".join((lang, *args)), partial(self._in, lang, write, *args)) for write, args in pieces]
        return found

    def _in(self, lang: str, write: Callable[..., None], *args: str) -> None:
        with translation.override(lang):
            write(lang, *args)

    def _page(self, lang: str, file: str) -> StaticPage:
        return StaticPage(self, lang, f"{'en/' if lang == 'en' else ''}{file}")

    def _put(self, page: StaticPage, template: str, context: dict[str, Any]) -> None:
        known = {
            "page": page, "atlas": self.atlas, "region_name": self.region.name(page.lang),
            "created": written(str(self.atlas.manifest["created"])[:10]), **context,
        }  # fmt: skip
        html = render_to_string(f"atlas/export/{template}", known)
        self._write(page.path, _UNLINKED.sub(r"\1", html).encode())

    def _write(self, path: str, body: bytes) -> None:
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(body)

    def _assets(self) -> None:
        """Style sheets in one file with the fonts they name, whose addresses become relative."""
        sheets = []
        bundle = Path(settings.BUNDLE_DIR)
        for name in style_files("site"):
            text = (bundle / name).read_text("utf-8")
            for font in re.findall(r"url\([\"']?(?:/static/app/assets/|\./|)([\w.-]+)[\"']?\)", text):
                source = (bundle / name).parent / font
                if source.is_file():
                    self._write(f"assets/{font}", source.read_bytes())
            sheets.append(re.sub(r"url\([\"']?(?:/static/app/assets/|\./)([\w.-]+)[\"']?\)", r"url(\1)", text))
        self._write("assets/site.css", "\n".join(sheets).encode())

    def _index(self, lang: str) -> None:
        page = self._page(lang, "index.html")
        topics = catalogue.topics(self.atlas, lang, region=self.region)
        maps = [
            {"name": topic_name(topic), "rows": [
                (f"{row['name']} ({level_name(level)})", page.to(f"karten/{row['key']}-{level}.html"))
                for row in rows for level in self.levels.get(row["key"], [])]}
            for topic, rows in topics.items()
        ]  # fmt: skip
        words = gettext("all indicators with shapes")
        files = [
            (f"{level_name(level)}: {words} ({name})", page.to(f"dateien/{level}.{ending}"))
            for name, ending in (("GeoJSON", "geojson"), ("GeoPackage", "gpkg"))
            for level in catalogue.MAP_LEVELS
        ]
        context = {
            "title": "Atlas", "maps": maps, "files": files,
            "areas": list(self._grouped(page, self.profiles, "gebiete")),
            "flows": list(self._grouped(page, self.flow_areas, "pendeln")),
            "attribution": self.atlas.attribution(self.atlas.manifest.get("files", {}), lang),
        }  # fmt: skip
        self._put(page, "index.html", context)

    def _grouped(self, page: StaticPage, keys: list[str], folder: str) -> Iterator[tuple[str, list[tuple[str, str]]]]:
        groups = (
            (gettext("Region and districts"), [key for key in keys if len(key) == 5 or ":" in key]),
            (gettext("Municipalities"), [key for key in keys if len(key) == 8 and ":" not in key]),
        )
        for title, members in groups:
            named = [(self.atlas.name(key, page.lang), page.to(f"{folder}/{_file_key(key)}.html")) for key in members]
            if named:
                yield title, sorted(named, key=lambda pair: alphabetical(pair[0]))

    def _map(self, lang: str, indicator: str, level: str) -> None:
        view = region_values(self.atlas, self.region, indicator=indicator, level=level, lang=lang)
        figure = values_figure(self.atlas, view, method=METHODS[0], lang=lang)
        page = self._page(lang, f"karten/{indicator}-{level}.html")
        files = self._tables(page, values_content(self.atlas, view, lang, shapes=False))
        pictures = self._pictures(page, "map", f"{indicator}-{level}", lambda: figure)
        context = {"title": view.indicator["name"], "lead": view.indicator["description"],
                   "figures": [self._drawn(figure, files, pictures, head=1)]}  # fmt: skip
        self._put(page, "figures.html", context)

    def _flows(self, lang: str, area: str) -> None:
        page = self._page(lang, f"pendeln/{_file_key(area)}.html")
        figures, estimated = [], False
        for direction in DIRECTIONS:
            try:
                view = area_flows(self.atlas, self.region, area=area, direction=direction, lang=lang)
            except (MissingError, InputError):  # one direction may be known without the other
                continue
            figures.append(self._flow_part(page, area, view))
            estimated |= view.estimated
        title = f"{gettext('Commuters')}: {self.atlas.name(area, lang)}"
        accuracy = self.atlas.accuracy(lang) if estimated else None
        self._put(page, "figures.html", {"title": title, "figures": figures, "accuracy": accuracy})

    def _flow_part(self, page: StaticPage, area: str, view: AreaFlows) -> tuple[Any, Any, Any, Any]:
        figure = flows_figure(self.atlas, self.region, view, lang=page.lang)
        files = self._tables(page, flows_content(self.atlas, view, self.region.slug, page.lang))
        pictures = self._pictures(page, "flows", f"{_file_key(area)}-{view.direction}", lambda: figure)
        return self._drawn(figure, files, pictures, head=0)

    def _tables(self, page: StaticPage, content: Content) -> list[tuple[str, str]]:
        stem = content.stem.removesuffix(f"-{self.atlas.id}")
        prefix = "en/" if page.lang == "en" else ""
        self._write(f"{prefix}dateien/{stem}.csv", to_csv(content, page.lang))
        self._write(f"{prefix}dateien/{stem}.xlsx", to_xlsx(content))
        return [("CSV", page.to(f"dateien/{stem}.csv")), ("Excel (XLSX)", page.to(f"dateien/{stem}.xlsx"))]

    def pictures_of(self, page: StaticPage, key: str, asked: Mapping[str, Any]) -> Links | None:
        """Pictures of a profile: where it lies, structure of its district, and its commuters as their page has them."""
        area = str(asked["area"])
        if key == "locator":
            return self._pictures(page, key, area, lambda: locator_figure(self.atlas, self.region, [area], page.lang))
        if key in STRUCTURES:
            return self._pictures(
                page, key, area[:5], lambda: structure_figure(self.atlas, self.region, key, [area], page.lang)
            )
        if key == "flows" and _file_key(area) in self.flow_keys:
            return _picture_links(page, key, f"{_file_key(area)}-{asked['direction']}")
        return None

    def _pictures(self, page: StaticPage, key: str, name: str, drawn: Callable[[], Figure]) -> Links:
        """Write a figure as SVG, PNG and PDF, unless another page shows it too, and say where they lie."""
        prefix = "en/" if page.lang == "en" else ""
        path = f"{prefix}bilder/{key}-{name}"
        if path not in self._written:
            self._written.add(path)
            figure = drawn()
            self._write(f"{path}.svg", figure_svg(figure).encode())
            self._write(f"{path}.png", to_png(figure, page.lang, "site"))
            short = replace(figure, tables=[_shortened(table) for table in figure.tables])
            self._write(f"{path}.pdf", to_pdf(short, page.lang))
        return _picture_links(page, key, name)

    def _drawn(
        self, figure: Figure, files: list[tuple[str, str]], pictures: Links, *, head: int
    ) -> tuple[Any, Any, Any, Any]:
        """Figure as the template shows it; column ``head`` names the row."""
        tables = [
            {"caption": table.caption, "columns": table.columns, "lines": [
                [_Line(text, side, at == head) for at, (text, (_label, side)) in
                 enumerate(zip(row, table.columns, strict=True))] for row in table.rows]}
            for table in figure.tables
        ]  # fmt: skip
        told = {name: getattr(figure, name) for name in ("title", "summary", "keys", "key_title", "notes")}
        return {**told, "tables": tables}, safe_svg(figure.picture, figure.title, figure.summary), files, pictures

    def _profile(self, lang: str, key: str) -> None:
        page = self._page(lang, f"gebiete/{key}.html")
        subject = area_subject(page, key)
        self._put(page, "area.html", {"title": subject.name, **profile_context(page, subject, f"{key}.pdf")})
        self._write(page.path.removesuffix(".html") + ".pdf", profile_pdf(page, subject))

    def _layer(self, lang: str, level: str) -> None:
        content = layer_content(self.atlas, _layer_of(self.atlas, self.region, level, lang), lang)
        prefix = "en/" if lang == "en" else ""
        self._write(f"{prefix}dateien/{level}.geojson", to_geojson(content))
        self._write(f"{prefix}dateien/{level}.gpkg", to_gpkg(content))
