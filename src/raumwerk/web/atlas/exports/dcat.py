"""The catalogue of datasets as DCAT-AP.de: one dataset for each region and indicator, and one for its commuters.

Vocabulary: DCAT-AP.de 3.0 (https://www.dcat-ap.de/def/) on top of W3C DCAT 3 and the authority tables of the EU. Files
are made when they are asked for, so that no size of theirs (``dcat:byteSize``, optional) is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

import shapely
from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext, gettext_noop
from rdflib import DCAT, DCTERMS, FOAF, RDF, RDFS, SKOS, XSD, BNode, Graph, Literal, Namespace, URIRef

from raumwerk.web.atlas.queries import catalogue
from raumwerk.web.atlas.queries.pairs import measured_periods
from raumwerk.web.atlas.queries.release import AtlasRelease, Region
from raumwerk.web.atlas.queries.shapes import full_shapes
from raumwerk.web.atlas.queries.topics import topic_name

__all__ = ["SERIALISATIONS", "catalogue_graph", "serialise"]

VERSION = URIRef("http://www.w3.org/ns/dcat#version")  # new in DCAT 3; rdflib knows DCAT 2
DCATDE = Namespace("http://dcat-ap.de/def/dcatde/")
FILE_TYPE = Namespace("http://publications.europa.eu/resource/authority/file-type/")
THEME = Namespace("http://publications.europa.eu/resource/authority/data-theme/")
LANGUAGE = Namespace("http://publications.europa.eu/resource/authority/language/")
DCATAP = Namespace("http://data.europa.eu/r5r/")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
EUROPE = "http://publications.europa.eu/resource/authority/"
LICENCE = "http://dcat-ap.de/def/licenses/"
LEVELS = {"municipality": "municipality", "district": "administrativeDistrict"}
GEOLEVEL = Namespace("http://dcat-ap.de/def/politicalGeocoding/Level/")
GEOCODING = Namespace("http://dcat-ap.de/def/politicalGeocoding/districtKey/")
WKT = URIRef("http://www.opengis.net/ont/geosparql#wktLiteral")
IANA = "https://www.iana.org/assignments/media-types/"

#: Ending of the address → (name rdflib knows, media type).
SERIALISATIONS = {
    "ttl": ("turtle", "text/turtle"),
    "rdf": ("xml", "application/rdf+xml"),
    "jsonld": ("json-ld", "application/ld+json"),
}
LICENCES = {
    "dl-de/by-2-0": f"{LICENCE}dl-by-de/2.0",
    "dl-de/zero-2-0": f"{LICENCE}dl-zero-de/2.0",
    "cc-by-4.0": f"{LICENCE}cc-by/4.0",
    "odbl-1.0": f"{LICENCE}odbl",
}
#: Several open licences at once; and terms that the German list does not know, taken for a restriction.
OTHER_OPEN, OTHER_CLOSED = f"{LICENCE}other-open", f"{LICENCE}other-closed"
#: Topic of the catalogue → theme of the EU; what is not named here concerns regions and towns.
THEMES = {"economy": "ECON", "labour_market": "SOCI", "demography": "SOCI", "energy": "ENER", "commuting": "TRAN"}
#: Name of the dataset of commuters.
FLOWS = "flows"
FORMS = {
    "csv": ("CSV", "text/csv"),
    "xlsx": ("XLSX", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "parquet": ("PARQUET", "application/vnd.apache.parquet"),
    "geojson": ("GEOJSON", "application/geo+json"),
    "gpkg": ("GPKG", "application/geopackage+sqlite3"),
}


@dataclass(frozen=True, slots=True)
class _Described:
    """One dataset before it becomes triples; texts by language."""

    name: str
    title: Mapping[str, str]
    description: Mapping[str, str]
    theme: str
    page: str
    files: Mapping[str, str]
    periods: Sequence[str]
    sources: Sequence[str]
    levels: Sequence[str]
    keywords: Mapping[str, str]


def catalogue_graph(atlas: AtlasRelease) -> Graph:
    """The whole catalogue of a release as a graph."""
    graph = Graph()
    bound = (("dcat", DCAT), ("dct", DCTERMS), ("foaf", FOAF), ("dcatde", DCATDE), ("dcatap", DCATAP), ("vcard", VCARD))
    for prefix, namespace in bound:
        graph.bind(prefix, namespace)
    base = settings.BASE_URL
    whole = URIRef(f"{base}{reverse('dcat')}")
    publisher = URIRef(f"{base}/#publisher")
    graph.add((publisher, RDF.type, FOAF.Agent))
    graph.add((publisher, FOAF.name, Literal(settings.RAUMWERK["NAME"])))
    graph.add((whole, RDF.type, DCAT.Catalog))
    graph.add((whole, DCTERMS.publisher, publisher))
    graph.add((whole, FOAF.homepage, URIRef(f"{base}/")))
    graph.add((whole, DCAT.themeTaxonomy, URIRef(f"{EUROPE}data-theme")))
    # of the descriptions themselves; each distribution names the licence of its figures
    graph.add((whole, DCTERMS.license, URIRef(LICENCES["dl-de/zero-2-0"])))
    _texts(graph, whole, DCTERMS.title, _in_both(gettext_noop("Official statistics of the regions")))
    words = _in_both(gettext_noop("Indicators and commuter flows of regions across state borders"))
    _texts(graph, whole, DCTERMS.description, words)
    _dated(graph, whole, atlas)
    served = []
    for region in atlas.regions.values():
        place, contact = _place(graph, atlas, region), _contact(graph, region)
        graph.add((whole, DCTERMS.spatial, place))
        for described in _datasets(atlas, region):
            dataset = _dataset(graph, atlas, region, described)
            graph.add((whole, DCAT.dataset, dataset))
            graph.add((dataset, DCTERMS.publisher, publisher))
            graph.add((dataset, DCTERMS.spatial, place))
            graph.add((dataset, DCAT.contactPoint, contact))
            if described.name != FLOWS:
                served.append(dataset)
    _layers(graph, whole, publisher, served)
    return graph


def _dated(graph: Graph, subject: URIRef, atlas: AtlasRelease) -> None:
    """Languages, and the time of the release: it was issued then and has not changed since."""
    for predicate in (DCTERMS.issued, DCTERMS.modified):
        graph.add((subject, predicate, Literal(atlas.manifest["created"], datatype=XSD.dateTime)))
    for language in ("DEU", "ENG"):
        graph.add((subject, DCTERMS.language, LANGUAGE[language]))


def _contact(graph: Graph, region: Region) -> URIRef:
    """Whom to ask: the region, whose home names its office."""
    home = f"{settings.BASE_URL}{reverse('atlas:map', kwargs={'region': region.slug}).removesuffix('atlas/')}"
    contact = URIRef(f"{home}#contact")
    graph.add((contact, RDF.type, VCARD.Organization))
    graph.add((contact, VCARD.fn, Literal(region.name("de"), lang="de")))
    graph.add((contact, VCARD.hasURL, URIRef(home)))
    return contact


def _layers(graph: Graph, whole: URIRef, publisher: URIRef, served: Iterable[URIRef]) -> None:
    """The interface for layers, as the catalogue names a service."""
    address = URIRef(f"{settings.BASE_URL}{reverse('ogc-landing')}")
    described = URIRef(f"{settings.BASE_URL}{reverse('ogc-api')}")
    graph.add((whole, DCAT.service, address))
    graph.add((address, RDF.type, DCAT.DataService))
    _texts(graph, address, DCTERMS.title, _in_both(gettext_noop("Layers for maps and GIS (OGC API – Features)")))
    graph.add((address, DCTERMS.publisher, publisher))
    graph.add((address, DCTERMS.accessRights, URIRef(f"{EUROPE}access-right/PUBLIC")))
    graph.add((address, DCAT.endpointURL, address))
    graph.add((address, DCAT.endpointDescription, described))
    graph.add((address, DCTERMS.conformsTo, URIRef("http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core")))
    for dataset in served:
        graph.add((address, DCAT.servesDataset, dataset))


def serialise(graph: Graph, ending: str) -> bytes:
    """Bytes of the graph in the serialisation of that ending."""
    return graph.serialize(format=SERIALISATIONS[ending][0], encoding="utf-8")


def _in_both(message: str) -> dict[str, str]:
    found = {}
    for lang in ("de", "en"):
        with translation.override(lang):
            found[lang] = gettext(message)
    return found


def _texts(graph: Graph, subject: URIRef, predicate: URIRef, texts: Mapping[str, str]) -> None:
    for lang, text in texts.items():
        if text:
            graph.add((subject, predicate, Literal(text, lang=lang)))


def _datasets(atlas: AtlasRelease, region: Region) -> Iterable[_Described]:
    sources = atlas.remember("sources by indicator", lambda: _sources_by_indicator(atlas))
    names = {lang: region.name(lang) for lang in ("de", "en")}
    page = reverse("atlas:map", kwargs={"region": region.slug})
    for key in atlas.indicators:
        told = {lang: catalogue.describe_indicator(atlas, key, lang) for lang in ("de", "en")}
        levels = [level for level in catalogue.MAP_LEVELS if level in told["de"]["periods"]]
        if not levels:
            continue
        yield _Described(
            key,
            {lang: f"{told[lang]['name']} – {names[lang]}" for lang in told},
            {lang: told[lang]["description"] for lang in told},
            THEMES.get(told["de"]["topic"], "REGI"),
            f"{page}?{urlencode({'indicator': key})}",
            {form: _file(region, "values", form, {"indicator": key}) for form in FORMS},
            told["de"]["periods"][levels[0]],
            sources.get(key, []),
            levels,
            _topics(told["de"]["topic"]),
        )
    if atlas.has("flows"):
        yield _Described(
            FLOWS,
            {lang: f"{text} – {names[lang]}" for lang, text in _in_both(gettext_noop("Commuters")).items()},
            _in_both(
                gettext_noop("People who live in one district and work in another, with those who cross a state border")
            ),
            THEMES["commuting"],
            reverse("atlas:commuting", kwargs={"region": region.slug}),
            {form: _file(region, "flows", form, {}) for form in FORMS},
            measured_periods(atlas, "district"),
            atlas.manifest["tables"]["flows"].get("sources", []),
            ["district"],
            _in_both(gettext_noop("Commuters")),
        )


def _topics(topic: str) -> dict[str, str]:
    found = {}
    for lang in ("de", "en"):
        with translation.override(lang):
            found[lang] = str(topic_name(topic))
    return found


def _file(region: Region, question: str, form: str, asked: Mapping[str, str]) -> str:
    address = reverse(f"api-{question}-file", kwargs={"slug": region.slug, "form": form})
    return f"{address}?{urlencode(asked)}" if asked else address


def _sources_by_indicator(atlas: AtlasRelease) -> dict[str, list[str]]:
    rows = atlas.table("indicators").select("indicator", "files").explode("files").unique().drop_nulls().collect()
    return {key: atlas.sources(part["files"]) for (key,), part in rows.partition_by("indicator", as_dict=True).items()}


def _place(graph: Graph, atlas: AtlasRelease, region: Region) -> BNode:
    """Bounding box of the region."""
    place = BNode(f"place-{region.slug}")
    shapes = list(full_shapes(atlas, list(region.districts)).values()) if atlas.has("boundaries") else []
    graph.add((place, RDF.type, DCTERMS.Location))
    for lang in ("de", "en"):
        graph.add((place, SKOS.prefLabel, Literal(region.name(lang), lang=lang)))
    if shapes:
        box = shapely.to_wkt(shapely.box(*shapely.total_bounds(shapes)), rounding_precision=4)
        graph.add((place, DCAT.bbox, Literal(box, datatype=WKT)))
    return place


def _dataset(graph: Graph, atlas: AtlasRelease, region: Region, told: _Described) -> URIRef:
    base = settings.BASE_URL
    dataset = URIRef(f"{base}{reverse('dcat')}#{region.slug}-{told.name}")
    graph.add((dataset, RDF.type, DCAT.Dataset))
    _texts(graph, dataset, DCTERMS.title, told.title)
    _texts(graph, dataset, DCTERMS.description, told.description)
    _texts(graph, dataset, DCAT.keyword, told.keywords)
    _texts(graph, dataset, DCATDE.geocodingDescription, {"de": region.name("de")})
    _dated(graph, dataset, atlas)
    graph.add((dataset, DCTERMS.accessRights, URIRef(f"{EUROPE}access-right/PUBLIC")))
    if settings.DCAT_CONTRIBUTOR:
        graph.add((dataset, DCATDE.contributorID, URIRef(settings.DCAT_CONTRIBUTOR)))
    for level in told.levels:
        graph.add((dataset, DCATDE.politicalGeocodingLevelURI, GEOLEVEL[LEVELS[level]]))
    graph.add((dataset, DCTERMS.identifier, Literal(f"{region.slug}-{told.name}")))
    graph.add((dataset, DCAT.landingPage, URIRef(f"{base}{told.page}")))
    graph.add((dataset, DCAT.theme, THEME[told.theme]))
    graph.add((dataset, VERSION, Literal(atlas.id)))
    for district in region.districts:
        graph.add((dataset, DCATDE.politicalGeocodingURI, GEOCODING[district]))
    if told.periods:
        span = BNode()
        graph.add((dataset, DCTERMS.temporal, span))
        graph.add((span, RDF.type, DCTERMS.PeriodOfTime))
        graph.add((span, DCAT.startDate, _date(told.periods[0].split("/")[0])))
        graph.add((span, DCAT.endDate, _date(told.periods[-1].split("/")[-1])))
    for form, address in told.files.items():
        distribution = _distribution(graph, atlas, dataset, told, form=form, address=f"{base}{address}")
        graph.add((dataset, DCAT.distribution, distribution))
    return dataset


def _date(period: str) -> Literal:
    kinds = {4: XSD.gYear, 7: XSD.gYearMonth, 10: XSD.date}
    return Literal(period, datatype=kinds[len(period)], normalize=False)


def _distribution(
    graph: Graph, atlas: AtlasRelease, dataset: URIRef, told: _Described, *, form: str, address: str
) -> URIRef:
    name, media = FORMS[form]
    distribution = URIRef(f"{dataset}-{form}")
    graph.add((distribution, RDF.type, DCAT.Distribution))
    _texts(graph, distribution, DCTERMS.title, {lang: f"{title} ({name})" for lang, title in told.title.items()})
    _texts(graph, distribution, DCTERMS.description, told.description)
    _dated(graph, distribution, atlas)
    graph.add((distribution, DCATAP.availability, URIRef(f"{EUROPE}planned-availability/AVAILABLE")))
    graph.add((distribution, DCAT.accessURL, URIRef(address)))
    graph.add((distribution, DCAT.downloadURL, URIRef(address)))
    graph.add((distribution, DCTERMS["format"], FILE_TYPE[name]))
    graph.add((distribution, DCAT.mediaType, URIRef(f"{IANA}{media}")))
    entries = [atlas.manifest.get("sources", {}).get(source, {}) for source in told.sources]
    for entry in entries:
        if entry.get("attribution"):
            graph.add((distribution, DCATDE.licenseAttributionByText, Literal(entry["attribution"])))
    _licensed(graph, distribution, sorted({str(entry.get("licence", "")) for entry in entries} - {""}))
    return distribution


def _licensed(graph: Graph, distribution: URIRef, licences: Sequence[str]) -> None:
    """Licence of a distribution from the German list; what the list has no word for is said in words beside it."""
    known = [LICENCES.get(each.lower()) for each in licences]
    if len(known) == 1 and known[0]:
        graph.add((distribution, DCTERMS.license, URIRef(known[0])))
        return
    graph.add((distribution, DCTERMS.license, URIRef(OTHER_OPEN if known and all(known) else OTHER_CLOSED)))
    rights = BNode()
    graph.add((distribution, DCTERMS.rights, rights))
    graph.add((rights, RDF.type, DCTERMS.RightsStatement))
    graph.add((rights, RDFS.label, Literal("; ".join(licences) or "–")))
