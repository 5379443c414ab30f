"""What can go wrong in the core, a flat vocabulary."""


class CoreError(Exception):
    """The base of the core's own errors."""


class MoneyError(CoreError):
    """An amount is no exact amount of its currency, or two currencies were mixed."""


class PeriodError(CoreError):
    """A period's name or bounds make no sense."""


class PolicyError(CoreError):
    """A policy parameter can't be read as what it should be."""


class BooksError(CoreError):
    """A dataset has another shape than the contract says."""


class NoData(CoreError):
    """A dataset or column is missing: the question is open, which is not the same as clean."""


class Nothing(NoData):
    """A server was asked and holds nothing of the kind: there is nothing to judge, which is clean."""


class MatcherError(CoreError):
    """A version of what the matcher learned has another shape than the contract says."""


class EvidenceMissing(CoreError):
    """An entry can't be proposed because a rate, quantity, account or cost is missing (never taken as 0)."""

    def __init__(self, reasons: list[str]) -> None:
        """Keep every reason: a person should be able to mend all of them at once."""
        super().__init__("; ".join(reasons))
        self.reasons = tuple(reasons)


class Plug(EvidenceMissing):
    """An entry whose only reason is to make a balance fit: it can't even be made."""
