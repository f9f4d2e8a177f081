"""What the municipal estimate learned from two countries; written by benchmarks/estimate_accuracy.py.

Sources: census 2011 of Belgium (Statbel) and the commuter matrix of Switzerland, between communes.
"""

from __future__ import annotations

from raumwerk.analysis.estimate.accuracy import Accuracy, SizeClass
from raumwerk.analysis.estimate.prior import Prior

__all__ = ["INTERVALS", "PRIOR", "PRIORS", "VALIDATION"]

#: The prior learned on each country alone, and on both.
PRIORS = {
    "Belgium": Prior(
        {
            "log_distance": -0.243796,
            "log_distance_squared": -0.358488,
            "log_distance_x_jobs": 0.049357,
            "log_distance_x_residents": 0.074716,
            "nearer_jobs": -0.233035,
            "nearer_residents": -0.240433,
            "within": -1.374682,
            "within_x_residents": 0.248691,
            "within_x_few_residents": 0.357310,
            "within_x_jobs": -0.748784,
            "within_x_few_jobs": -0.011853,
            "within_x_job_potential": -0.206345,
            "within_x_resident_potential": 0.547656,
        },
        "communes of Belgium",
    ),
    "Switzerland": Prior(
        {
            "log_distance": -0.999634,
            "log_distance_squared": -0.488504,
            "log_distance_x_jobs": 0.088288,
            "log_distance_x_residents": 0.157291,
            "nearer_jobs": -0.337463,
            "nearer_residents": -0.162431,
            "within": -3.596514,
            "within_x_residents": 0.610196,
            "within_x_few_residents": 0.281917,
            "within_x_jobs": -0.801596,
            "within_x_few_jobs": 0.554896,
            "within_x_job_potential": -0.620804,
            "within_x_resident_potential": 0.884827,
        },
        "communes of Switzerland",
    ),
    "both": Prior(
        {
            "log_distance": -1.226206,
            "log_distance_squared": -0.419328,
            "log_distance_x_jobs": 0.078920,
            "log_distance_x_residents": 0.156577,
            "nearer_jobs": -0.261035,
            "nearer_residents": -0.168855,
            "within": -4.144676,
            "within_x_residents": 0.520160,
            "within_x_few_residents": 0.238895,
            "within_x_jobs": -0.702834,
            "within_x_few_jobs": 0.655498,
            "within_x_job_potential": -0.339256,
            "within_x_resident_potential": 0.696459,
        },
        "communes of Belgium and communes of Switzerland",
    ),
}

#: The prior that estimates start from unless told otherwise.
PRIOR = PRIORS["both"]

#: Errors of the estimate by size of the flow, each country estimated with the prior of the other.
INTERVALS = (
    SizeClass(False, 0.0, 1.0, 3797153, 162607.0, 1.0000, 1.3225, 0.0000, 0.0000),
    SizeClass(False, 1.0, 3.0, 101058, 176339.6, 1.0000, 1.0827, 0.0000, 3.8372),
    SizeClass(False, 3.0, 10.0, 65482, 359275.8, 0.6700, 0.7476, 0.0000, 2.9727),
    SizeClass(False, 10.0, 30.0, 31956, 549576.5, 0.4006, 0.5182, 0.1540, 2.4285),
    SizeClass(False, 30.0, 100.0, 16521, 884758.4, 0.3264, 0.4090, 0.3139, 2.0604),
    SizeClass(False, 100.0, 300.0, 6469, 1084631.5, 0.2620, 0.3192, 0.3992, 1.7884),
    SizeClass(False, 300.0, 1000.0, 2192, 1123687.5, 0.2145, 0.2531, 0.5167, 1.5850),
    SizeClass(False, 1000.0, None, 534, 1038215.4, 0.1467, 0.1829, 0.6095, 1.4197),
    SizeClass(True, 0.0, 1.0, 1, 0.9, 1.1707, 1.1707, 2.1707, 2.1707),
    SizeClass(True, 1.0, 3.0, 7, 15.2, 0.1998, 1.0398, 1.0603, 3.3542),
    SizeClass(True, 3.0, 10.0, 69, 489.1, 0.5963, 0.6111, 1.2441, 2.0950),
    SizeClass(True, 10.0, 30.0, 240, 4712.3, 0.4113, 0.4520, 0.8869, 1.9987),
    SizeClass(True, 30.0, 100.0, 586, 36054.2, 0.2405, 0.2743, 0.7013, 1.7093),
    SizeClass(True, 100.0, 300.0, 629, 115522.9, 0.1837, 0.2148, 0.6031, 1.5003),
    SizeClass(True, 300.0, 1000.0, 656, 378729.8, 0.1346, 0.1694, 0.6570, 1.4060),
    SizeClass(True, 1000.0, None, 599, 2395586.9, 0.0947, 0.0887, 0.7403, 1.2423),
)

#: Accuracy of the estimate of each country with the prior of the other.
VALIDATION = {
    "Belgium": Accuracy(
        0.8840,
        0.8427,
        1.0039,
        (
            SizeClass(False, 0.0, 1.0, 260696, 45913.8, 1.0000, 1.7566, 0.0000, 8.6397),
            SizeClass(False, 1.0, 3.0, 34516, 60739.6, 0.6885, 0.8639, 0.0000, 3.6280),
            SizeClass(False, 3.0, 10.0, 24447, 135651.9, 0.4521, 0.5735, 0.1770, 2.6335),
            SizeClass(False, 10.0, 30.0, 13175, 228489.0, 0.3452, 0.4233, 0.3407, 2.1432),
            SizeClass(False, 30.0, 100.0, 7780, 421830.1, 0.2819, 0.3383, 0.4226, 1.8278),
            SizeClass(False, 100.0, 300.0, 3641, 621394.8, 0.2380, 0.2818, 0.4640, 1.6405),
            SizeClass(False, 300.0, 1000.0, 1347, 698098.6, 0.1986, 0.2274, 0.5296, 1.4778),
            SizeClass(False, 1000.0, None, 318, 580672.2, 0.1439, 0.1643, 0.6497, 1.4156),
            SizeClass(True, 10.0, 30.0, 1, 13.3, 0.3219, 0.3219, 0.6781, 0.6781),
            SizeClass(True, 30.0, 100.0, 2, 193.4, 0.2922, 0.2907, 0.6619, 1.1879),
            SizeClass(True, 100.0, 300.0, 33, 7768.2, 0.1442, 0.1650, 0.6958, 1.4218),
            SizeClass(True, 300.0, 1000.0, 196, 131839.3, 0.0966, 0.1139, 0.7768, 1.2333),
            SizeClass(True, 1000.0, None, 357, 1351603.6, 0.0763, 0.0726, 0.8092, 1.1940),
        ),
    ),
    "Switzerland": Accuracy(
        0.8185,
        0.7548,
        0.9832,
        (
            SizeClass(False, 0.0, 1.0, 3536457, 116693.2, 1.0000, 1.1517, 0.0000, 0.0000),
            SizeClass(False, 1.0, 3.0, 66542, 115600.0, 1.0000, 1.1977, 0.0000, 3.9638),
            SizeClass(False, 3.0, 10.0, 41035, 223623.8, 0.9636, 0.8532, 0.0000, 3.1820),
            SizeClass(False, 10.0, 30.0, 18781, 321087.5, 0.4484, 0.5857, 0.0000, 2.6288),
            SizeClass(False, 30.0, 100.0, 8741, 462928.3, 0.3758, 0.4734, 0.2402, 2.2533),
            SizeClass(False, 100.0, 300.0, 2828, 463236.6, 0.3093, 0.3694, 0.3285, 1.9550),
            SizeClass(False, 300.0, 1000.0, 845, 425588.9, 0.2529, 0.2952, 0.4756, 1.7492),
            SizeClass(False, 1000.0, None, 216, 457543.1, 0.1550, 0.2066, 0.5227, 1.4336),
            SizeClass(True, 0.0, 1.0, 1, 0.9, 1.1707, 1.1707, 2.1707, 2.1707),
            SizeClass(True, 1.0, 3.0, 7, 15.2, 0.1998, 1.0398, 1.0603, 3.3542),
            SizeClass(True, 3.0, 10.0, 69, 489.1, 0.5963, 0.6111, 1.2441, 2.0950),
            SizeClass(True, 10.0, 30.0, 239, 4699.1, 0.4134, 0.4524, 0.9254, 1.9994),
            SizeClass(True, 30.0, 100.0, 584, 35860.8, 0.2405, 0.2742, 0.7040, 1.7108),
            SizeClass(True, 100.0, 300.0, 596, 107754.7, 0.1870, 0.2184, 0.5896, 1.4932),
            SizeClass(True, 300.0, 1000.0, 460, 246890.5, 0.1608, 0.1991, 0.6348, 1.4496),
            SizeClass(True, 1000.0, None, 242, 1043983.3, 0.1240, 0.1095, 0.6647, 1.2573),
        ),
    ),
}
