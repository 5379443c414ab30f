"""Runs in `odoo shell`: prints what Odoo's registry knows of every model that attempts are made on.

One line `REGISTRY {json}`: per model its public methods (as the external interface sees them) with their
parameters, and its fields.
"""
# ruff: noqa: F821 - `odoo shell` gives env

import inspect
import json
import os

from odoo.service.model import get_public_method

WANTED = json.loads(os.environ["AI_CLOSE_MODELS"])


def home(cls, name):
    """Return the module of the class that names the method last, and whether Odoo's ORM itself defines it."""
    owners = [each for each in cls.mro() if name in each.__dict__]
    return owners[0].__module__, owners[-1].__module__


def method_of(model, name):
    """Return the facts of a public method, or None where the external interface refuses it."""
    try:
        function = get_public_method(model, name)
    except Exception:
        return None
    target = inspect.unwrap(function)
    try:
        given = list(inspect.signature(target).parameters.values())[1:]
    except (TypeError, ValueError):
        given = []
    return {
        "model_level": bool(getattr(function, "_api_model", False)),
        "last": home(type(model), name)[0],
        "first": home(type(model), name)[1],
        "params": [
            [each.name, each.default is inspect.Parameter.empty]
            for each in given
            if each.kind in (each.POSITIONAL_ONLY, each.POSITIONAL_OR_KEYWORD, each.KEYWORD_ONLY)
        ],
    }


def field_of(field, model):
    """Return the facts of a field."""
    selection = field.get_values(model.env) if field.type == "selection" and not field.related else []
    return {
        "type": field.type,
        "store": bool(field.store),
        "readonly": bool(field.readonly),
        "required": bool(field.required),
        "computed": bool(field.compute or field.related),
        "inverse": bool(field.inverse),
        "comodel": field.comodel_name if field.relational else None,
        "inverse_name": getattr(field, "inverse_name", None) if field.type == "one2many" else None,
        "selection": [each for each in selection if isinstance(each, str)],
        "module": field._module,
    }


def model_of(model):
    """Return all public methods and fields of a model."""
    methods = {}
    for name in dir(type(model)):
        # A field's descriptor is no method; names with an underscore are private.
        if name.startswith("_") or name in model._fields:
            continue
        facts = method_of(model, name)
        if facts is not None:
            methods[name] = facts
    return {
        "table": None if model._abstract else model._table,
        "transient": bool(model._transient),
        "abstract": bool(model._abstract),
        "methods": methods,
        "fields": {name: field_of(field, model) for name, field in sorted(model._fields.items())},
    }


names = [name for name in env if name.startswith("ai.close")]
names += [name for name in WANTED if name in env]
print("REGISTRY " + json.dumps({name: model_of(env[name]) for name in sorted(set(names))}))
