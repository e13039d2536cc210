"""Cost forecast by Monte Carlo: cost of a plan and pay of each person, from distributions of attainment."""

from csm_xl.analysis.simulate.result import Simulation
from csm_xl.analysis.simulate.run import TRIALS, compare, simulate

__all__ = ["TRIALS", "Simulation", "compare", "simulate"]
