"""A made country: three small states, twelve districts, 120 municipalities, people, commuters. Nothing is real.

Everything follows from one seed, so that every installation makes the same country. It lies in the North Sea and has
states 91 to 93, which no real key uses.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
import shapely

__all__ = ["STATES", "YEARS", "Country", "District", "Municipality", "country"]

Numbers = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]

_SEED = 2_024
_COLUMNS, _ROWS = 12, 10  # cells, one for each municipality; four columns for each state
_WEST, _SOUTH, _STEP_X, _STEP_Y = 3.6, 55.2, 0.16, 0.1  # degrees; about 10 by 11 km
STATES = {"91": "Musterland West", "92": "Musterland Mitte", "93": "Musterland Ost"}
YEARS = (2019, 2021, 2022, 2023)
_STEMS = ("Ahorn", "Birken", "Buchen", "Eichen", "Erlen", "Eschen", "Fichten", "Hasel", "Kiefern", "Linden", "Ulmen",
          "Weiden")  # fmt: skip
_ENDINGS = ("au", "bach", "berg", "dorf", "feld", "grund", "hain", "hausen", "moor", "tal")
_DECAY = {2019: 9.0, 2023: 9.8}  # km: commuting grew longer
_ABROAD = 0.004  # share of jobs in cities held by people who live abroad


@dataclass(frozen=True)
class District:
    """One district: a city of its own, or a rural one."""

    key: str
    name: str
    city: bool


@dataclass(frozen=True)
class Municipality:
    """One municipality with its polygon and centre (WGS 84) and its area."""

    key: str
    name: str
    polygon: shapely.Polygon
    longitude: float
    latitude: float
    km2: float

    @property
    def district(self) -> str:
        """Key of its district."""
        return self.key[:5]


@dataclass(frozen=True)
class Country:
    """The made country.

    Attributes
    ----------
    districts, municipalities : list
        In the order of their keys.
    population, male : dict
        Year → inhabitants of each municipality (men among them), 31 December.
    flows : dict
        Year → commuters between municipalities, residence in rows, 30 June.
    abroad : dict
        Year → people who live abroad and work in each municipality.
    """

    districts: list[District]
    municipalities: list[Municipality]
    population: dict[int, Counts]
    male: dict[int, Counts]
    flows: dict[int, Counts]
    abroad: dict[int, Counts]

    @property
    def district_index(self) -> Counts:
        """Position of each municipality's district."""
        order = {district.key: position for position, district in enumerate(self.districts)}
        return np.array([order[place.district] for place in self.municipalities])

    def between_districts(self, year: int) -> Counts:
        """Commuters between districts, residence in rows, the diagonal included."""
        size = len(self.districts)
        index = self.district_index
        summed = np.zeros((size, size), dtype=np.int64)
        np.add.at(summed, (index[:, None], index[None, :]), self.flows[year])
        return summed

    def by_district(self, values: Counts) -> Counts:
        """Sum of municipal values for each district."""
        return np.bincount(self.district_index, weights=values, minlength=len(self.districts)).astype(np.int64)


@cache
def country() -> Country:
    """Make the country; the same one every time."""
    random = np.random.default_rng(_SEED)
    districts, municipalities = _places(random)
    city = np.array([place.key.endswith("000") for place in municipalities])
    size = np.where(city, random.uniform(110_000, 190_000, city.size), random.lognormal(8.6, 0.7, city.size))
    growth = random.normal(0.002, 0.006, city.size)
    population = {year: np.rint(size * (1 + growth) ** (year - 2019)).astype(np.int64) for year in YEARS}
    share = random.normal(0.493, 0.006, city.size)
    male = {year: np.rint(people * share).astype(np.int64) for year, people in population.items()}
    rate, pull = random.normal(0.41, 0.02, city.size), random.lognormal(0, 0.45, city.size) * np.where(city, 1.7, 1.0)
    flows = {
        year: _commuters(population[max(y for y in YEARS if y <= year)] * rate, pull, municipalities, _DECAY[year])
        for year in _DECAY
    }
    abroad = {
        year: np.where(city, np.rint(_ABROAD * matrix.sum(axis=0)), 0).astype(np.int64)
        for year, matrix in flows.items()
    }
    return Country(districts, municipalities, population, male, flows, abroad)


def _places(random: np.random.Generator) -> tuple[list[District], list[Municipality]]:
    """Cells around points of a shaken grid, cut by a wavy coast."""
    columns, rows = np.meshgrid(np.arange(_COLUMNS), np.arange(_ROWS), indexing="ij")
    shaken = random.uniform(-0.33, 0.33, (2, _COLUMNS, _ROWS))
    x, y = _WEST + (columns + 0.5 + shaken[0]) * _STEP_X, _SOUTH + (rows + 0.5 + shaken[1]) * _STEP_Y
    points = shapely.points(np.stack([x.ravel(), y.ravel()], axis=-1))
    coast = _coast(random)
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(points), extend_to=coast.envelope))
    order = shapely.STRtree(cells).query(points, predicate="intersects")[1]
    polygons = shapely.set_precision(shapely.intersection(cells[order], coast), 1e-6).reshape(x.shape)
    districts: list[District] = []
    places: list[Municipality] = []
    names = [f"{stem}{ending}" for ending in _ENDINGS for stem in _STEMS]
    for number, (state, name) in enumerate(STATES.items()):
        own = _state_cells(number)
        for position, (key, cells_of) in enumerate(own.items(), start=1):
            district = f"{state}{position:03d}"
            title = (
                f"Musterstadt {name.split()[-1]}"
                if key == "city"
                else f"Musterkreis {_STEMS[number * 3 + position - 2]}"
            )
            districts.append(District(district, title, key == "city"))
            for place, (column, row) in enumerate(cells_of, start=0 if key == "city" else 1):
                polygon = polygons[column, row]
                label = title if key == "city" else f"{names[column * _ROWS + row]} (Muster)"
                centre = shapely.point_on_surface(polygon)
                places.append(
                    Municipality(f"{district}{place:03d}", label, polygon, round(centre.x, 5), round(centre.y, 5),
                                 round(_square_km(polygon), 2))
                )  # fmt: skip
    return districts, places


def _state_cells(number: int) -> dict[str, list[tuple[int, int]]]:
    """The city in the middle of the state, and three rural districts around it from south to north."""
    city = (4 * number + 1, 5)
    cells = [(4 * number + column, row) for row in range(_ROWS) for column in range(4)]
    rest = [cell for cell in cells if cell != city]
    bands = {"south": (0, 3), "middle": (3, 7), "north": (7, _ROWS)}
    return {"city": [city]} | {
        name: [cell for cell in rest if low <= cell[1] < high] for name, (low, high) in bands.items()
    }


def _coast(random: np.random.Generator) -> shapely.Polygon:
    width, height = _COLUMNS * _STEP_X, _ROWS * _STEP_Y
    angle = np.linspace(0, 2 * np.pi, 180, endpoint=False)
    wave = 1 + 0.04 * np.sin(5 * angle + random.uniform(0, 6)) + 0.03 * np.sin(11 * angle + random.uniform(0, 6))
    square = np.maximum(np.abs(np.cos(angle)), np.abs(np.sin(angle)))
    x = _WEST + width / 2 * (1 + wave * np.cos(angle) / square)
    y = _SOUTH + height / 2 * (1 + wave * np.sin(angle) / square)
    return shapely.Polygon(np.stack([x, y], axis=-1))


def _square_km(polygon: shapely.Polygon) -> float:
    """Area on a sphere, near enough for an invented place."""
    degree = 111.195
    return float(polygon.area * degree**2 * np.cos(np.radians(polygon.centroid.y)))


def _commuters(residents: Numbers, pull: Numbers, places: list[Municipality], decay: float) -> Counts:
    """Doubly constrained flows with a decay over distance, rounded to whole people."""
    x, y = (np.array([getattr(place, name) for place in places]) for name in ("longitude", "latitude"))
    east = (x[:, None] - x) * 111.195 * np.cos(np.radians(y.mean()))
    km = np.hypot(east, (y[:, None] - y) * 111.195)
    inside = np.sqrt(np.array([place.km2 for place in places])) / 3
    km = np.where(km == 0, inside[:, None], km)
    prior = np.exp(-km / (2 * decay)) / km  # near work counts most, as real commuters show
    jobs = residents * pull
    jobs *= residents.sum() / jobs.sum()
    rows, columns = np.ones_like(residents), np.ones_like(residents)
    for _ in range(100):
        rows = residents / (prior @ columns)
        columns = jobs / (prior.T @ rows)
    return np.asarray(np.rint(rows[:, None] * prior * columns), dtype=np.int64)
