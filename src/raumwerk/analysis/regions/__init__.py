"""Functional regions: where people live, work and meet across administrative borders."""

from raumwerk.analysis.regions.coombes_bond import FunctionalRegions, functional_regions
from raumwerk.analysis.regions.parameters import PRESETS, SelfContainment

__all__ = ["PRESETS", "FunctionalRegions", "SelfContainment", "functional_regions"]
