"""The UNO component: Calc calls its methods, one a worksheet function, and it asks the registry.

The same class serves in an office, where the add-in's component makes it, and in another process that
registers it with a running office (`serve`), as tests do.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from csm_xl.errors import CsmError
from csm_xl.functions import REGISTRY, Function
from csm_xl.functions.calling import compute, plain
from csm_xl.libreoffice.addin import INTERFACE, MODULE, SERVICE, method
from csm_xl.libreoffice.conversion import failed, from_calc, to_calc


def answer(function: Function, given: tuple[Any, ...]) -> Any:
    """The result of a function for arguments from Calc."""
    if function.parameters and function.parameters[-1].rank == "tables":
        own = len(function.parameters) - 1
        given = (*given[:own], *(one for one in given[own:] if one is not None))  # Calc gives all of them
    try:
        return to_calc(plain(compute(function, [from_calc(one) for one in given])))
    except CsmError as error:
        return failed(error)


def functions_class() -> Any:
    """The class of the component; UNO must be there, and know the interface of the add-in."""
    import unohelper
    from com.sun.star.lang import XServiceInfo, XServiceName

    interface: Any = getattr(__import__(MODULE, fromlist=[INTERFACE]), INTERFACE)

    class CsmFunctions(unohelper.Base, interface, XServiceInfo, XServiceName):  # type: ignore[misc]
        """Every worksheet function as a method."""

        def __init__(self, *_: Any) -> None:
            super().__init__()

        # UNO asks by these names.
        def getServiceName(self) -> str:  # noqa: N802
            return SERVICE

        def getImplementationName(self) -> str:  # noqa: N802
            return SERVICE

        def supportsService(self, name: str) -> bool:  # noqa: N802
            return name == SERVICE

        # Not com.sun.star.sheet.AddIn: with it Calc would ask the component, and not the description,
        # for names, and skip the compatibility names.
        def getSupportedServiceNames(self) -> tuple[str, ...]:  # noqa: N802
            return (SERVICE,)

    for function in REGISTRY.values():
        setattr(CsmFunctions, method(function), _method(function))
    return CsmFunctions


def _method(function: Function) -> Callable[..., Any]:
    def called(_: Any, *given: Any) -> Any:
        return answer(function, given)

    called.__name__ = method(function)
    return called


def serve(context: Any) -> Any:
    """Register the functions of this process with a running office; they stay registered as long as the
    returned object exists.

    context: the component context of the office, which has the add-in without its component.
    """
    import unohelper
    from com.sun.star.lang import XServiceInfo, XSingleComponentFactory

    made = functions_class()

    class Factory(unohelper.Base, XSingleComponentFactory, XServiceInfo):  # type: ignore[misc]
        """Makes the component when Calc asks for it."""

        def createInstanceWithContext(self, _: Any) -> Any:  # noqa: N802
            return made()

        def createInstanceWithArgumentsAndContext(self, _: Any, __: Any) -> Any:  # noqa: N802
            return made()

        def getImplementationName(self) -> str:  # noqa: N802
            return SERVICE

        def supportsService(self, name: str) -> bool:  # noqa: N802
            return name == SERVICE

        def getSupportedServiceNames(self) -> tuple[str, ...]:  # noqa: N802
            return (SERVICE,)

    factory = Factory()
    context.ServiceManager.insert(factory)
    return factory
