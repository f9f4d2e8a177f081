"""Tables of the made country: age, sectors, unemployment, land, dwellings, energy, places of supply."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from raumwerk.pipeline.sample.country import STATES, Country, Counts, Numbers

__all__ = ["write_tables"]

_SEED = 91
_AGES = ("unter 3 Jahre", "3 bis unter 6 Jahre", "6 bis unter 10 Jahre", "10 bis unter 15 Jahre",
         "15 bis unter 18 Jahre", "18 bis unter 20 Jahre", "20 bis unter 25 Jahre", "25 bis unter 30 Jahre",
         "30 bis unter 35 Jahre", "35 bis unter 40 Jahre", "40 bis unter 45 Jahre", "45 bis unter 50 Jahre",
         "50 bis unter 55 Jahre", "55 bis unter 60 Jahre", "60 bis unter 65 Jahre", "65 bis unter 75 Jahre",
         "75 Jahre und mehr")  # fmt: skip
_AGE_SHARES = np.array([27, 27, 36, 45, 27, 19, 55, 58, 65, 64, 62, 61, 82, 83, 71, 106, 112]) / 1000
_SECTORS = ("Land- und Forstwirtschaft, Fischerei (A)", "Verarbeitendes Gewerbe (C)", "Baugewerbe (F)",
            "Handel, Gastgewerbe, Verkehr (G-I)", "Information und Kommunikation (J)",
            "Erbringung von Finanz- und Vers.leistungen (K)", "Grundstücks- und Wohnungswesen (L)",
            "Freiberufl,wissenschaftl. techn. Dienstl.,sonst.DL", "Öff.Verw.,Verteidig.,Sozialvers.,Erz.-u.Unterricht",
            "Kunst, Unterhaltung, Erholung, Priv. Haush.,usw.")  # fmt: skip
_SECTOR_SHARES = np.array([1, 21, 6, 22, 3, 3, 1, 13, 26, 4]) / 100
_MADE = "© Raumwerk: erfundene Zahlen eines erfundenen Landes"
_LAND = ("land_settlement", "land_traffic", "veg_agri", "veg_forrest", "veg_wood", "veg_heath", "veg_moor", "veg_marsh",
         "veg_plant_uncover_com", "water_total")  # fmt: skip
_LAND_SHARES = np.array([9, 5, 51, 28, 1, 1, 1, 0.5, 1, 2.5])


def write_tables(folder: Path, made: Country) -> list[Path]:
    """Write every table; each in the layout of its publisher or passer-on."""
    random = np.random.default_rng(_SEED)
    return [
        _ages(folder, made, random),
        *(_sectors(folder, made, year, random) for year in (2019, 2023)),
        _unemployment(folder, made, random),
        _land(folder, made, random),
        _dwellings(folder, made, random),
        _energy(folder, made, random),
        *_supply(folder, made, random),
    ]


def _split(total: int, shares: Numbers, random: np.random.Generator) -> Counts:
    """Whole numbers that add up to ``total``, near the shares."""
    shaken = shares * random.uniform(0.85, 1.15, shares.size)
    parts = np.floor(total * shaken / shaken.sum()).astype(np.int64)
    parts[int(np.argmax(shares))] += total - int(parts.sum())
    return np.asarray(parts)


def _flat(folder: Path, name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> Path:
    """A plain csv, gzipped where the name says so (without a time stamp inside)."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    data = buffer.getvalue().encode()
    path = folder / name
    path.write_bytes(gzip.compress(data, mtime=0) if name.endswith(".gz") else data)
    return path


def _genesis(folder: Path, name: str, lines: Sequence[str]) -> Path:
    path = folder / name
    path.write_bytes(
        "\r\n".join([*lines, "__________", _MADE, "Stand: 01.01.2024 / 12:00:00"]).encode("latin-1") + b"\r\n"
    )
    return path


def _ages(folder: Path, made: Country, random: np.random.Generator) -> Path:
    lines = ["GENESIS-Tabelle: 12411-0018", "Bevölkerung: Kreise, Stichtag, Geschlecht, Altersgruppen;;;",
             "Fortschreibung des Bevölkerungsstandes;;;", "Bevölkerungsstand (Anzahl);;;",
             ";;;" + ";".join(["männlich"] * len(_AGES) + ["weiblich"] * len(_AGES)),
             ";;;" + ";".join(_AGES * 2)]  # fmt: skip
    for year in (2019, 2021, 2023):
        men, all_people = made.by_district(made.male[year]), made.by_district(made.population[year])
        for index, district in enumerate(made.districts):
            numbers = [*_split(int(men[index]), _AGE_SHARES, random),
                       *_split(int(all_people[index] - men[index]), _AGE_SHARES, random)]  # fmt: skip
            kind = "kreisfreie Stadt" if district.city else "Landkreis"
            lines.append(f"31.12.{year};{district.key};{district.name}, {kind};" + ";".join(map(str, numbers)))
    return _genesis(folder, "12411-0018_muster.csv", lines)


def _sectors(folder: Path, made: Country, year: int, random: np.random.Generator) -> Path:
    """Employees at work by sector; a few small cells are masked, as in the real table."""
    jobs = made.by_district(made.flows[year].sum(axis=0) + made.abroad[year])
    parts = np.array([_split(int(total), _SECTOR_SHARES, random) for total in jobs])
    lines = ["GENESIS-Tabelle: 13111-07-05-4", "Sozialversicherungspflichtig Beschäftigte am Arbeitsort nach;;;;;;;;",
             "Geschlecht, Nationalität und Wirtschaftszweigen - Stichtag;;;;;;;;",
             "30.06. - Kreise u. krfr. Städte;;;;;;;;",
             "Sozialversicherungspflichtig Beschäftigte;;;;;;;;",
             "Sozialversicherungspfl. Beschäftigte (Arbeitsort) (Anzahl);;;;;;;;", f"Stichtag: 30.06.{year};;;;;;;;",
             ";;;Nationalität;Nationalität;Nationalität;Nationalität;Nationalität;Nationalität",
             ";;;Insgesamt;Insgesamt;Insgesamt;Ausländer(innen);Ausländer(innen);Ausländer(innen)",
             ";;;Geschlecht;Geschlecht;Geschlecht;Geschlecht;Geschlecht;Geschlecht",
             ";;;Insgesamt;männlich;weiblich;Insgesamt;männlich;weiblich"]  # fmt: skip
    for state, name in STATES.items():
        inside = [one.key[:2] == state for one in made.districts]
        lines += _sector_lines(state, f"  {name}", parts[inside].sum(axis=0))
    for index, district in enumerate(made.districts):
        lines += _sector_lines(district.key, f"      {district.name}", parts[index])
    return _genesis(folder, f"13111-07-05-4_{year}_muster.csv", lines)


def _sector_lines(key: str, name: str, parts: Counts) -> list[str]:
    farm, industry, building, *services = (int(part) for part in parts)
    printed = {
        _SECTORS[0]: farm, "Produzierendes Gewerbe (B-F)": industry + building,
        "Produzierendes Gewerbe ohne Baugewerbe (B-E)": industry, _SECTORS[1]: industry, _SECTORS[2]: building,
        "Dienstleistungsbereiche (G-U)": sum(services), **dict(zip(_SECTORS[3:], services, strict=True)),
        "Insgesamt": int(parts.sum()),
    }  # fmt: skip
    lines = []
    for sector, people in printed.items():
        men, foreign = people * 54 // 100, people * 11 // 100
        counts = (people, men, people - men, foreign, foreign * 6 // 10, foreign - foreign * 6 // 10)
        lines.append(f"{key};{name};{sector};" + ";".join(map(str, counts)))
    return lines


def _unemployment(folder: Path, made: Country, random: np.random.Generator) -> Path:
    """Unemployed and people of working age by municipality; the working ages match the table of ages only roughly."""
    rate = random.uniform(0.02, 0.05, len(made.municipalities))
    rows = []
    for index, place in enumerate(made.municipalities):
        for year in (2019, 2021):
            working = round(int(made.population[year][index]) * 0.64)
            rows.append((place.key, place.name, year, round(working * rate[index]), working))
    return _flat(folder, "arbeitslose_muster.csv.gz", ("ags", "name", "year", "arbeitslose", "pop_15_64"), rows)


def _land(folder: Path, made: Country, random: np.random.Generator) -> Path:
    rows = []
    for place in made.municipalities:
        shares = _LAND_SHARES * ([4, 2, 0.5, 0.4, 1, 1, 1, 1, 1, 1] if place.key.endswith("000") else np.ones(10))
        total = round(place.km2 * 100)
        parts = _split(total, shares, random)
        rows.append((place.key, total, *parts.tolist(), int(parts[0]) // 6))
    return _flat(folder, "flaeche_muster_2021-12-31.csv", ("ags", "land_total", *_LAND, "settlement_ghd"), rows)


def _dwellings(folder: Path, made: Country, random: np.random.Generator) -> Path:
    header = ("ags", "residential_buildings_total", "buildings_1flat", "buildings_2flats", "buildings_3flats",
              "buildings_dorms", "residential_buildings_area_total")  # fmt: skip
    rows = []
    for index, place in enumerate(made.municipalities):
        people = int(made.population[2021][index])
        city = place.key.endswith("000")
        total = people // (7 if city else 3)
        parts = _split(total, np.array([45, 15, 39, 1] if city else [72, 17, 10, 1]) / 100, random)
        rows.append((place.key, total, *parts.tolist(), round(people * (42 if city else 52) / 1000)))
    return _flat(folder, "wohnungen_muster_2021-12-31.csv", header, rows)


def _energy(folder: Path, made: Country, random: np.random.Generator) -> Path:
    rows = []
    for index, place in enumerate(made.municipalities):
        sun = float(made.population[2023][index]) * random.uniform(0.4, 1.4)
        wind = random.choice([0.0, 0.0, 3_000.0]) * random.integers(1, 8)
        rows.append((place.key, round(sun, 3), round(wind, 3), round(random.uniform(0, 900), 3), 0.0))
    return _flat(folder, "energie_muster_2024-12-31.csv", ("ags", "pv", "wind_on", "biomass", "water"), rows)


def _supply(folder: Path, made: Country, random: np.random.Generator) -> list[Path]:
    """Stations, hospitals, schools and pharmacies: the more people, the more likely."""
    stations: list[Sequence[object]] = []
    hospitals: list[Sequence[object]] = []
    schools: list[Sequence[object]] = []
    pharmacies: list[Sequence[object]] = []
    for index, place in enumerate(made.municipalities):
        people = int(made.population[2023][index])
        lon, lat = place.longitude, place.latitude
        if people > 6_000:
            stations.append(
                (9_100_000 + index, f"M{index:03d}", "", f"{place.name} Bahnhof", "RV", lon, lat, "erfunden")
            )
        if people > 20_000:
            hospitals.append((2019, f"91{index:04d}", f"Klinikum {place.name}", "", "öffentlich", people // 180, 0, 0,
                              0, "99999", place.name, "", "", lat, lon, ""))  # fmt: skip
        for number in range(max(people // 4_000, 1 if people > 1_500 else 0)):
            shift = random.uniform(-0.01, 0.01, 2)
            schools.append((f"MU-{index:03d}{number:02d}", f"Schule {number + 1} {place.name}", "Grundschule",
                            "Grundschule", "MU", "", round(lon + shift[0], 5), round(lat + shift[1], 5),
                            ""))  # fmt: skip
        for number in range(people // 5_000):
            shift = random.uniform(-0.01, 0.01, 2)
            pharmacies.append((f"Apotheke {number + 1}", round(lon + shift[0], 6), round(lat + shift[1], 6)))
    return [
        _flat(folder, "bahnhoefe_muster.csv", ("eva", "ds100", "ifopt", "name", "verkehr", "lon", "lat", "betreiber"),
              stations),
        _flat(folder, "kliniken_muster.csv",
              ("year", "ID", "HospitalName", "HospitalOperatorName", "type", "quantityBeds", "quantityCasesFull",
               "universityClinic", "psychiatricHospital", "zip", "city", "street", "housenumber", "lat", "lon",
               "urlHospital"), hospitals),
        _flat(folder, "schulen_muster.csv",
              ("id", "name", "school_type", "school_type_entity", "state", "address", "lon", "lat", "file"), schools),
        _flat(folder, "apotheken_muster.csv", ("name", "lon", "lat"), pharmacies),
    ]  # fmt: skip
