"""Every function there is: the registry after all families of this folder have declared theirs."""

import importlib
import pkgutil

from headwater.gotemplate import functions
from headwater.gotemplate.functions.registry import FUNCTIONS

_APART = {"catalogue", "registry"}

for _module in pkgutil.iter_modules(functions.__path__):
    if _module.name not in _APART:
        importlib.import_module(f"{functions.__name__}.{_module.name}")

__all__ = ["FUNCTIONS"]
