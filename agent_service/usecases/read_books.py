"""Read books: every dataset of a run, as the typed books of its company."""

from collections.abc import Callable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from agent_service.core.materiality import derived_materiality
from agent_service.core.model import Books
from agent_service.core.period import Period
from agent_service.core.policy import Policy
from agent_service.core.schema import CORE_DATASETS, OPTIONAL_DATASETS
from agent_service.usecases.ports import Columns, DatasetUnavailable, Reader, RunStart


def read_datasets(reader: Reader, told: Callable[[str], None]) -> dict[str, Columns]:
    """Return the columns of each dataset that there is; raises DatasetUnavailable for one of the core's.

    An optional dataset that can't be read is left out: what needs it reports that it has no data.
    """
    found: dict[str, Columns] = {}
    there = reader.datasets()
    for name in CORE_DATASETS:
        told(f"read {name}")
        found[name] = reader.read(name)
    for name in OPTIONAL_DATASETS:
        if name not in there:
            continue
        told(f"read {name}")
        try:
            found[name] = reader.read(name)
        except DatasetUnavailable:
            continue
    return found


def books_of(start: RunStart, datasets: Mapping[str, Columns]) -> Books:
    """Return the typed books of a run; raises BooksError when a dataset isn't what was agreed."""
    return Books.from_columns(start.company_id, start.company_name, start.currency, datasets)


def period_of(start: RunStart) -> Period:
    """Return the run's period as its snapshot saw it, in the company's time zone."""
    seen = datetime.fromisoformat(start.snapshot_at)
    return Period.between(start.period_start, start.period_end, seen.astimezone(ZoneInfo(start.tz)).date())


def policy_of(start: RunStart, books: Books, period: Period) -> Policy:
    """Return the policy in force; where it sets no materiality the books give one."""
    policy = Policy.from_params(start.params, books.company.currency)
    if policy.materiality_minor is not None:
        return policy
    return policy.with_materiality(derived_materiality(books, period))
