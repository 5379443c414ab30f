"""What two versions of a policy differ in: one change a parameter."""

from typing import Any, NamedTuple


class Change(NamedTuple):
    """One parameter before and after; None stands for a parameter that is not there."""

    path: tuple[str, ...]
    old: Any
    new: Any

    @property
    def name(self) -> str:
        """Return the path as one word: ``rules.CMP002.enabled``."""
        return ".".join(self.path)


def leaves(params) -> dict[tuple[str, ...], Any]:
    """Return every parameter by its path.  A list is one value; so is an object without members."""
    found = {}

    def walk(value, path):
        if isinstance(value, dict) and value:
            for name, member in value.items():
                walk(member, (*path, name))
        else:
            found[path] = value

    for name, value in (params or {}).items():
        walk(value, (name,))
    return found


def changes(old, new) -> list[Change]:
    """Return what differs between two versions' parameters, in the order of their paths."""
    before, after = leaves(old), leaves(new)
    return [
        Change(path, before.get(path), after.get(path))
        for path in sorted(before.keys() | after.keys())
        if before.get(path) != after.get(path)
    ]
