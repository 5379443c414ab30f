"""A language model over a real socket, an Odoo over another: the close is the same with and without it.

Two copies of the sample company after its first run: one goes on without a model, the other with one that
people approved.
What the model's server saw is searched for what the database knows of people, partners and accounts.
"""

import json
import re
import socket
from decimal import Decimal

import pytest

from agent_service.llm.prompts import tasks
from tests.agent.llm.model_server import half, hangs_up, running, says, status, tells
from tests.agent.llm.polite import MODEL, USAGE, polite
from tests.support.demo import proposals
from tests.support.people import People
from tools import sample

# A run of the sample company takes half a minute of processor, and this module makes several.
pytestmark = pytest.mark.slow

PRICE = {"AI_CLOSE_LLM_PRICE_IN": "0.15", "AI_CLOSE_LLM_PRICE_OUT": "0.60"}
A_CALL = Decimal("0.15") * USAGE[0] / 10**6 + Decimal("0.60") * USAGE[1] / 10**6
PLANTED = {
    "iban": "GB29 NWBK 6016 1331 9268 19",
    "mail": "kim.unseen@nowhere.example",
    "phone": "+41 (0)44 668 18 00",
    "person": "Xaveria Quillfeather",
    "odd": "acct#77-AB/9931",
}


@pytest.fixture(scope="module")
def model():
    with running() as server:
        server.replies = [polite]
        yield server


def settings(url: str, **more: str) -> dict[str, str]:
    """Return the agent's environment of a model."""
    fast = {"AI_CLOSE_LLM_PER_MINUTE": "10000", "AI_CLOSE_LLM_TIMEOUT_S": "2"}
    return {"AI_CLOSE_LLM_URL": url, "AI_CLOSE_LLM_MODEL": MODEL, **PRICE, **fast, **more}


def approve(people: People, version: int) -> None:
    """Let Ben propose a version and Carla take it into use."""
    (found,) = people.result("ben", "ai.close.language", "search", [("version", "=", version)])
    people.result("ben", "ai.close.language", "action_propose", [found], "Its results are good enough.")
    people.result("carla", "ai.close.language", "action_approve", [found])


def offered(demo, url: str) -> int:
    """Offer the model for the sample company and return its version."""
    done = demo.ai_close("llm", "offer", "--company", demo.company, "--json", **settings(url))
    assert done.returncode == 0, done.stderr
    (one,) = json.loads(done.stdout)["offered"]
    assert one["state"] == "draft"
    return one["version"]


@pytest.fixture(scope="module")
def plain(demos, finished):
    """The sample company, and its report without a model."""
    demo = finished.copied(demos.make)
    _plant(demo)
    return demo, demo.run()


@pytest.fixture(scope="module")
def modelled(demos, finished, model, sample_files):
    """The sample company, and its report with a model that people approved."""
    demo = finished.copied(demos.make)
    _plant(demo)
    people = People(demo.url, demo.database, sample.logins(sample_files[1]))
    approve(people, offered(demo, model.url))
    model.requests.clear()
    return demo, demo.run(**settings(model.url)), people


def _forget(demo) -> None:
    """Forget what the model answered before."""
    for path in (demo.state_dir / "llm").glob("*.jsonl"):
        path.unlink()


def _plant(demo) -> None:
    """Write secrets in formats that no list knows where texts leave: bank labels and lines of bills."""
    words = " ".join(PLANTED.values()).replace("'", "''")
    demo.execute(
        f"UPDATE account_bank_statement_line SET payment_ref = payment_ref || ' {words}' WHERE id IN"
        " (SELECT id FROM account_bank_statement_line WHERE NOT is_reconciled ORDER BY id DESC LIMIT 20)"
    )
    demo.execute(
        f"UPDATE account_move_line SET name = name || ' {words}' WHERE id IN (SELECT line.id"
        " FROM account_move_line line JOIN account_move move ON move.id = line.move_id"
        " WHERE line.display_type = 'product' AND move.move_type = 'in_invoice'"
        " AND line.date BETWEEN '2026-10-01' AND '2026-10-31')"
    )
    _plant_choices(demo)


def _plant_choices(demo) -> None:
    """Let a line stand on an unusual account and a bill name a year: the sample has neither."""
    demo.execute(
        "UPDATE account_move_line SET name = 'Office cleaning, weekly Xaveria Quillfeather',"
        " account_id = (SELECT account_id FROM account_move_line WHERE name LIKE 'Parcels%' LIMIT 1)"
        " WHERE id = (SELECT max(id) FROM account_move_line WHERE name LIKE 'Office cleaning%'"
        " AND parent_state = 'posted' AND date BETWEEN '2026-10-01' AND '2026-10-31')"
    )
    demo.execute(
        "UPDATE account_move SET ref = 'Licence 2026-10-01 - 2027-09-30 ' || ref WHERE id ="
        " (SELECT move_id FROM account_move_line WHERE name LIKE 'Parcels%' AND parent_state = 'posted'"
        " AND date BETWEEN '2026-10-01' AND '2026-10-31' ORDER BY balance DESC, id LIMIT 1)"
    )


def test_with_and_without_a_model_the_close_is_the_same(plain, modelled):
    (without, first), (with_it, second, _people) = plain, modelled
    left, right = proposals(without), proposals(with_it)
    for name in ("findings", "matches", "entries", "moves"):
        assert left[name] == right[name], name
    for name in ("findings", "rules", "matches", "entries", "failures", "refused"):
        assert first.get(name) == second.get(name), name
    assert "language" not in first
    assert second["language"]["taken"] > 20


def test_the_texts_stand_in_odoo_and_name_what_was_asked(modelled):
    demo, report, people = modelled
    domain = [("active", "=", True)]
    texts = people.result(
        "carla", "ai.close.text", "search_read", domain, ["key", "task", "model", "exchange_id"]
    )
    assert len(texts) == report["language"]["taken"]
    assert {row["model"] for row in texts} == {MODEL}
    assert {"variance", "finding", "entry"} <= {row["task"] for row in texts}
    assert all(row["exchange_id"] for row in texts)
    assert not [why for why in report["language"]["why"] if why.startswith("refused")]
    authors = demo.sql("SELECT json_agg(DISTINCT author) FROM ai_close_variance WHERE is_over")
    assert authors == ["model"]


def test_cost_and_calls_are_the_servers(modelled, model):
    demo, report, _people = modelled
    calls = len(model.requests)
    assert report["language"]["calls"] == calls
    cost = demo.sql(f"SELECT to_json(cost::text) FROM ai_close_run WHERE id = {report['run_id']}")
    assert Decimal(cost) == calls * A_CALL
    asked = demo.sql(f"SELECT json_agg(tokens_in) FROM ai_close_exchange WHERE run_id = {report['run_id']}")
    assert sum(asked) == calls * USAGE[0]


def test_nothing_that_the_company_knows_left(modelled, model):
    demo, _report, _people = modelled
    asked = [json.loads(body["messages"][1]["content"]) for body in model.requests]
    left_of = demo.sql("SELECT json_agg(DISTINCT task) FROM ai_close_exchange")
    assert sorted(left_of) == sorted(tasks()), "every task's questions are looked at"
    shapes = {("facts",), ("candidates", "label"), ("candidates", "text"), ("dates", "text")}
    assert {tuple(sorted(one)) for one in asked} == shapes
    left = " ".join(re.sub(r"\[[A-Z]+_\d+\]", " ", json.dumps(asked, ensure_ascii=False)).casefold().split())
    known = demo.sql(
        "SELECT json_agg(told) FROM ("
        " SELECT name AS told FROM res_partner UNION SELECT email FROM res_partner"
        " UNION SELECT phone FROM res_partner UNION SELECT vat FROM res_partner"
        " UNION SELECT street FROM res_partner UNION SELECT login FROM res_users"
        " UNION SELECT acc_number FROM res_partner_bank) each WHERE length(told) > 3"
    )
    assert len(known) > 30
    for secret in known:
        assert not re.search(rf"(?<!\w){re.escape(secret.casefold())}(?!\w)", left), secret
    for secret in PLANTED.values():
        for word in re.findall(r"[^\W\d_]{4,}|\d{4,}", secret.casefold()):
            assert word not in left, word
    assert not re.search(r"[a-z]{2}\d{2}[a-z0-9 ]{10,}|[^\s\"]+@[^\s\"]+", left)


def test_the_next_run_pays_nothing_and_keeps_its_texts(modelled, model):
    demo, report, people = modelled
    before, texts = len(model.requests), people.result("carla", "ai.close.text", "search_count", [])
    again = demo.run(**settings(model.url))
    assert len(model.requests) == before
    assert again["language"]["cached"] >= again["language"]["taken"] == report["language"]["taken"]
    assert people.result("carla", "ai.close.text", "search_count", []) == texts


def test_an_unreachable_model_ends_the_run_and_takes_the_texts_back(modelled):
    demo, report, people = modelled
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{bound.getsockname()[1]}/v1"
    _forget(demo)
    done = demo.run(**settings(url))
    assert (done["state"], done["language"]["taken"]) == ("done", 0)
    assert "no connection" in done["language"]["why"]
    assert done["findings"] == report["findings"]
    assert people.result("carla", "ai.close.text", "search_count", []) == 0
    authors = demo.sql("SELECT json_agg(DISTINCT author) FROM ai_close_variance WHERE is_over")
    assert authors == ["template"]


def test_a_server_that_misbehaves_costs_texts_and_nothing_else(modelled, model):
    demo, report, _people = modelled
    _forget(demo)
    model.requests.clear()
    model.replies = [
        *(status(429), half, says("{"), hangs_up, says("x", end="length"), says(None, refusal="no")),
        *(tells("{account} rose by 4,000.00 EUR."), tells("Approved by Carla."), status(500), polite),
    ]
    try:
        done = demo.run(**settings(model.url))
    finally:
        model.replies = [polite]
    assert (done["state"], done["findings"]) == ("done", report["findings"])
    assert done["language"]["template"] > 0


def test_another_model_than_the_approved_one_is_not_asked(modelled, model):
    demo, _report, _people = modelled
    model.requests.clear()
    done = demo.run(**{**settings(model.url), "AI_CLOSE_LLM_MODEL": "somebody-else"})
    assert list(done["language"]["why"]) == ["the model somebody-else isn't the approved one"]
    assert not model.requests
