"""What a month should have brought: the agent and the server expect the same."""

from hypothesis import example, given
from hypothesis import strategies as st

from agent_service.core.analysis import expected as agent
from agent_service.core.analysis.variance import HISTORY_MONTHS
from tests.contract import kernel

server = kernel.load("expected")
MONTHS = st.one_of(st.none(), st.just(0), st.integers(-10_000, 10_000), st.integers(-(10**12), 10**12))


@given(st.lists(MONTHS, max_size=18))
@example([None] * 3 + [100] * 12)
@example([-3, 0, 4] * 5)
@example([1] * 3 + [100] + [2] * 11)
def test_the_same_expectation(history):
    found = agent.expected(history)
    assert server.expected(history) == ((found.amount, found.method) if found else None)


def test_as_many_months():
    assert server.HISTORY_MONTHS == HISTORY_MONTHS
