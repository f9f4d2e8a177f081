"""The catalogue for harvesters: read back by rdflib, every dataset with licence, attribution and files that exist."""

import pytest
from django.test import Client
from rdflib import DCAT, DCTERMS, RDF, Graph, Namespace, URIRef

pytestmark = pytest.mark.usefixtures("home")
DCATDE = Namespace("http://dcat-ap.de/def/dcatde/")
PARSERS = {"ttl": "turtle", "rdf": "xml", "jsonld": "json-ld"}


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
