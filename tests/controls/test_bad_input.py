"""Bad input at the controls: a stale tab, two at once, an account that goes, a flood of refusals."""

import threading

import pytest

from tests.controls.clients import CLASH
from tests.controls.world import Worlds

ENTRY = "ai.close.entry"
REFUSED_SAMPLE, REFUSED_FULL = 300, 4000
# Ten rows an hour and the counts; on the hour they begin anew.
ROWS_MAX = 2 * 10


@pytest.fixture(scope="module")
def shared():
    with Worlds("controls_bad_input") as running:
        yield running


@pytest.fixture
def world(shared):
    """The world as it was; what a test did in it is undone."""
    yield shared
    shared.database.put_back(shared.database.touched())


def _state(world, entry):
    return world.database.one("SELECT state FROM ai_close_entry WHERE id = %s", entry)


def test_what_a_stale_tab_approves_is_refused(world):
    """Carla's screen shows a reviewed entry; meanwhile Anna edits it."""
    (entry, *_others) = world.facts["entries"]["reviewed"]
    carla, anna = world.person("carla"), world.person("anna")
    (shown,) = carla.call(ENTRY, "web_read", [[entry], {"state": {}, "narration": {}}]).result
    assert shown["state"] == "reviewed"
    assert anna.call(ENTRY, "write", [[entry], {"narration": "another one"}]).ok
    answer = carla.call(ENTRY, "action_approve", [[entry]])
    assert not answer.ok
    assert "[ENT001]" in answer.message
    assert _state(world, entry) == "proposed"
    assert not world.database.one("SELECT move_id FROM ai_close_entry WHERE id = %s", entry)


def test_of_two_approvers_at_the_same_moment_one_approves(world):
    for entry in world.facts["entries"]["reviewed"]:
        start, answers = threading.Barrier(2), {}

        def approve(login, entry=entry, start=start, answers=answers):
            start.wait()
            answers[login] = world.person(login).call(ENTRY, "action_approve", [[entry]])

        threads = [threading.Thread(target=approve, args=(login,)) for login in ("carla", "dirk")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        (refused,) = (answer for answer in answers.values() if not answer.ok)
        assert "[ENT001]" in refused.message
        assert not any(word in refused.message.lower() for word in CLASH)
        assert _state(world, entry) == "posted"
        moves = world.database.one("SELECT count(*) FROM account_move WHERE ai_close_entry_id = %s", entry)
        assert moves == 2
        approvals = "SELECT count(*) FROM ai_close_audit WHERE action = 'entry.approve' AND res_id = %s"
        assert world.database.one(approvals + " AND refusal_code IS NULL", entry) == 1


def test_an_account_archived_a_second_before_posting_is_named(world):
    (entry, *_others) = world.facts["entries"]["reviewed"]
    carla = world.person("carla")
    account, name = world.database.rows(
        "SELECT l.account_id, a.name->>'en_US' FROM ai_close_entry_line l"
        " JOIN account_account a ON a.id = l.account_id WHERE entry_id = %s ORDER BY l.id LIMIT 1",
        entry,
    )[0]
    assert carla.call("account.account", "action_archive", [[account]]).ok
    answer = carla.call(ENTRY, "action_approve", [[entry]])
    assert not answer.ok
    assert "[ENT010]" in answer.message
    assert name in answer.message
    assert _state(world, entry) == "reviewed"
    assert carla.call("account.account", "action_unarchive", [[account]]).ok
    assert carla.call(ENTRY, "action_approve", [[entry]]).ok
    assert _state(world, entry) == "posted"


def test_a_flood_of_refusals_is_counted_and_not_stored_one_by_one(world, full):
    calls = REFUSED_FULL if full else REFUSED_SAMPLE
    entry = world.facts["entries"]["reviewed"][0]
    audrey = world.person("audrey")
    for _time in range(calls):
        assert not audrey.call(ENTRY, "action_approve", [[entry]]).ok
    stored = world.database.one(
        "SELECT count(*) FROM ai_close_audit WHERE user_id = %s AND refusal_code IS NOT NULL", audrey.uid
    )
    assert 10 <= stored <= ROWS_MAX
    rows, counted = world.database.rows(
        "SELECT count(*), sum(count) FROM ai_close_refusal_tally WHERE user_id = %s", audrey.uid
    )[0]
    assert counted == calls
    assert rows <= 2


def test_a_company_that_one_may_not_see_is_no_way_in(world):
    """Ticking companies in the context gives no right to their records."""
    sister = world.facts["companies"]["sister"]
    answer = world.person("anna").call(
        "ai.close.task", "search_read", [[["company_id", "=", sister]]],
        {"fields": ["name"], "context": {"allowed_company_ids": [sister]}},
    )  # fmt: skip
    assert not answer.ok or answer.result == []
