"""Reads whole datasets, page by page along the id, into columns."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from agent_service.errors import DatasetRefused, VersionMismatch
from agent_service.odoo_client.run import PortRun
from agent_service.usecases.ports import Changes, Columns, DatasetUnavailable

PAGE_ROWS = 5000


class PortReader:
    """The `Reader` of the use cases, over the port."""

    def __init__(self, run: PortRun, datasets: Iterable[str], *, page_rows: int = PAGE_ROWS) -> None:
        """Keep the run that has begun (or will have), and what `hello` said there is to read."""
        self._run = run
        self._datasets = frozenset(datasets)
        self._page_rows = page_rows

    def datasets(self) -> frozenset[str]:
        """Return the names of the datasets that the server has."""
        return self._datasets

    def read(self, dataset: str) -> Columns:
        """Return a whole dataset, ordered by id; raises DatasetUnavailable."""
        if dataset not in self._datasets:
            raise DatasetUnavailable(dataset)
        columns, _last = self._pages(dataset, 0)
        return columns

    def read_ids(self, dataset: str, ids: Sequence[int]) -> Columns:
        """Return these records of a dataset, ordered by id; one that is absent is gone, or not of it now."""
        if dataset not in self._datasets:
            raise DatasetUnavailable(dataset)
        wanted = sorted(set(ids))
        joined: dict[str, list[Any]] = {}
        done = 0
        for start in range(0, max(len(wanted), 1), self._page_rows):
            page = self._page(dataset, 0, wanted[start : start + self._page_rows])
            _join(dataset, joined, page["columns"])
            done += page["count"]
            self._run.told("read", dataset, done, None)
        return joined

    def changes(self, after: str) -> Changes:
        """Return what was written with a transaction id of at least `after` and is settled now."""
        columns, last = self._pages("changes", int(after))
        rows = zip(columns.get("model", ()), columns.get("res_id", ()), strict=True)
        try:
            return Changes(str(last["watermark"]), tuple((str(model), int(key)) for model, key in rows))
        except KeyError:
            raise _odd("changes", "no watermark") from None

    def _pages(self, dataset: str, after: int) -> tuple[dict[str, list[Any]], dict[str, Any]]:
        joined: dict[str, list[Any]] = {}
        done = 0
        while True:
            page = self._page(dataset, after)
            _join(dataset, joined, page["columns"])
            done += page["count"]
            following = page.get("next")
            self._run.told("read", dataset, done, done if following is None else None)
            if following is None:
                return joined, page
            if not isinstance(following, int) or following <= after:
                raise _odd(dataset, "a next page that lies behind")
            after = following

    def _page(self, dataset: str, after: int, only: Sequence[int] | None = None) -> dict[str, Any]:
        try:
            page = self._run.port.extract(self._run.lease, dataset, after, self._page_rows, only=only)
        except DatasetRefused as refusal:
            raise DatasetUnavailable(f"{dataset}: {refusal}") from None
        columns, count = page.get("columns"), page.get("count")
        if not isinstance(columns, dict) or not isinstance(count, int):
            raise _odd(dataset, "no columns")
        if any(not isinstance(values, list) or len(values) != count for values in columns.values()):
            raise _odd(dataset, "columns of different length")
        return page


def _join(dataset: str, joined: dict[str, list[Any]], columns: Mapping[str, Sequence[Any]]) -> None:
    """Add a page's columns to those before; nothing before takes any."""
    if not joined:
        joined.update({name: list(values) for name, values in columns.items()})
    elif columns.keys() != joined.keys():
        raise _odd(dataset, "pages of different columns")
    else:
        for name, values in columns.items():
            joined[name].extend(values)


def _odd(dataset: str, what: str) -> VersionMismatch:
    return VersionMismatch(
        f"The add-on's answer for {dataset} has {what}", "Install the agent and the add-on of one release."
    )
