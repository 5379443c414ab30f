"""Fetches the server's seals, checks that they go on from what is known, and keeps them.

The server is not believed: what it shows is computed anew, block by block.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Protocol

from agent_service.audit.canonical import seconds_between
from agent_service.audit.known import ChainBroken, KnownSeal, check_seal
from agent_service.audit.report import AcceptedGap
from agent_service.audit.store import RootBook
from agent_service.audit.verify import UNSEALED_S
from agent_service.errors import DatabaseOlder, SealsBroken, VersionMismatch

PAGE = 200
_VERIFY = "Export the audit trail in Odoo and ask `ai-close audit verify`."
_ACCEPT = (
    "If a backup was restored, run `ai-close run`, then let a controller accept the gap in Odoo "
    "(Reporting, Gaps of the trail)."
)


class SealPort(Protocol):
    """What is needed of the port."""

    def seals(self, company: int, after: int = 0, limit: int = PAGE) -> dict[str, Any]:
        """Return blocks behind a number."""
        ...


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


class SealKeeper:
    """The known roots of one company, kept up with its server."""

    def __init__(
        self,
        port: SealPort,
        book: RootBook,
        company_id: int,
        name: str,
        now: Callable[[], str] = _now,
        at_gap: Callable[[], None] = lambda: None,
    ) -> None:
        """Keep where to ask and where to write; ``at_gap`` is called when the database is an older one."""
        self._port, self._book, self._company_id, self._name = port, book, company_id, name
        self._now, self._at_gap = now, at_gap
        self._sent: KnownSeal | None = None

    # -- before and in `begin` ---

    def known_seal(self) -> dict[str, Any] | None:
        """Return number and root of the last block that we know."""
        self._sent = self._book.known().last
        return None if self._sent is None else {"number": self._sent.number, "root": self._sent.root}

    def begun(self, result: Mapping[str, Any]) -> None:
        """Look whether the server has that block, whatever it says; begin anew where a gap was accepted."""
        gap, sent = result.get("gap_accepted"), self._sent
        if sent is None:
            return
        if not gap:
            if self._root_at(sent.number) != sent.root:
                raise self._older(sent)
            return
        try:
            same = (int(gap["number"]), str(gap["root"])) == (sent.number, sent.root)
            row = {name: gap.get(name) or "" for name in ("by", "at", "reason")}
        except (KeyError, TypeError, ValueError, AttributeError):
            raise VersionMismatch(
                "The add-on's answer about the accepted gap is not the agreed one",
                "Install the agent and the add-on of one release.",
            ) from None
        if not same:
            raise self._older(sent)
        with self._book.held():
            now_last = self._book.known().last
            if now_last is not None and now_last.root == sent.root:
                self._at_gap()
                row = {**row, "number": sent.number, "root": sent.root}
                self._book.append_gap(row, self._common(), self._now())

    def _common(self) -> int:
        """Return the last known block that the server has too (0: none)."""
        known = self._book.known().seals
        numbers = sorted(known)
        low, high = 0, len(numbers)
        while low < high:
            middle = (low + high) // 2
            number = numbers[middle]
            if self._root_at(number) == known[number].root:
                low = middle + 1
            else:
                high = middle
        return numbers[low - 1] if low else 0

    def _root_at(self, number: int) -> str | None:
        seals = self._seals(self._port.seals(self._company_id, after=number - 1, limit=1))
        return next((seal.get("root") for seal in seals if seal.get("number") == number), None)

    def _older(self, known: KnownSeal) -> DatabaseOlder:
        return DatabaseOlder(
            f"The audit trail of {self._name} does not have block {known.number} with the root that is "
            f"known ({known.root[:12]}…): this database is older than its last known root, or was changed",
            _ACCEPT,
        )

    # -- after a run, and by itself ---

    def keep(self) -> dict[str, Any]:
        """Fetch what is new, check it, keep it, and return where the chain stands."""
        with self._book.held():
            last = self._book.known().last
            new = 0
            if last is not None:
                page = self._port.seals(self._company_id, after=last.number - 1, limit=PAGE)
                seals = self._seals(page)
                if not seals or (seals[0].get("number"), seals[0].get("root")) != (last.number, last.root):
                    raise self._older(last)
                seals = seals[1:]
            else:
                page = self._port.seals(self._company_id, after=0, limit=PAGE)
                seals = self._seals(page)
            while True:
                last = self._checked(seals, last)
                self._book.append_seals(seals, self._now())
                new += len(seals)
                following = page.get("next")
                if following is None:
                    break
                if last is None or not seals:
                    raise SealsBroken(f"The server shows no end of the seals of {self._name}", _VERIFY)
                page = self._port.seals(self._company_id, after=last.number, limit=PAGE)
                seals = self._seals(page)
        return self._summary(last, new, page.get("unsealed"))

    def keep_beside(self, gaps: Sequence[AcceptedGap]) -> dict[str, Any]:
        """Keep a chain that no run is about; what is wrong with it is told, and stops nobody.

        A gap that a controller accepted for a company since we last looked explains a gap here too: it was
        the same restored backup.
        """
        try:
            return self.keep()
        except DatabaseOlder as error:
            with self._book.held():
                known = self._book.known()
                gap = next((each for each in gaps if each.at > known.kept_at), None)
                if gap is None or known.last is None:
                    return {"problem": str(error)}
                row = {"by": gap.by, "at": gap.at, "reason": gap.reason}
                row |= {"number": known.last.number, "root": known.last.root}
                self._book.append_gap(row, self._common(), self._now())
            return self.keep()
        except SealsBroken as error:
            return {"problem": str(error)}

    def gaps(self) -> Sequence[AcceptedGap]:
        """Return the gaps that were accepted."""
        return self._book.known().gaps

    def _seals(self, page: Mapping[str, Any]) -> list[dict[str, Any]]:
        seals = page.get("seals")
        if not isinstance(seals, list) or not all(isinstance(seal, dict) for seal in seals):
            raise VersionMismatch(
                "The add-on's answer about seals is not the agreed one",
                "Install the agent and the add-on of one release.",
            )
        return seals

    def _checked(self, seals: list[dict[str, Any]], last: KnownSeal | None) -> KnownSeal | None:
        for seal in seals:
            number = last.number + 1 if last else 1
            try:
                check_seal(seal, self._company_id, number, last.root if last else None)
            except ChainBroken as error:
                raise SealsBroken(f"The audit trail of {self._name} is broken: {error}", _VERIFY) from None
            last = KnownSeal(number, seal["root"])
        return last

    def _summary(self, last: KnownSeal | None, new: int, unsealed: Any) -> dict[str, Any]:
        unsealed = unsealed if isinstance(unsealed, dict) else {}
        age = seconds_between(unsealed.get("oldest_at"), self._now())
        age = None if age is None else max(0, round(age))
        return {
            "number": last.number if last else None,
            "root": last.root if last else None,
            "new": new,
            "unsealed": {
                "count": unsealed.get("count", 0),
                "oldest_at": unsealed.get("oldest_at"),
                "age_s": age,
                "late": age is not None and age > UNSEALED_S,
            },
            "file": str(self._book.path),
        }
