"""Addresses outside the regions and languages: ``/api/v1/…`` and ``/dcat/``."""

from __future__ import annotations

from django.urls import path, re_path, register_converter
from django.urls.converters import StringConverter
from drf_spectacular.views import SpectacularAPIView

from raumwerk.web.atlas import ogc_urls, planning_urls
from raumwerk.web.atlas.api import commuting, commuting_files, files, pictures, places, problems, structures, views
from raumwerk.web.atlas.api.base import AtlasView
from raumwerk.web.atlas.api.comparison import ScenarioComparison, ScenarioComparisonFile
from raumwerk.web.atlas.api.dcat import SERIALISATIONS, dcat_catalogue
from raumwerk.web.atlas.exports.figure import IMAGE_FORMS


class FormConverter(StringConverter):
    """Ending of a download."""

    regex = "|".join(files.FORMS)


class TableConverter(StringConverter):
    """Ending of a download that is no picture."""

    regex = "|".join(files.TABLES)


class ImageConverter(StringConverter):
    """Ending of a picture."""

    regex = "|".join(IMAGE_FORMS)


class SerialisationConverter(StringConverter):
    """Ending of the catalogue."""

    regex = "|".join(SERIALISATIONS)


register_converter(FormConverter, "form")
register_converter(TableConverter, "tableform")
register_converter(ImageConverter, "image")
register_converter(SerialisationConverter, "serialisation")

#: Charts that are pictures alone, by their address.
PICTURES: dict[str, type[AtlasView]] = {
    "histogram": pictures.HistogramPicture,
    "scatter": pictures.ScatterPicture,
    "two-maps": pictures.TwoMapsPicture,
    "locator": pictures.LocatorPicture,
    "age": pictures.AgePicture,
    "sectors": pictures.SectorsPicture,
    "trend": pictures.TrendPicture,
    "trends": pictures.TrendsPicture,
}

urlpatterns = [
    path("api/v1/releases/", views.Releases.as_view(), name="api-releases"),
    path("api/v1/sources/", views.Sources.as_view(), name="api-sources"),
    path("api/v1/indicators/", views.Indicators.as_view(), name="api-indicators"),
    path("api/v1/regions/", views.Regions.as_view(), name="api-regions"),
    path("api/v1/regions/<slug:slug>/", views.RegionDetail.as_view(), name="api-region"),
    path("api/v1/regions/<slug:slug>/shapes/", views.RegionShapes.as_view(), name="api-shapes"),
    path("api/v1/nation/shapes/", views.NationShapes.as_view(), name="api-nation-shapes"),
    path("api/v1/regions/<slug:slug>/values/", views.RegionValues.as_view(), name="api-values"),
    path("api/v1/regions/<slug:slug>/flows/", views.RegionFlows.as_view(), name="api-flows"),
    path("api/v1/regions/<slug:slug>/commuting/", commuting.RegionCommuting.as_view(), name="api-commuting"),
    path("api/v1/regions/<slug:slug>/interfaces/", commuting.RegionInterfaces.as_view(), name="api-interfaces"),
    path("api/v1/regions/<slug:slug>/values.<form:form>", files.ValueFile.as_view(), name="api-values-file"),
    path("api/v1/regions/<slug:slug>/flows.<form:form>", files.FlowFile.as_view(), name="api-flows-file"),
    path(
        "api/v1/regions/<slug:slug>/commuting.<form:form>",
        commuting_files.CommutingFile.as_view(),
        name="api-commuting-file",
    ),
    path(
        "api/v1/regions/<slug:slug>/interfaces.<form:form>",
        commuting_files.InterfacesFile.as_view(),
        name="api-interfaces-file",
    ),
    *(
        path(f"api/v1/regions/<slug:slug>/{name}.<image:form>", view.as_view(), name=f"api-{name}-picture")
        for name, view in PICTURES.items()
    ),
    path("api/v1/regions/<slug:slug>/place/", structures.Place.as_view(), name="api-place"),
    path("api/v1/regions/<slug:slug>/profile/", places.PlaceFigures.as_view(), name="api-profile"),
    path("api/v1/regions/<slug:slug>/profile.<tableform:form>", places.ProfileFile.as_view(), name="api-profile-file"),
    path(
        "api/v1/regions/<slug:slug>/scenario-comparison/",
        ScenarioComparison.as_view(),
        name="api-scenario-comparison",
    ),
    path(
        "api/v1/regions/<slug:slug>/scenario-comparison.<form:form>",
        ScenarioComparisonFile.as_view(),
        name="api-scenario-comparison-file",
    ),
    *planning_urls.API,
    path("api/v1/areas/<str:key>/", views.AreaProfile.as_view(), name="api-area"),
    path("api/v1/lineage/", views.Lineage.as_view(), name="api-lineage"),
    path("api/v1/schema/", SpectacularAPIView.as_view(urlconf="raumwerk.web.atlas.api_urls"), name="api-schema"),
    re_path(r"^api/", problems.not_found),
    *ogc_urls.ADDRESSES,
    path("dcat/", dcat_catalogue, name="dcat"),
    path("dcat/catalog.<serialisation:ending>", dcat_catalogue, name="dcat-file"),
]
