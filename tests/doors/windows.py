"""Stand-ins for pywin32, so that xlwings' own code for worksheet functions runs on any machine.

What runs is xlwings' real pipeline: its decorators, `com_server.XLPython().CallUDF`, its reading of
ranges and its conversions. What is in is only what Windows would give: the COM types it checks for
and a range that has a value. Tests and the building of VBA use it; the product never does.
"""

import ctypes
import datetime as dt
import importlib
import os
import sys
import types
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np  # noqa: F401 - before Windows is pretended, so that it loads as what it is here
import pandas as pd  # noqa: F401
import xlwings

RANGE_IID = "{00020846-0000-0000-C000-000000000046}"
"""What COM knows the type of an Excel range by."""


class _Anything:
    """A Windows library of which nothing is asked but that its names exist."""

    def __getattr__(self, name):
        return _Anything()

    def __call__(self, *args, **kwargs):
        return _Anything()


class TimeType(dt.datetime):
    """The type that pywin32 gives dates as: a datetime with a time zone, which cannot be pickled."""


TimeType.__module__, TimeType.__qualname__ = "pywintypes", "datetime"  # by this name, nothing finds it


def com_date(year: int, month: int, day: int) -> Any:
    """A date cell, as COM hands it over."""
    return TimeType(year, month, day, tzinfo=dt.UTC)


class ComRange:
    """A range, as COM hands it over: its `Value` is a scalar, or a tuple of rows."""

    def __init__(self, value: Any) -> None:
        self.Value = value
        rows = value if isinstance(value, tuple) else ((value,),)
        self.Row = self.Column = 1
        self.Rows = types.SimpleNamespace(Count=len(rows))
        self.Columns = types.SimpleNamespace(Count=len(rows[0]))
        book = types.SimpleNamespace(Application=types.SimpleNamespace(Hwnd=0), Name="pay.xlsm")
        self.Worksheet = types.SimpleNamespace(Parent=book, Name="Sheet1")
        kind = types.SimpleNamespace(GetTypeAttr=lambda: types.SimpleNamespace(iid=RANGE_IID))
        self._oleobj_ = types.SimpleNamespace(GetTypeInfo=lambda: kind)


def _not_wrapped(value):
    raise TypeError("not one of our own objects")


def _modules():
    """The modules of pywin32 that xlwings imports, with the names it takes from them."""

    class ComError(Exception):
        pass

    classes = {name: type(name, (), {}) for name in
               ("CDispatch", "CoClassBaseClass", "DispatchBaseClass", "DispatchEx")}  # fmt: skip
    dispatch = object()
    zone = type("TimeZoneInfo", (), {"utc": staticmethod(lambda: dt.UTC)})
    process = {"GetWindowThreadProcessId": lambda hwnd: (0, 0)}
    names = {
        "pywintypes": {"TimeType": TimeType, "IID": str, "com_error": ComError, "error": ComError},
        "pythoncom": {"__file__": None, "CoInitialize": lambda *args: None, "IID_IDispatch": dispatch,
                      "IID_IEnumVARIANT": object(), "TypeIIDs": {dispatch: type("PyIDispatch", (), {})},
                      "com_error": ComError},
        "win32api": {}, "win32con": {}, "win32gui": {}, "win32process": process, "win32event": {},
        "win32timezone": {"TimeZoneInfo": zone},
        "win32com": {},
        "win32com.client": {"Dispatch": lambda obj, **kwargs: obj, **classes},
        "win32com.server": {},
        "win32com.server.util": {"unwrap": _not_wrapped, "wrap": lambda obj, **kwargs: obj},
        "win32com.server.dispatcher": {},
        "win32com.server.policy": {},
    }  # fmt: skip
    modules = {}
    for name, members in names.items():
        modules[name] = module = types.ModuleType(name)
        module.__dict__.update(members)
        parent, _, child = name.rpartition(".")
        if parent:
            setattr(modules[parent], child, module)
    return modules


@contextmanager
def _pretended():
    """Windows, while xlwings' modules for it are imported; nothing else may see it."""
    import atexit

    modules, here = _modules(), Path.cwd()
    kept = {name: getattr(ctypes, name, None) for name in ("PyDLL", "windll", "oledll", "WINFUNCTYPE")}
    register = atexit.register
    sys.modules.update(modules)
    ctypes.PyDLL = ctypes.windll = ctypes.oledll = _Anything()
    ctypes.WINFUNCTYPE = ctypes.CFUNCTYPE
    atexit.register = lambda f, *args, **kwargs: f  # xlwings would ask Windows for its tasks at the end
    try:
        yield
    finally:
        atexit.register = register
        for name, value in kept.items():
            if value is None:
                delattr(ctypes, name)
            else:
                setattr(ctypes, name, value)
        for name in modules:
            del sys.modules[name]
        os.chdir(here)


def install() -> Any:
    """Give xlwings what it has on Windows; returns its COM server."""
    if "xlwings.com_server" not in sys.modules:
        with _pretended():
            windows = importlib.import_module("xlwings._xlwindows")
            udfs = importlib.import_module("xlwings.udfs")
            importlib.import_module("xlwings.com_server")
        xlwings.engines.add(xlwings.Engine(impl=windows.engine))
        # What xlwings' own __init__ binds on Windows.
        xlwings.func, xlwings.arg, xlwings.ret = udfs.xlfunc, udfs.xlarg, udfs.xlret
    return sys.modules["xlwings.com_server"]


@cache
def udf_module(name="csm_xl.excel.udfs"):
    """A module of worksheet functions, imported where xlwings' decorators hold what they are reported."""
    install()
    loaded = sys.modules.get(name)
    if loaded is None:
        return importlib.import_module(name)
    made = any(hasattr(value, "__xlfunc__") for value in vars(loaded).values())
    return loaded if made else importlib.reload(loaded)


def call_udf(name: str, arguments: Any, module: str = "csm_xl.excel.udfs") -> Any:
    """Call a worksheet function as its VBA wrapper does."""
    udf_module(module)
    result = install().XLPython().CallUDF(module, name, tuple(arguments), None, None)
    # pywin32 takes a tuple for a result and what goes into arguments by reference; a list is a table.
    return result[0] if isinstance(result, tuple) else result
