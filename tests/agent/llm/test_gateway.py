"""Whatever a model's server does, a question has an answer: the model's where it holds, or the template's."""

import json
from decimal import Decimal

import pytest

from agent_service.llm.gateway import TEMPLATE, Gateway
from agent_service.llm.probe import client
from agent_service.llm.question import text_question
from agent_service.llm.weather import Breaker, Budget, Pace, Price, Usage
from tests.agent.llm.model_server import half, hangs_up, raw, running, says, slow, status, tells

GOOD = "{account} rose by {change}."
SHOWN = "6100 Rent rose by +4,000.00 EUR."
PRICE = Price(Decimal("2.50"), Decimal(10))


class Clock:
    """A clock that only sleeping moves."""

    now = 0.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def server():
    with running() as one:
        yield one


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def gateway(server, clock):
    with client(server.url, None) as asked:
        yield Gateway(
            asked,
            "small",
            Budget(PRICE),
            Pace(60, clock, clock.sleep),
            Breaker(clock=clock),
            timeout_s=0.3,
            clock=clock,
            sleep=clock.sleep,
        )


@pytest.fixture
def question(rent):
    return text_question("variance", rent, "the template")


def test_without_a_model_the_template_stands(question):
    told = Gateway().ask(question)
    assert (told.answer, told.author) == ("the template", TEMPLATE)
    assert "configured" in told.why


def test_a_text_of_facts_is_shown_with_its_author(server, gateway, question):
    server.replies = [tells(GOOD)]
    told = gateway.ask(question)
    assert (told.answer, told.author) == (SHOWN, "small")
    [exchange] = gateway.exchanges
    assert (exchange.prompt, exchange.outcome, exchange.usage) == ("variance@1", "taken", Usage(100, 20, 1))
    assert json.loads(exchange.request) == server.requests[0]["messages"]
    assert server.requests[0]["response_format"]["json_schema"]["strict"] is True
    assert "Rent" not in exchange.request


def test_it_is_asked_once_more_with_the_reason(server, gateway, question):
    server.replies = [tells("{account} rose by 4,000.00."), tells(GOOD)]
    assert gateway.ask(question).answer == SHOWN
    again = server.requests[1]["messages"]
    assert "digit" in again[-1]["content"]
    assert gateway.budget.usage == Usage(200, 40, 2)


def test_twice_ungrounded_is_the_template(server, gateway, question):
    server.replies = [tells("{account} rose by 4,000.00.")]
    told = gateway.ask(question)
    assert (told.answer, told.author) == ("the template", TEMPLATE)
    assert "digit" in told.why
    assert len(server.requests) == 2
    assert gateway.exchanges[0].answers == ('{"text": "{account} rose by 4,000.00."}',) * 2


BAD = {
    "no JSON": says("The rent rose."),
    "another shape": says('{"answer": "x"}'),
    "more than was asked for": says('{"text": "{account} rose by {change}.", "approve": true}'),
    "a text that is no text": says('{"text": 5}'),
    "cut off": says('{"text": "{account} rose', end="length"),
    "refused": says(None, refusal="I can't help with that"),
    "empty": says(""),
    "no choices": raw(b'{"id": "x", "object": "chat.completion", "created": 1, "model": "m", "choices": []}'),
    "HTML": raw(b"<html>busy</html>"),
    "a list": raw(b"[1, 2]"),
    "null": raw(b"null"),
    "429": status(429, {"Retry-After": "1"}),
    "500": status(500),
    "503": status(503),
    "401": status(401),
    "404": status(404),
    "400": status(400),
    "a redirect": status(302, {"Location": "http://127.0.0.1:9/v1"}),
    "hangs up": hangs_up,
    "half an answer": half,
    "too slow": slow(1.0),
}


@pytest.mark.parametrize("case", BAD)
def test_whatever_the_server_does_there_is_an_answer(server, gateway, question, case):
    server.replies = [BAD[case]]
    told = gateway.ask(question)
    assert (told.answer, told.author) == ("the template", TEMPLATE)
    assert told.why
    assert len(server.requests) <= 3


def test_what_passes_is_waited_for(server, gateway, question):
    server.replies = [status(503), hangs_up, tells(GOOD)]
    assert gateway.ask(question).answer == SHOWN


def test_the_same_question_is_asked_once(server, gateway, question):
    server.replies = [tells(GOOD), status(500)]
    assert gateway.ask(question) == gateway.ask(question)
    assert len(server.requests) == 1
    assert gateway.outcomes["cached"] == 1


def test_a_refused_text_is_not_kept(server, gateway, question):
    server.replies = [tells("no"), tells("no"), tells(GOOD)]
    assert gateway.ask(question).author == TEMPLATE
    assert gateway.ask(question).author == "small"


def test_a_server_that_is_out_is_left_alone_and_tried_later(server, gateway, question, clock):
    server.replies = [status(503)]
    gateway.ask(question)
    asked = len(server.requests)
    for _ in range(20):
        assert "later" in gateway.ask(question).why
    assert len(server.requests) == asked
    clock.now += 301
    server.replies = [tells(GOOD)]
    assert gateway.ask(question).answer == SHOWN


def test_a_wrong_key_is_not_tried_again(server, gateway, question, clock):
    server.replies = [status(401)]
    gateway.ask(question)
    clock.now += 10_000
    gateway.ask(question)
    assert len(server.requests) == 1


def test_what_is_refused_or_cut_off_costs_too(server, gateway, question):
    server.replies = [says("x", end="length", usage=(1000, 700)), tells(GOOD, usage=(2000, 100))]
    assert gateway.ask(question).answer == SHOWN
    assert gateway.budget.usage == Usage(3000, 800, 2)
    assert gateway.budget.cost == Decimal("0.0155")
    assert gateway.exchanges[0].usage == Usage(3000, 800, 2)


def test_an_answer_that_tells_no_usage_counts_as_the_most_it_may_be(server, gateway, question):
    server.replies = [tells(GOOD, usage=None)]
    gateway.ask(question)
    used = gateway.budget.usage
    assert (used.calls, used.guessed, used.tokens_out) == (1, 1, 700)
    assert used.tokens_in * 3 >= len(server.requests[0]["messages"][0]["content"])


@pytest.mark.parametrize(
    ("budget", "why"),
    [
        (Budget(PRICE, run_limit=Decimal("0.0001")), "run's limit"),
        (Budget(PRICE, month_limit=Decimal(5), spent_before=Decimal("4.9999")), "month's limit"),
    ],
)
def test_nothing_is_asked_beyond_a_limit(server, gateway, question, budget, why):
    gateway.budget = budget
    told = gateway.ask(question)
    assert told.author == TEMPLATE
    assert why in told.why
    assert not server.requests


def test_nothing_is_asked_after_the_time_of_the_run(server, gateway, question, clock):
    gateway.budget = Budget(PRICE, seconds=60)
    server.replies = [tells(GOOD)]
    gateway.ask(question)
    clock.now += 60
    gateway.answers._held.clear()
    assert "time" in gateway.ask(question).why


def test_calls_keep_their_pace(server, gateway, question, clock):
    gateway.pace = Pace(30, clock, clock.sleep)
    server.replies = [tells(GOOD)]
    for _ in range(4):
        gateway.answers._held.clear()
        gateway.ask(question)
    assert clock.now == 6.0
