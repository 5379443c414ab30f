"""Reads whole datasets, page by page along the id, into columns."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import polars as pl

from agent_service.errors import DatasetRefused, VersionMismatch
from agent_service.odoo_client.packed import unpack
from agent_service.odoo_client.run import PortRun
from agent_service.usecases.ports import Changes, Columns, DatasetUnavailable

PAGE_ROWS = 20_000


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
        return _joined(dataset, self.pages(dataset))

    def pages(self, dataset: str) -> Iterator[Columns]:
        """Yield a dataset page by page, ordered by id; raises DatasetUnavailable.

        A column of a big dataset is a `polars.Series` rather than a list: its values never become objects.
        """
        if dataset not in self._datasets:
            raise DatasetUnavailable(dataset)
        names: set[str] | None = None
        for page in self._pages(dataset, 0):
            columns = page["columns"]
            if names is not None and columns.keys() != names:
                raise _odd(dataset, "pages of different columns")
            names = set(columns)
            yield columns

    def read_ids(self, dataset: str, ids: Sequence[int]) -> Columns:
        """Return these records of a dataset, ordered by id; one that is absent is gone, or not of it now."""
        if dataset not in self._datasets:
            raise DatasetUnavailable(dataset)
        wanted = sorted(set(ids))
        starts = range(0, max(len(wanted), 1), self._page_rows)
        return _joined(
            dataset,
            (self._page(dataset, 0, wanted[at : at + self._page_rows])["columns"] for at in starts),
        )

    def changes(self, after: str) -> Changes:
        """Return what was written with a transaction id of at least `after` and can be read now."""
        pages = list(self._pages("changes", int(after)))
        columns, last = _joined("changes", (page["columns"] for page in pages)), pages[-1]
        rows = zip(columns.get("model", ()), columns.get("res_id", ()), strict=True)
        marks = tuple(int(one) for one in columns.get("id", ()))
        try:
            return Changes(
                str(last["watermark"]), tuple((str(model), int(key)) for model, key in rows), marks
            )
        except KeyError:
            raise _odd("changes", "no watermark") from None

    def _pages(self, dataset: str, after: int) -> Iterator[dict[str, Any]]:
        done = 0
        while True:
            page = self._page(dataset, after)
            done += page["count"]
            following = page.get("next")
            self._run.told("read", dataset, done, done if following is None else None)
            yield page
            if following is None:
                return
            if not isinstance(following, int) or following <= after:
                raise _odd(dataset, "a next page that lies behind")
            after = following

    def _page(self, dataset: str, after: int, only: Sequence[int] | None = None) -> dict[str, Any]:
        try:
            page = self._run.port.extract(
                self._run.lease, dataset, after, self._page_rows, only=only, packed=True
            )
        except DatasetRefused as refusal:
            raise DatasetUnavailable(f"{dataset}: {refusal}") from None
        columns, count = page.get("columns"), page.get("count")
        if not isinstance(columns, dict) or not isinstance(count, int):
            raise _odd(dataset, "no columns")
        if page.get("packed"):
            try:
                columns |= unpack(page.pop("packed"), count)
            except ValueError as error:
                raise _odd(dataset, f"a packed column that can't be read ({error})") from None
        if any(
            not isinstance(values, (list, pl.Series)) or len(values) != count for values in columns.values()
        ):
            raise _odd(dataset, "columns of different length")
        return page


def _joined(dataset: str, pages: Iterable[Columns]) -> dict[str, Any]:
    """Return the columns of several pages as one list or series each."""
    joined: dict[str, Any] = {}
    for columns in pages:
        if not joined:
            joined = dict(columns)
            continue
        if columns.keys() != joined.keys():  # pages of ids
            raise _odd(dataset, "pages of different columns")
        for name, values in columns.items():
            joined[name].extend(values)
    return joined


def _odd(dataset: str, what: str) -> VersionMismatch:
    return VersionMismatch(
        f"The add-on's answer for {dataset} has {what}", "Install the agent and the add-on of one release."
    )
