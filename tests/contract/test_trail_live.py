"""What only a running server shows: refusals in the trail after a rollback, two agents at once."""

import threading
import uuid

import pytest

from agent_service.errors import Busy
from agent_service.odoo_client.connect import connect
from agent_service.odoo_client.port import Port
from agent_service.odoo_client.retry import Retry
from agent_service.secret import read_secret
from tests.support.people import People
from tests.support.waiting import wait_for
from tools import sample


@pytest.fixture(scope="module")
def books(demos):
    """One copy for all tests here."""
    return demos.make()


@pytest.fixture
def call(books, sample_files):
    """Return a function that calls a method as one of the sample's people, with the password."""
    return People(books.url, books.database, sample.logins(sample_files[1])).call


def _trail(books, code, action):
    return wait_for(
        books,
        "SELECT json_agg(row_to_json(event) ORDER BY event.id) FROM ai_close_audit event"
        f" WHERE refusal_code = '{code}' AND action = '{action}'",
        bool,
    )


def _close_id(books):
    return books.sql("SELECT to_json(id) FROM ai_close ORDER BY period_start DESC LIMIT 1")


def _port(books):
    key = read_secret(books.key_file, "key")
    return Port(
        connect(books.url, books.database, "ai-close-agent", key, transport="json2"), Retry(attempts=1)
    )


def test_a_refusal_is_in_the_trail_though_its_request_was_rolled_back(books, call):
    answer = call("audrey", "ai.close", "action_run_now", [_close_id(books)])
    assert "SOD003" in answer["error"]["data"]["message"]
    (row,) = _trail(books, "SOD003", "close.run_now")
    assert (row["user_login"], row["role"], row["model"]) == ("audrey", "auditor", "ai.close")
    assert row["res_id"] == _close_id(books)
    assert row["digest"]


def test_what_the_rights_refuse_is_in_the_trail(books, call):
    answer = call("audrey", "ai.close", "unlink", [_close_id(books)])
    assert answer["error"]
    (row,) = _trail(books, "AUD005", "ai.close.unlink")
    assert row["user_login"] == "audrey"


def test_a_flood_of_refusals_becomes_ten_rows_and_a_count(books, call):
    for _time in range(14):
        assert call("anna", "ai.close.policy", "write", [1], {"state": "draft"})["error"]
    counted = wait_for(
        books,
        "SELECT json_agg(count) FROM ai_close_refusal_tally WHERE action = 'ai.close.policy.write'",
        lambda found: sum(found or ()) >= 14,
    )
    assert sum(counted) == 14
    rows = _trail(books, "AUD002", "ai.close.policy.write")
    # on the hour the count begins anew
    assert len(rows) == sum(min(count, 10) for count in counted)


def test_a_refusal_of_the_port_is_in_the_trail(books):
    with pytest.raises(Exception, match="company"):
        _port(books).begin("No such company", books.period, f"k-{uuid.uuid4().hex}", "1.0.0", "digest")
    assert _trail(books, "RUN003", "port.begin")[0]["user_login"] == "ai-close-agent"


def test_of_two_agents_that_begin_at_once_one_works(books):
    """Whatever the order inside the server, there is one running run, and the other is told to wait."""
    start, outcomes = threading.Barrier(4), []

    def begin():
        port = _port(books)
        start.wait()
        try:
            outcomes.append(
                port.begin(books.company, books.period, f"k-{uuid.uuid4().hex}", "1.0.0", "digest")
            )
        except Busy as error:
            outcomes.append(error.code)

    threads = [threading.Thread(target=begin) for _thread in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    begun = [outcome for outcome in outcomes if isinstance(outcome, dict)]
    assert len(begun) == 1, outcomes
    assert sorted(outcome for outcome in outcomes if not isinstance(outcome, dict)) == ["RUN001"] * 3
    running = books.sql("SELECT json_agg(id) FROM ai_close_run WHERE state = 'running'")
    assert running == [begun[0]["run_id"]]


def test_the_trail_can_not_be_changed_by_sql(books):
    before = books.sql("SELECT to_json(count(*)) FROM ai_close_audit")
    for statement in (
        "UPDATE ai_close_audit SET reason = 'x'",
        "DELETE FROM ai_close_audit",
        "TRUNCATE ai_close_audit",
    ):
        with pytest.raises(Exception, match="AUD001"):
            books.execute(statement)
    assert books.sql("SELECT to_json(count(*)) FROM ai_close_audit") == before
