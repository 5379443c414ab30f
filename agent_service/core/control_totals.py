"""Control totals: what was judged against the server's own sums of the ledger, journal by journal.

Equal totals say that no entry was missed, doubled or misread on the way; what is not equal was not judged.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from agent_service.core.findings import Failure, Finding, Record
from agent_service.core.model import Books
from agent_service.core.money import parse_minor

CODE = "SYS006"
TITLE = "Control totals differ"
SHOWN = 20
MOST = 500
"""Journals that the finding names."""

Total = tuple[int, int, int, int]
"""Posted items, their debit and credit in minor units, and drafts."""


@dataclass(frozen=True)
class Control:
    """The totals of both sides by journal; `later` when others wrote what could not be read yet."""

    server: Mapping[int, Total]
    judged: Mapping[int, Total]
    later: bool = False

    @property
    def differing(self) -> tuple[int, ...]:
        """Return the journals whose totals differ."""
        journals = sorted({*self.server, *self.judged})
        return tuple(one for one in journals if self.server.get(one, _NONE) != self.judged.get(one, _NONE))

    @property
    def agrees(self) -> bool:
        """Tell whether every journal's totals are equal."""
        return not self.differing

    def row(self, books: Books) -> dict[str, Any]:
        """Return what the run's counters say: the sum over all journals, and where it differs."""
        total = [sum(one[place] for one in self.server.values()) for place in range(4)]
        show = books.company.currency.text
        return {
            "agree": self.agrees,
            "journals": len(self.server),
            "items": total[0],
            "debit": show(total[1]),
            "credit": show(total[2]),
            "drafts": total[3],
            "differing": len(self.differing),
            "later": self.later,
        }

    def told(self, books: Books) -> dict[str, Any]:
        """Return what the run's counters hold: the sum, and every journal of an ordinary company."""
        return {**self.row(books), "by_journal": self.rows(books)[:MOST]}

    def rows(self, books: Books) -> list[dict[str, Any]]:
        """Return both totals of every journal, those that differ first."""
        names = _journals(books)
        differing = set(self.differing)
        journals = sorted({*self.server, *self.judged}, key=lambda one: (one not in differing, one))
        return [
            {
                "journal": names.get(one, f"#{one}"),
                "items": self.server.get(one, _NONE)[0],
                "debit": books.company.currency.text(self.server.get(one, _NONE)[1]),
                "credit": books.company.currency.text(self.server.get(one, _NONE)[2]),
                "judged_items": self.judged.get(one, _NONE)[0],
                "judged_debit": books.company.currency.text(self.judged.get(one, _NONE)[1]),
                "judged_credit": books.company.currency.text(self.judged.get(one, _NONE)[2]),
                "drafts": self.server.get(one, _NONE)[3],
                "judged_drafts": self.judged.get(one, _NONE)[3],
                "agree": one not in differing,
            }
            for one in journals
        ]

    def finding(self, books: Books) -> Finding:
        """Return the finding for totals that differ."""
        company = books.company
        rows = [row for row in self.rows(books) if not row["agree"]]
        apart = sum(
            abs(self.server.get(one, _NONE)[side] - self.judged.get(one, _NONE)[side])
            for one in self.differing
            for side in (1, 2)
        )
        anchor = Record("res.company", company.id, company.name)
        return Finding(
            rule=CODE,
            rule_title=TITLE,
            facet="ledger",
            severity="critical",
            anchor=anchor,
            title=f"{len(rows)} journals were not judged as the ledger has them",
            message="Count, debit or credit of what was judged is not the server's own sum over the ledger: "
            + ", ".join(str(row["journal"]) for row in rows[:SHOWN])
            + (" and others." if len(rows) > SHOWN else "."),
            why="What the rules did not see is not clean, and nobody would know.",
            remedy="Check that the agent's user may read every entry of the company, then run "
            "`ai-close run --full`.",
            amount=apart,
            records=(anchor,),
            evidence={"journals": rows[:SHOWN]},
        )

    def failure(self) -> Failure:
        """Return the failure that the run shows."""
        return Failure(
            "run", CODE, "control_totals", f"{len(self.differing)} journals differ from the server's own sums"
        )


_NONE: Total = (0, 0, 0, 0)


def control(columns: Mapping[str, Sequence[Any]], books: Books) -> Control:
    """Compare the server's totals with those of the books that were judged."""
    decimals = books.company.currency.decimals
    server = {
        int(journal): (int(count), parse_minor(debit, decimals), parse_minor(credit, decimals), int(drafts))
        for journal, count, debit, credit, drafts in zip(
            *(columns[name] for name in ("id", "count", "debit", "credit", "drafts")), strict=True
        )
    }
    return Control(server, judged(books), any(int(one) for one in columns.get("later") or ()))


def judged(books: Books) -> dict[int, Total]:
    """Return the totals of the journal items in these books."""
    posted, balance = pl.col("parent_state") == "posted", pl.col("balance")
    found = (
        books.frame("lines")
        .group_by(pl.col("journal_id").fill_null(0).alias("journal"))
        .agg(
            posted.sum().alias("count"),
            balance.filter(posted & (balance > 0)).sum().alias("debit"),
            (-balance.filter(posted & (balance < 0)).sum()).alias("credit"),
            (~posted).sum().alias("drafts"),
        )
    )
    return {int(row[0]): (int(row[1]), int(row[2]), int(row[3]), int(row[4])) for row in found.iter_rows()}


def _journals(books: Books) -> dict[int, str]:
    frame = books.frame("journals")
    return dict(zip(frame["id"], frame["code"], strict=True))
