"""H10, H13 and evidence over RPC: refused by a running server, and in its trail after the rollback."""

import time
import uuid

import pytest

from agent_service.odoo_client.connect import connect
from agent_service.odoo_client.port import Port
from agent_service.odoo_client.retry import Retry
from agent_service.secret import read_secret
from tests.support.demo import CLUSTER
from tests.support.people import People
from tools import postgres, sample

LOCK = "2026-09-30"
NOTE = "Count sheets compared line by line"


@pytest.fixture(scope="module")
def books(demos):
    """One copy for all tests here, locked to the end of September as years of old books are."""
    books = demos.make()
    CLUSTER.sql(
        "SET session_replication_role = replica;"
        f" UPDATE res_company SET fiscalyear_lock_date = '{LOCK}' WHERE ai_close_enabled",
        db=books.database,
        user=postgres.OWNER,
    )
    return books


@pytest.fixture(scope="module")
def call(books, sample_files):
    """Return a function that calls a method as one of the sample's people, or as the agent with its key."""
    secrets = {
        **sample.logins(sample_files[1]),
        "ai-close-agent": read_secret(books.key_file, "key").reveal(),
    }
    people = People(books.url, books.database, secrets)

    def as_person(login, model, method, *args, **kwargs):
        return people.call(login, model, method, *args, **kwargs)

    as_person.uid = lambda login: books.sql(f"SELECT to_json(id) FROM res_users WHERE login = '{login}'")
    return as_person


def _result(answer):
    assert "error" not in answer, answer["error"]["data"]["message"]
    return answer["result"]


def _trail(books, code, action, login):
    return (
        books.sql(
            "SELECT json_agg(row_to_json(event) ORDER BY event.id) FROM ai_close_audit event"
            f" WHERE refusal_code = '{code}' AND action = '{action}' AND user_login = '{login}'"
        )
        or []
    )


def _refused(books, call, code, action, login, *args, **kwargs):
    """Assert that the call is refused with ``code``, and that one more row of the trail tells of it."""
    known = len(_trail(books, code, action, login))
    answer = call(login, *args, **kwargs)
    assert "error" in answer, answer
    assert f"[{code}]" in answer["error"]["data"]["message"], answer["error"]["data"]["message"]
    # the row is written after the answer, in a transaction of its own
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        rows = _trail(books, code, action, login)
        if len(rows) > known:
            return rows[-1]
        time.sleep(0.1)
    raise AssertionError(f"no row tells of {code} {action}")


def _locked(books, what):
    """Return one id of ``what`` (a column of journal items) that stands on entries of the locked months."""
    return books.sql(
        f"SELECT to_json(line.{what}) FROM account_move_line line"
        " JOIN res_company company ON company.id = line.company_id AND company.ai_close_enabled"
        " JOIN account_account account ON account.id = line.account_id AND account.account_type = 'expense'"
        f" WHERE line.parent_state = 'posted' AND line.date <= '{LOCK}' ORDER BY line.id LIMIT 1"
    )


@pytest.mark.parametrize("vals", [{"account_type": "asset_current"}, {"code": "699998"}])
def test_an_account_of_locked_months_is_not_restated(books, call, vals):
    account = _locked(books, "account_id")
    row = _refused(
        books, call, "LCK014", "account.write", "carla", "account.account", "write", [account], vals
    )
    assert (row["model"], row["res_id"]) == ("account.account", account)
    _result(call("carla", "account.account", "write", [account], {"note": "reviewed"}))


@pytest.mark.parametrize("how", ["author_id", "email_from"])
def test_nobody_signs_for_somebody_else(books, call, how):
    move = _locked(books, "move_id")
    (ben,) = _result(call("carla", "res.users", "read", [call.uid("ben")], ["partner_id", "email_formatted"]))
    forged = {"author_id": ben["partner_id"][0], "email_from": "The CFO <cfo@example.org>"}[how]
    before = books.sql(f"SELECT to_json(count(*)) FROM mail_message WHERE res_id = {move}")
    row = _refused(
        books, call, "AUD007", "message.post", "audrey", "account.move", "message_post", [move],
        body="approved", **{how: forged},
    )  # fmt: skip
    assert (row["model"], row["res_id"]) == ("account.move", move)
    values = {"model": "account.move", "res_id": move, "body": "approved", how: forged}
    _refused(books, call, "AUD007", "message.create", "carla", "mail.message", "create", [values])
    assert books.sql(f"SELECT to_json(count(*)) FROM mail_message WHERE res_id = {move}") == before


def test_evidence_of_a_signed_task_stays(books, call):
    # The checklist of the month is made when its first run begins.
    port = Port(connect(books.url, books.database, "ai-close-agent", read_secret(books.key_file, "key"),
                        transport="json2"), Retry(attempts=1))  # fmt: skip
    port.begin(books.company, books.period, f"k-{uuid.uuid4().hex}", "1.0.0", "digest")
    task = books.sql(
        "SELECT to_json(task.id) FROM ai_close_task task JOIN ai_close ON ai_close.id = task.close_id"
        " WHERE task.code = 'STOCK' ORDER BY ai_close.period_start DESC LIMIT 1"
    )
    (file,) = _result(
        call(
            "anna", "ir.attachment", "create",
            [{"name": "count.txt", "raw": "42 pieces", "res_model": "ai.close.task", "res_id": task}],
        )
    )  # fmt: skip
    _result(call("anna", "ai.close.task", "write", [task], {"evidence_ids": [[4, file]]}))
    _result(call("anna", "ai.close.task", "action_prepare", [task], NOTE))
    for login in ("anna", "carla"):
        for vals in ({"raw": "43 pieces"}, {"res_id": 0}, {"name": "other.txt"}):
            args = ("ir.attachment", "write", [file], vals)
            row = _refused(books, call, "AUD006", "attachment.write", login, *args)
            assert (row["model"], row["res_id"]) == ("ai.close.task", task)
        context = {"context": {"_force_unlink": True}}
        _refused(
            books, call, "AUD006", "attachment.unlink", login, "ir.attachment", "unlink", [file], **context
        )
    _result(call("ben", "ai.close.task", "action_sign", [task]))
    signed = books.sql(
        f"SELECT after::json FROM ai_close_audit WHERE action = 'task.sign' AND res_id = {task}"
    )
    assert [each["name"] for each in signed["signed_files"]] == ["count.txt"]


def test_the_agent_changes_nothing_of_its_own_user(books, call):
    uid = call.uid("ai-close-agent")
    before = books.sql(f"SELECT to_json(res_users.signature) FROM res_users WHERE id = {uid}")
    vals = {"signature": "<p>The controller</p>"}
    row = _refused(books, call, "AUD005", "user.write", "ai-close-agent", "res.users", "write", [uid], vals)
    assert row["res_id"] == uid
    assert books.sql(f"SELECT to_json(res_users.signature) FROM res_users WHERE id = {uid}") == before
