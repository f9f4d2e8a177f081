"""The catalogue for harvesters: read back by rdflib, every dataset with licence, attribution and files that exist."""

import pytest
from django.test import Client
from rdflib import DCAT, DCTERMS, FOAF, RDF, RDFS, SKOS, Graph, Namespace, URIRef

pytestmark = pytest.mark.usefixtures("home")
DCATDE = Namespace("http://dcat-ap.de/def/dcatde/")
DCATAP = Namespace("http://data.europa.eu/r5r/")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
PARSERS = {"ttl": "turtle", "rdf": "xml", "jsonld": "json-ld"}


@pytest.fixture
def empty_memory(atlas):
    """The release has not made its catalogue yet: another setting makes another one."""

    def forget():
        for key in [key for key in atlas._memory if isinstance(key, tuple) and key[0] == "dcat"]:
            del atlas._memory[key]

    forget()
    yield
    forget()


def parsed(ending: str) -> Graph:
    response = Client().get(f"/dcat/catalog.{ending}")
    assert response.status_code == 200
    return Graph().parse(data=response.content, format=PARSERS[ending])


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")  # of the parser that reads it back
def test_every_serialisation_says_the_same():
    sizes = {ending: len(parsed(ending)) for ending in PARSERS}
    assert len(set(sizes.values())) == 1
    assert sizes["ttl"] > 100


def test_every_dataset_is_described(atlas):
    graph = parsed("ttl")
    datasets = list(graph.subjects(RDF.type, DCAT.Dataset))
    assert len(datasets) == 2 * 3  # two regions; two indicators with values and the commuters
    for dataset in datasets:
        for needed in (DCTERMS.title, DCTERMS.description, DCTERMS.publisher, DCTERMS.spatial, DCAT.theme):
            assert graph.value(dataset, needed) is not None
        assert {title.language for title in graph.objects(dataset, DCTERMS.title)} == {"de", "en"}
        assert str(graph.value(dataset, URIRef("http://www.w3.org/ns/dcat#version"))) == atlas.id
        assert len(list(graph.objects(dataset, DCAT.distribution))) == 5


#: Mandatory and recommended properties of DCAT-AP.de 3.0; those of one dataset alone stand in tests of their own.
WANTED = {
    DCAT.Catalog: (
        DCTERMS.title, DCTERMS.description, DCTERMS.publisher, DCTERMS.license, DCTERMS.issued, DCTERMS.modified,
        DCTERMS.language, DCTERMS.spatial, DCAT.themeTaxonomy, DCAT.dataset, DCAT.service, FOAF.homepage,
    ),
    DCAT.Dataset: (
        DCTERMS.title, DCTERMS.description, DCTERMS.publisher, DCTERMS.identifier, DCTERMS.issued, DCTERMS.modified,
        DCTERMS.language, DCTERMS.spatial, DCTERMS.temporal, DCTERMS.accessRights, DCAT.contactPoint,
        DCAT.distribution, DCAT.keyword, DCAT.landingPage, DCAT.theme, DCATDE.contributorID,
        DCATDE.politicalGeocodingLevelURI, DCATDE.politicalGeocodingURI, DCATDE.geocodingDescription,
    ),
    DCAT.Distribution: (
        DCTERMS.title, DCTERMS.description, DCTERMS.license, DCTERMS.issued, DCTERMS.modified, DCTERMS.language,
        DCTERMS["format"], DCAT.accessURL, DCAT.downloadURL, DCAT.mediaType, DCATAP.availability,
        DCATDE.licenseAttributionByText,
    ),
    DCAT.DataService: (
        DCTERMS.title, DCTERMS.publisher, DCTERMS.accessRights, DCAT.endpointURL, DCAT.endpointDescription,
        DCAT.servesDataset, DCTERMS.conformsTo,
    ),
    VCARD.Organization: (VCARD.fn, VCARD.hasURL),
    FOAF.Agent: (FOAF.name,),
    DCTERMS.Location: (DCAT.bbox, SKOS.prefLabel),
    DCTERMS.PeriodOfTime: (DCAT.startDate, DCAT.endDate),
}  # fmt: skip


@pytest.mark.parametrize("kind", WANTED)
def test_everything_has_its_mandatory_and_recommended_properties(kind, settings, empty_memory):
    settings.DCAT_CONTRIBUTOR = "http://dcat-ap.de/def/contributors/probe"
    graph = parsed("ttl")
    subjects = list(graph.subjects(RDF.type, kind))
    assert subjects
    missing = {
        (subject, wanted) for subject in subjects for wanted in WANTED[kind] if (subject, wanted, None) not in graph
    }
    assert missing == set()


def test_what_is_chosen_from_a_list_stands_in_it():
    graph = parsed("ttl")
    lists = {
        DCTERMS.license: "http://dcat-ap.de/def/licenses/",
        DCAT.theme: "http://publications.europa.eu/resource/authority/data-theme/",
        DCTERMS.language: "http://publications.europa.eu/resource/authority/language/",
        DCTERMS["format"]: "http://publications.europa.eu/resource/authority/file-type/",
        DCTERMS.accessRights: "http://publications.europa.eu/resource/authority/access-right/PUBLIC",
        DCATAP.availability: "http://publications.europa.eu/resource/authority/planned-availability/AVAILABLE",
        DCATDE.politicalGeocodingURI: "http://dcat-ap.de/def/politicalGeocoding/districtKey/",
        DCATDE.politicalGeocodingLevelURI: "http://dcat-ap.de/def/politicalGeocoding/Level/",
        DCAT.mediaType: "https://www.iana.org/assignments/media-types/",
    }
    for predicate, start in lists.items():
        found = list(graph.objects(None, predicate))
        assert found
        assert all(isinstance(each, URIRef) and str(each).startswith(start) for each in found), predicate


def test_without_an_identifier_of_govdata_none_is_made_up(empty_memory):
    assert not list(parsed("ttl").objects(None, DCATDE.contributorID))


@pytest.mark.real_data
def test_licences_of_the_official_release_are_named_and_no_closed_one_passes_for_open(official):
    graph = parsed("ttl")
    base = "http://dcat-ap.de/def/licenses/"
    for distribution in graph.subjects(RDF.type, DCAT.Distribution):
        (licence,) = graph.objects(distribution, DCTERMS.license)
        rights = [str(graph.value(each, RDFS.label)) for each in graph.objects(distribution, DCTERMS.rights)]
        assert bool(rights) == (str(licence) in (f"{base}other-open", f"{base}other-closed")), distribution
        if any("BA-Nutzungsbedingungen" in each or "ungeprüft" in each for each in rights):
            assert str(licence) == f"{base}other-closed"


def test_every_distribution_has_licence_attribution_and_a_file_behind_it(settings):
    graph = parsed("ttl")
    for distribution in graph.subjects(RDF.type, DCAT.Distribution):
        assert graph.value(distribution, DCTERMS.license) == URIRef("http://dcat-ap.de/def/licenses/dl-by-de/2.0")
        assert str(graph.value(distribution, DCATDE.licenseAttributionByText)).startswith("© A")
        address = str(graph.value(distribution, DCAT.downloadURL)).removeprefix(settings.BASE_URL)
        assert Client().get(address).status_code == 200, address


def test_interface_for_layers_is_named_and_answers(settings):
    graph = parsed("ttl")
    (service,) = graph.subjects(RDF.type, DCAT.DataService)
    catalogue = graph.value(predicate=RDF.type, object=DCAT.Catalog)
    assert (catalogue, DCAT.service, service) in graph
    for named in (DCAT.endpointURL, DCAT.endpointDescription):
        address = str(graph.value(service, named)).removeprefix(settings.BASE_URL)
        assert Client().get(address).status_code == 200, address


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("text/turtle", "text/turtle"),
        ("application/rdf+xml", "application/rdf+xml"),
        ("application/ld+json", "application/ld+json"),
        ("text/html,*/*;q=0.8", "text/turtle"),
        ("", "text/turtle"),
    ],
)
def test_the_harvester_chooses_the_serialisation(accept, kind):
    response = Client().get("/dcat/", headers={"Accept": accept})
    assert response.headers["Content-Type"].startswith(kind)
    again = Client().get("/dcat/", headers={"Accept": accept, "If-None-Match": response.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.django_db
def test_without_statistics_there_is_no_catalogue(empty_home):
    assert Client().get("/dcat/").status_code == 404
    assert Client().post("/dcat/").status_code == 405
