"""What differs between two plain values (what was signed and what is there now), one line a difference."""

from typing import Any, NamedTuple


class Difference(NamedTuple):
    """One value before and after; ``path`` has names and, counted from 1, places in lists."""

    path: tuple[str | int, ...]
    before: Any
    after: Any

    @property
    def words(self) -> str:
        """Return the path as a person reads it: ``lines 2 balance``."""
        return " ".join(str(step).replace("_", " ") for step in self.path)


def differences(before, after, path=()) -> list[Difference]:
    """Return what differs between two values of dicts, lists and plain values; None where one has nothing.

    >>> differences({"lines": [{"balance": "1"}]}, {"lines": [{"balance": "2"}]})
    [Difference(path=('lines', 1, 'balance'), before='1', after='2')]
    """
    if before == after:
        return []
    if isinstance(before, dict) and isinstance(after, dict):
        names = [*before, *(name for name in after if name not in before)]
        return [
            found for name in names for found in differences(before.get(name), after.get(name), (*path, name))
        ]
    if isinstance(before, list) and isinstance(after, list) and _is_table(before, after):
        return [
            found
            for at in range(max(len(before), len(after)))
            for found in differences(
                before[at] if at < len(before) else None,
                after[at] if at < len(after) else None,
                (*path, at + 1),
            )
        ]
    return [Difference(tuple(path), before, after)]


def _is_table(before: list, after: list) -> bool:
    """Rows are compared one by one, plain values as one: a shorter list of sums is another list."""
    return all(isinstance(each, (dict, list)) for each in (*before, *after))
