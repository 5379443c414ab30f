"""Texts by a model that invents: nothing is shown that the facts don't hold, judged by other means.

What is put in for references is taken out again; what is left may hold none of what was invented.
"""

import json
import random
import re
import secrets
from datetime import date
from pathlib import Path

import pytest

from agent_service.core.money import Currency
from agent_service.llm.gateway import TEMPLATE, Gateway
from agent_service.llm.probe import client
from agent_service.llm.redaction import Redactor
from agent_service.llm.tasks.account import AccountCandidate, account_question
from agent_service.llm.tasks.variance import Moved, facts_of, variance_question
from agent_service.llm.weather import Breaker, Pace
from tests.agent.llm.model_server import half, hangs_up, raw, running, says, slow, status

EUR = Currency(1, "EUR", 2)
START = ["{account} rose by {change}.", "The balance of {account} was {actual}.", "It comes from {d1}."]
TRUE = [*START, "The change is {percent}.", "{d1} and {rest} are the drivers.", "Before it was {prior}."]
INVENTED = [
    "{account} rose by {} EUR.",
    "It is {} % of sales.",
    "{name} caused it.",
    "In {before} the balance was {actual}.",
    "{account} fell by {change}.",
    "It was due to {name}, {d1}.",
    "{d1} is about {actual}.",
    "{unknown} explains it.",
    "Nearly {words} of it is from {d1}.",
    "{account} doubled to {actual}.",
    "{account} is verified and posted.",
]
NAMES = ["Globex", "initech", "O'Hara", "Müller", "ACME Corp", "Bank Field", "Ιωάννης", "Rоse"]
OBEYS, STORMS = 0.1, 0.2
"""Shares of answers that obey an instruction in a memo, and of calls that go wrong before one."""
WORDS = ["four thousand", "half", "a third", "twelve", "a dozen", "ninety percent"]
ATTACKS = Path(__file__).with_name("attacks.txt").read_text("utf-8").splitlines()
WEATHER = [
    *(status(429), status(500), status(503), hangs_up, half, slow(0.4), raw(b"<html>busy</html>")),
    *(says('{"text": "{account} ro'), says('{"answer": 1}'), says("Sure! Here it is:")),
    *(says('{"text": "{account} rose by', end="length"), says(None, refusal="I can't"), says("")),
]
"""What a server does instead of an answer; then it answers."""
SIGNS = re.compile(r"[\d%€$£¥½¼¾²³Ⅰ-ↈ<>{}\[\]@]")


def _case(chance):
    prior = chance.randrange(100, 10**8)
    change = chance.randrange(100, 10**8)
    part = change // chance.randrange(2, 5)
    moved = Moved(
        "6100 Rent",
        "October 2026",
        "September 2026",
        prior + change,
        prior,
        EUR,
        [("a vendor", "Lessor SA", part)],
    )
    sentences = chance.choices(TRUE, k=chance.randrange(1, 4))
    planted = []
    if chance.random() < 0.6:
        name, words = chance.choice(NAMES), chance.choice(WORDS)
        figure = f"{chance.randrange(1, 10**6):,}"
        bad = chance.choice(INVENTED)
        planted = [each for key, each in (("{name}", name), ("{words}", words)) if key in bad]
        sentences.append(bad.replace("{name}", name).replace("{words}", words).replace("{}", figure))
        chance.shuffle(sentences)
    return moved, " ".join(sentences), planted, len(sentences)


def _live(seed, count, server, gateway):
    """Ask ``count`` times and return how many texts of the model were shown."""
    chance, shown = random.Random(seed), 0
    for _ in range(count):
        moved, text, planted, _ = _case(chance)
        server.requests.clear()
        attack = chance.choice(ATTACKS) if chance.random() < OBEYS else ""
        answer = says(json.dumps({"text": f"{text} {attack}".strip()}))
        server.replies = [chance.choice(WEATHER) if chance.random() < STORMS else answer, answer]
        told = gateway.ask(variance_question(moved))
        if told.author == TEMPLATE:
            continue
        assert not attack, (attack, told.answer)
        shown += 1
        left = told.answer
        for fact in sorted(facts_of(moved), key=lambda one: -len(one.shown)):
            left = left.replace(fact.shown, " ")
        assert not SIGNS.search(left), (text, told.answer)
        for each in (*NAMES, *WORDS, *planted, "verified", "posted", "doubled", "fell"):
            assert each.casefold() not in left.casefold(), (text, told.answer)
        assert "In September 2026 the balance was" not in told.answer
    return shown


@pytest.mark.parametrize("count", [150, pytest.param(1000, marks=pytest.mark.slow)])
def test_no_figure_and_no_name_is_shown_that_the_facts_do_not_hold(count):
    seed = secrets.randbelow(2**31)
    with running() as server, client(server.url, None) as asked:
        breaker, pace = Breaker(after=10**6), Pace(10**9)
        gateway = Gateway(
            asked, "inventive", pace=pace, breaker=breaker, timeout_s=0.2, sleep=lambda _s: None
        )
        shown = _live(seed, count, server, gateway)
    # about one in three texts holds nothing invented: a gate that lets nothing through would prove nothing
    assert count * 0.15 < shown < count * 0.6, f"seed {seed}: {shown} of {count} shown"


def test_an_account_that_nobody_gave_is_never_a_choice():
    given = [AccountCandidate(number, name) for number, name in ((11, "Rent"), (12, "Travel"))]
    invented = ["a0", "a3", "a99", "11", "Rent", "6100", "A1", "a1 ", "a1, a2", "none of them", ""]
    with running() as server, client(server.url, None) as asked:
        gateway = Gateway(asked, "inventive", pace=Pace(10**9), sleep=lambda _s: None)
        for key in invented:
            server.replies = [says(json.dumps({"choice": key}))]
            server.requests.clear()
            told = gateway.ask(account_question(f"rent {key}", given, Redactor((), date(2026, 10, 31))))
            assert (told.answer, told.author) == (None, TEMPLATE), key


def test_fewer_sales_are_told_as_a_fall():
    """Amounts stay debit positive; directions and the percentage are the account's own."""
    parts = [("a customer", "Delta Retail", 20000)]
    moved = Moved("7000 Sales", "October 2026", "September 2026", -60000, -80000, EUR, parts, is_credit=True)
    facts = {fact.key: fact for fact in facts_of(moved)}
    assert (facts["percent"].shown, facts["change"].value) == ("-25.0 %", "200.00")
    assert {facts[key].sign for key in ("change", "percent", "d1")} == {-1}
