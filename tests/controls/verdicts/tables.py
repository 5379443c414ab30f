"""The tables of all domains, merged when this is imported.

A domain is a file of this package with any of ``METHODS`` (model → method → verdict), ``WRITABLE`` (fields
that people write in a form, with the roles that may), ``PROTECTED`` (fields that only the steps write) and
``FOLLOWING`` (fields that the server writes when a field that people write changes).  Several files may speak
of the same model; of the same method or field only one may.
"""

import importlib
import pkgutil
from types import ModuleType

from tests.controls.verdicts.odoo import INHERITED, MAGIC, TALK_MODULES
from tests.controls.verdicts.words import HARMLESS, REFUSED, TALK, Fields, Methods, Writable

METHODS: Methods = {}
WRITABLE: Writable = {}
PROTECTED: Fields = {}
FOLLOWING: set[tuple[str, str]] = set()


def _merge(domain: ModuleType) -> None:
    for table, known in (
        (getattr(domain, "METHODS", {}), METHODS),
        (getattr(domain, "WRITABLE", {}), WRITABLE),
    ):
        for model, verdicts in table.items():
            told = known.setdefault(model, {})
            if twice := told.keys() & verdicts.keys():
                raise ValueError(f"{domain.__name__}: {model} has two verdicts on {sorted(twice)}")
            told.update(verdicts)
    for model, names in getattr(domain, "PROTECTED", {}).items():
        if twice := set(PROTECTED.get(model, "").split()) & set(names.split()):
            raise ValueError(f"{domain.__name__}: {model} has two verdicts on {sorted(twice)}")
        PROTECTED[model] = f"{PROTECTED.get(model, '')} {names}"
    for model, names in getattr(domain, "FOLLOWING", {}).items():
        FOLLOWING.update((model, name) for name in names.split())


def _domains() -> list[str]:
    package = importlib.import_module(__package__)
    return sorted(found.name for found in pkgutil.iter_modules(package.__path__))


for _name in _domains():
    if _name not in ("judge", "odoo", "tables", "words"):
        _merge(importlib.import_module(f"{__package__}.{_name}"))


def method_verdict(model: str, name: str) -> str | None:
    """Return the verdict on a method, or None where nobody gave one."""
    return METHODS.get(model, {}).get(name) or INHERITED.get(name)


def field_verdict(model: str, name: str, module: str | None) -> str | None:
    """Return the verdict on a field, or None where nobody gave one."""
    if name in MAGIC:
        return HARMLESS
    if name in WRITABLE.get(model, {}):
        return WRITABLE[model][name]
    if name in PROTECTED.get(model, "").split():
        return REFUSED
    return TALK if module in TALK_MODULES else None
