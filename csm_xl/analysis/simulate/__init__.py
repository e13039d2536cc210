"""Monte Carlo of what a plan costs and what each person is paid, from how attainments may turn out."""

from csm_xl.analysis.simulate.result import Simulation
from csm_xl.analysis.simulate.run import TRIALS, compare, simulate

__all__ = ["TRIALS", "Simulation", "compare", "simulate"]
