"""The worksheet functions, their registry, and the one way to call them."""

from csm_xl.functions.calling import call
from csm_xl.functions.registry import REGISTRY, Function, Parameter, Result, find, load

__all__ = ["REGISTRY", "Function", "Parameter", "Result", "call", "find"]

load(__name__, __path__, later=("formula", "reference"))
