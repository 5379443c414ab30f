"""Assets that were sold or scrapped: cost and accumulated depreciation leave the books against the proceeds.

What is left is a gain or a loss. Example: cost 10,000.00, accumulated 1,847.22, sold for 7,900.00: Dr
accumulated depreciation 1,847.22, Dr proceeds 7,900.00, Dr loss 252.78, Cr asset 10,000.00.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import partial

from agent_service.core.adjustments.monthly import Row, Work
from agent_service.core.adjustments.schedules import Schedule, released
from agent_service.core.adjustments.staging import Required, Slot, archived_accounts
from agent_service.core.errors import EvidenceMissing
from agent_service.core.model import Books
from agent_service.core.policy import Policy

PROCEEDS, GAIN, LOSS = "disposal_proceeds", "disposal_gain", "disposal_loss"
ASSET = "fixed_asset"
TITLE = "Disposal of assets"

Roles = Mapping[str, int | None]
Part = tuple[str, str, int | None, int]
"""What it is, the role that names its account, the account and the amount (debit positive)."""


def disposal_work(books: Books, policy: Policy, code: str, schedules: Iterable[Schedule], day: date) -> Work:
    """Return what is done about disposals by a day; raises EvidenceMissing for an account that is missing."""
    roles = {role: policy.role(role) for role in (PROCEEDS, GAIN, LOSS, ASSET)}
    archived = archived_accounts(books)
    lacking = set()
    for one in schedules:
        for what, role, account, amount in _parts(roles, one, day):
            if amount and account is None:
                lacking.add(f"the policy names no account for {role} ({one.name}: {what})")
            elif amount and account in archived:
                lacking.add(f"the account of {one.name}: {what} is archived")
    if lacking:
        raise EvidenceMissing(sorted(lacking))
    return Work(code, TITLE, partial(_required, roles), partial(_rows, roles), "disposal", _is_debit)


def _required(roles: Roles, schedules: Iterable[Schedule], day: date) -> list[Required]:
    return [
        Required(account or 0, one.partner_id, one.own, amount, amount, f"{one.name}: {what}")
        for one in schedules
        for what, _role, account, amount in _parts(roles, one, day)
        if amount
    ]


def _rows(roles: Roles, one: Schedule, since: date, day: date) -> Iterable[Row]:
    gone = one.disposal(day)
    if gone is None or gone.day < since:
        return
    for what, _role, _account, amount in _parts(roles, one, day):
        if amount > 0:
            yield (one.name, what, str(gone.day), f"cost {one.own.show(one.total)}"), amount


def _parts(roles: Roles, one: Schedule, day: date) -> list[Part]:
    gone = one.disposal(day)
    if gone is None:
        return []
    accumulated = released(one, day)
    result = one.total - accumulated - gone.amount
    return [
        ("accumulated depreciation", "", one.balance_account_id, accumulated),
        ("proceeds", PROCEEDS, gone.account_id or roles[PROCEEDS], gone.amount),
        _result(roles, result),
        ("cost", ASSET, one.booked_account_id or roles[ASSET], -one.total),
    ]


def _result(roles: Roles, result: int) -> Part:
    role = LOSS if result > 0 else GAIN
    return ("loss" if result > 0 else "gain", role, roles[role], result)


def _is_debit(_books: Books, _slot: Slot, balance: int) -> bool:
    return balance > 0
