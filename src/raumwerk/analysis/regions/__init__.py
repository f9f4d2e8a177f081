"""Functional regions: where people live, work and meet across administrative borders."""

from raumwerk.analysis.regions.communities import (
    Communities,
    Ladder,
    leiden_regions,
    modularity,
    threshold_ladder,
)
from raumwerk.analysis.regions.compare import (
    BorderDisagreement,
    PartitionComparison,
    border_disagreement,
    compare_partitions,
)
from raumwerk.analysis.regions.contiguity import Contiguous, contiguous_regions
from raumwerk.analysis.regions.coombes_bond import FunctionalRegions, functional_regions
from raumwerk.analysis.regions.naming import name_regions
from raumwerk.analysis.regions.nodal import large_flows, nodal_hierarchy
from raumwerk.analysis.regions.parameters import PRESETS, SelfContainment
from raumwerk.analysis.regions.stability import RegionStability, region_stability

__all__ = [
    "PRESETS",
    "BorderDisagreement",
    "Communities",
    "Contiguous",
    "FunctionalRegions",
    "Ladder",
    "PartitionComparison",
    "RegionStability",
    "SelfContainment",
    "border_disagreement",
    "compare_partitions",
    "contiguous_regions",
    "functional_regions",
    "large_flows",
    "leiden_regions",
    "modularity",
    "name_regions",
    "nodal_hierarchy",
    "region_stability",
    "threshold_ladder",
]
