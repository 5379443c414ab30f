"""Reading a plan back from its file."""

import dataclasses
import json
import types
import typing
from datetime import date
from decimal import Decimal
from pathlib import Path

from agent_service.sample.documents import Plan


def _decode(kind: object, value: object) -> object:
    if kind is Decimal:
        return Decimal(value)
    if kind is date:
        return date.fromisoformat(value)
    origin = typing.get_origin(kind)
    if origin is list:
        (item,) = typing.get_args(kind)
        return [_decode(item, part) for part in value]
    if origin is dict:
        key_kind, item = typing.get_args(kind)
        return {_decode(key_kind, key): _decode(item, part) for key, part in value.items()}
    if dataclasses.is_dataclass(kind) and not isinstance(kind, types.GenericAlias):
        hints = typing.get_type_hints(kind)
        return kind(
            **{
                field.name: _decode(hints[field.name], value[field.name])
                for field in dataclasses.fields(kind)
            }
        )
    return value


def read(path: Path) -> Plan:
    """Return the plan that `generate` wrote."""
    return _decode(Plan, json.loads(path.read_bytes()))
