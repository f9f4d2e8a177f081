"""What the OpenAPI file tells of every question: an example to try, and the problems that may come back."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiResponse

from raumwerk.web.atlas.api import answers

__all__ = ["EXAMPLES", "PROBLEMS", "example"]

#: One address of each question that can be tried on the released figures; a test asks them all.
EXAMPLES = {
    "releases": "releases/",
    "sources": "sources/?lang=en",
    "indicators": "indicators/?topic=demography",
    "regions": "regions/",
    "region": "regions/mitte/",
    "shapes": "regions/mitte/shapes/?level=district",
    "nation_shapes": "nation/shapes/?level=district",
    "values": "regions/mitte/values/?indicator=population_density&level=municipality&classes=7",
    "values_file": "regions/mitte/values.png?indicator=population_density&level=district&scope=germany",
    "histogram": "regions/mitte/histogram.svg?indicator=population_density&level=municipality",
    "scatter": "regions/mitte/scatter.svg?indicator=population_density&compare=share_65_plus&level=district",
    "two_maps": "regions/mitte/two-maps.pdf?indicator=population_density&compare=share_65_plus&level=district",
    "flows": "regions/mitte/flows/?area=06611&direction=in&border=crossing",
    "flows_file": "regions/mitte/flows.geojson?area=06611&direction=in",
    "commuting": "regions/mitte/commuting/?area=05762,06611&direction=net&min=50&km_max=80",
    "commuting_file": "regions/mitte/commuting.xlsx?area=05762,06611&direction=net&min=50&km_max=80",
    "interfaces": "regions/mitte/interfaces/?area=05762&kind=more",
    "interfaces_file": "regions/mitte/interfaces.parquet?area=05762&kind=more",
    "area": "areas/06611000/",
    "profile": "regions/mitte/profile/?area=05762020,05774032&together=true",
    "profile_file": "regions/mitte/profile.gpkg?area=06611,03159,05774",
    "place": "regions/mitte/place/?area=05762020",
    "locator": "regions/mitte/locator.svg?area=05762020",
    "age": "regions/mitte/age.svg?area=05762020",
    "sectors": "regions/mitte/sectors.svg?area=05762020",
    "trend": "regions/mitte/trend.svg?area=05762020&indicator=population",
    "trends": "regions/mitte/trends.svg?area=06611,03159,05774&indicator=population",
    "analysis_economy": "regions/mitte/economy/",
    "analysis_economy_file": "regions/mitte/economy.csv",
    "analysis_regions": "regions/mitte/functional-regions/?level=district",
    "analysis_regions_file": "regions/mitte/functional-regions.geojson?level=district&table=areas",
    "analysis_centres": "regions/mitte/centres/?view=nodes",
    "analysis_centres_file": "regions/mitte/centres.gpkg?view=supply",
    "analysis_scenarios": "regions/mitte/scenarios/?telework_share=30",
    "analysis_scenarios_file": "regions/mitte/scenarios.parquet?telework_share=30",
    "scenario_comparison": "regions/mitte/scenario-comparison/?s=telework_share%3D30%26name%3DA&s=centrality%3D10",
    "scenario_comparison_file": "regions/mitte/scenario-comparison.geojson?s=telework_share%3D30&s=centrality%3D10",
    "lineage": "lineage/?table=flows&origin=05762&destination=05774&period=2019-06-30",
}
_TOLD = {
    400: "A parameter is wrong; the problem says which and what is possible.",
    404: "No such release, region, indicator or area, or the release lacks what is asked for.",
    503: "Others are having long calculations done; Retry-After says when to ask again.",
}
#: Problems as every question may answer them.
PROBLEMS = {
    (code, "application/problem+json"): OpenApiResponse(answers.Problem, description=text)
    for code, text in _TOLD.items()
}


def example(name: str) -> str:
    """Words of the description of a question: an address that can be tried."""
    return f"Example: `/api/v1/{EXAMPLES[name]}`"
