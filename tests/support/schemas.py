"""The port's JSON Schemas, as both sides' tests use them."""

import json
from functools import cache

import jsonschema

from tools.paths import ADDONS

FOLDER = ADDONS / "ai_close" / "agent" / "schemas"


@cache
def _validator(name: str) -> jsonschema.Draft202012Validator:
    schema = json.loads((FOLDER / f"{name}.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def names() -> set[str]:
    """Return the names of all schemas."""
    return {path.stem for path in FOLDER.glob("*.json")}


def check(name: str, value: object) -> None:
    """Fail with the first place where a value has not the agreed shape."""
    error = jsonschema.exceptions.best_match(_validator(name).iter_errors(value))
    if error is not None:
        raise AssertionError(f"{name} at /{'/'.join(map(str, error.absolute_path))}: {error.message}")


class CheckedTransport:
    """A transport that holds every request and every answer of the port against its schema."""

    def __init__(self, inner) -> None:
        """Keep the transport that does the work."""
        self.inner, self.name = inner, inner.name
        self.checked: list[str] = []

    def close(self) -> None:
        """Close open connections."""
        self.inner.close()

    def call(self, model: str, method: str, /, **kwargs):
        """Call, and check both ways."""
        if model != "ai.close.agent":
            return self.inner.call(model, method, **kwargs)
        self._check(f"{method}.request", json.loads(json.dumps(kwargs)))
        if method == "submit":
            for row in kwargs["rows"]:
                check(kwargs["kind"], json.loads(json.dumps(row)))
                self.checked.append(kwargs["kind"])
        answer = self.inner.call(model, method, **kwargs)
        if answer["ok"]:
            self._check(f"{method}.result", answer["result"])
        else:
            self._check("error", answer["error"])
        return answer

    def _check(self, name: str, value: object) -> None:
        if name in names():
            check(name, value)
            self.checked.append(name)
        else:
            # a call without a schema for its request is one without arguments
            assert value == {}, f"{name} has no schema"
