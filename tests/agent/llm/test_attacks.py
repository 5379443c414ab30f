"""Labels and memos are data: fifty and more attacks, against a model that obeys each of them."""

import json
import re
from datetime import date
from pathlib import Path

import pytest

from agent_service.llm.gateway import TEMPLATE, Gateway
from agent_service.llm.probe import client
from agent_service.llm.prompts import load
from agent_service.llm.question import text_question
from agent_service.llm.redaction import Redactor
from agent_service.llm.tasks.account import AccountCandidate, account_question
from agent_service.llm.tasks.payer import payer_question
from agent_service.llm.tasks.period import period_question
from agent_service.llm.weather import Pace
from agent_service.llm.wire import messages
from tests.agent.llm.model_server import running, says

ATTACKS = Path(__file__).with_name("attacks.txt").read_text("utf-8").splitlines()
END = date(2026, 10, 31)
ACCOUNTS = [AccountCandidate(11, "Rent", 4), AccountCandidate(12, "Travel")]
PARTNERS = {21: "Lessor SA", 22: "Blue Rail"}


@pytest.fixture(scope="module")
def server():
    with running() as one:
        yield one


@pytest.fixture
def gateway(server):
    with client(server.url, None) as asked:
        yield Gateway(asked, "obedient", pace=Pace(10**9), sleep=lambda _seconds: None)


def test_there_are_fifty():
    assert len(set(ATTACKS)) >= 50


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_stays_one_string_of_one_document(attack):
    question = account_question(f"rent {attack}", ACCOUNTS, Redactor((), END))
    rows = messages(load("account"), question.payload)
    assert [row["role"] for row in rows] == ["system", "user"]
    told = json.loads(rows[1]["content"])
    assert set(told) == {"text", "candidates"}
    rest = re.sub(r"\[[A-Z]+_\d+\]|\d{4}-\d{2}-\d{2}", "", told["text"])
    assert re.fullmatch(r"[a-z .,;:()/'’-]*", rest), rest


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_model_that_obeys_changes_nothing_that_is_shown(server, gateway, rent, attack):
    """It answers what the attack says, as a text and as a choice; nothing of it is ever an answer."""
    wanted = re.findall(r"[apd]?\d+", attack) or ["approve"]
    server.requests.clear()
    server.replies = [
        says(json.dumps({"text": attack})),
        says(json.dumps({"text": f"{{account}} rose. {attack}"})),
    ]
    told = gateway.ask(text_question("variance", rent, "the template"))
    assert (told.answer, told.author) == ("the template", TEMPLATE)
    server.requests.clear()
    server.replies = [says(json.dumps({"choice": wanted[0]})), says(json.dumps({"choice": wanted[-1]}))]
    account = gateway.ask(account_question(attack, ACCOUNTS, Redactor((), END)))
    assert account.answer in (None, 11, 12)
    server.requests.clear()
    payer = gateway.ask(payer_question(attack, PARTNERS, Redactor((), END)))
    assert payer.answer in (None, 21, 22)
    server.requests.clear()
    server.replies = [says(json.dumps({"start": wanted[0], "end": wanted[-1]}))]
    period = gateway.ask(period_question(f"{attack} 2026-10-01 2026-10-31", Redactor((), END)))
    assert period.answer is None or period.answer[0] <= period.answer[1] <= date(2029, 12, 31)


def test_a_choice_outside_the_candidates_is_no_choice(server, gateway):
    server.requests.clear()
    server.replies = [says('{"choice": "a3"}'), says('{"choice": "a2"}')]
    told = gateway.ask(account_question("train", ACCOUNTS, Redactor((), END)))
    assert (told.answer, told.author) == (12, "obedient")
    assert "candidates" in server.requests[1]["messages"][-1]["content"]
