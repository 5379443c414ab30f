"""The account behind each kind of match: the sample's policy names one, or Odoo's own settings do."""

import pytest

from agent_service.sample import generate
from tests.contract import kernel

kinds = kernel.load("match_kinds")
# Odoo's chart of the sample gives the company an account for transfers between its banks.
BY_ODOO = {"transfer"}


@pytest.fixture(scope="module")
def policy():
    return generate.make(months=1).plan.policy


@pytest.mark.parametrize("amount", [-1, 1])
@pytest.mark.parametrize("kind", sorted({*kinds.WRITE_OFF_KINDS, *kinds.ACCOUNT_KINDS, *kinds.BETWEEN_KINDS}))
def test_the_sample_can_accept_each_kind(policy, kind, amount):
    assert kinds.role_of(kind, amount) in BY_ODOO | policy["roles"].keys()
