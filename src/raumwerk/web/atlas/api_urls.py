"""Addresses outside the regions and languages: ``/api/v1/…`` and ``/dcat/``."""

from __future__ import annotations

from django.urls import path, re_path, register_converter
from django.urls.converters import StringConverter
from drf_spectacular.views import SpectacularAPIView

from raumwerk.web.atlas import ogc_urls, planning_urls
from raumwerk.web.atlas.api import commuting, commuting_files, files, problems, views
from raumwerk.web.atlas.api.dcat import SERIALISATIONS, dcat_catalogue


class FormConverter(StringConverter):
    """Ending of a download."""

    regex = "|".join(files.FORMS)


class TableConverter(StringConverter):
    """Ending of a download that is no picture."""

    regex = "|".join(files.TABLES)


class SerialisationConverter(StringConverter):
    """Ending of the catalogue."""

    regex = "|".join(SERIALISATIONS)


register_converter(FormConverter, "form")
register_converter(TableConverter, "tableform")
register_converter(SerialisationConverter, "serialisation")

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
        "api/v1/regions/<slug:slug>/commuting.<tableform:form>",
        commuting_files.CommutingFile.as_view(),
        name="api-commuting-file",
    ),
    path(
        "api/v1/regions/<slug:slug>/interfaces.<tableform:form>",
        commuting_files.InterfacesFile.as_view(),
        name="api-interfaces-file",
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
