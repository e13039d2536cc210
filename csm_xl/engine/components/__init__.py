"""One file per component type; a file that declares ``TYPE`` is found and used, nothing else to touch."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from csm_xl.engine.component import ComponentType


@cache
def component_types() -> dict[str, ComponentType]:
    """Every component type by name: those that pay a share of the target first, the richest first.

    >>> list(component_types())
    ['metric', 'goals', 'commission', 'pool', 'result_share', 'milestone', 'spif']
    """
    modules = [import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__)]
    found = [module.TYPE for module in modules if hasattr(module, "TYPE")]
    found.sort(key=lambda component: (not component.target_based, -len(component.columns)))
    return {component.name: component for component in found}
