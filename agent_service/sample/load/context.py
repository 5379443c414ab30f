"""What the loading steps share: environments by company, the map from plan keys to records, progress."""

import json
import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from agent_service.sample.documents import Plan

# A data loader leaves no chatter: nobody decided anything here, and it is three times slower.
QUIET = {
    "tracking_disable": True,
    "mail_notrack": True,
    "mail_create_nolog": True,
    "mail_create_nosubscribe": True,
    "no_reset_password": True,
    "skip_sms": True,
    "lang": "en_US",
}
BATCH = 100


class LoadError(Exception):
    """The plan can't be loaded into this database; the message says why in one line."""


class Context:
    """One loading of one plan."""

    def __init__(self, env: Any, plan: Plan, folder: Path) -> None:
        self._env = env(context={**env.context, **QUIET})
        self.plan = plan
        self.folder = folder
        self.companies: dict[str, Any] = {}
        self.partners: dict[str, int] = {}
        self.products: dict[str, int] = {}
        self.accounts: dict[tuple[str, str], int] = {}
        self.journals: dict[str, int] = {}
        self.taxes: dict[tuple[str, str], int] = {}
        self.currencies: dict[str, int] = {}
        self.loaded: dict[str, list] = {}
        self._started = time.monotonic()
        self._done = 0
        self._total = self._count()

    def _count(self) -> int:
        plan = self.plan
        transfers = sum(len(order.transfers) for order in plan.orders)
        return (
            len(plan.orders)
            + transfers
            + len(plan.documents)
            + len(plan.entries)
            + len(plan.bank_lines)
            + len(plan.partners)
        )

    def env(self, company: str = "") -> Any:
        """Return the environment of a company, the main one's by default; both may be read."""
        if not self.companies:
            return self._env
        chosen = self.companies[company or self.plan.companies[0].key]
        others = [record.id for record in self.companies.values() if record != chosen]
        return self._env(context={**self._env.context, "allowed_company_ids": [chosen.id, *others]})

    def account(self, company: str, code: str) -> int:
        """Return the id of an account by its code."""
        return self.accounts[(company, code)]

    def remember(self, key: str, record: Any) -> None:
        """Note which record a plan key became."""
        self.loaded[key] = [record._name, record.id]

    def id_of(self, key: str) -> int:
        """Return the id of the record that a plan key became."""
        return self.loaded[key][1]

    def batches(self, items: Sequence, text: str, size: int = BATCH) -> Iterator[Sequence]:
        """Give the items in batches; commit and report after each."""
        for start in range(0, len(items), size):
            batch = items[start : start + size]
            yield batch
            self.step(len(batch), text)

    def step(self, count: int, text: str) -> None:
        """Commit, free the cache and print a line of progress."""
        self._done += count
        self._env.cr.commit()
        self._env.invalidate_all()
        print(
            f"PROGRESS {self._done}/{self._total} {text} ({time.monotonic() - self._started:.1f} s)",
            flush=True,
        )

    def seconds(self) -> float:
        """Return how long the loading has taken."""
        return time.monotonic() - self._started

    def write_json(self, name: str, value: object, *, secret: bool = False) -> None:
        """Write a file of the folder in one go; a secret one is its owner's only."""
        self.write_text(name, json.dumps(value, indent=1, sort_keys=True) + "\n", secret=secret)

    def write_text(self, name: str, text: str, *, secret: bool = False) -> None:
        """Write a text file of the folder in one go; a secret one is its owner's only."""
        path = self.folder / name
        partial = self.folder / f".{name}.part"
        partial.unlink(missing_ok=True)
        handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if secret else 0o644)
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(text)
        os.replace(partial, path)
