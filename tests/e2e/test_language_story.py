"""A language model's texts: taken into use by two people, marked, with their facts, and never more than text.

Told in order, on one copy of the sample company. What the agent hands in goes through its port.
"""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e import accessible
from tests.e2e.colleague import Colleague, Refused
from tests.e2e.language_agent import BADGE, MARKUP, MODEL, LanguageAgent
from tests.e2e.review import Review

pytestmark = pytest.mark.slow
BOX = ".o_ai_close_model_text"


@pytest.fixture(scope="module")
def reader(october):
    """A person who sees everything that the model writes about."""
    return Colleague(october.url, october.database, "carla", october.logins["carla"])


@pytest.fixture(scope="module")
def agent(october, reader):
    """The agent, with a model that says what the story needs."""
    return LanguageAgent(october, reader)


def _open(someone, model: str, record: int) -> None:
    someone.page.goto(f"{someone.url}/odoo/{model}/{record}")
    someone.page.locator(".o_form_view").wait_for()


def test_two_people_take_a_model_into_use(person, colleague, agent):
    agent.offer()
    (version,) = colleague("ben").search("ai.close.language", [])
    ben = person("ben")
    ben.go("ai-close-language-model")
    ben.page.locator(".o_data_row").first.click()
    ben.state("Offered")
    ben.press("Propose...")
    ben.give_reason("It explains well on the evaluation set.")
    ben.state("Proposed")
    with pytest.raises(Refused, match="SOD003"):
        colleague("ben").call("ai.close.language", "action_approve", [version])
    carla = person("carla")
    _open(carla, "ai-close-language-model", version)
    carla.press("Take into use")
    carla.confirm()
    carla.state("In use")


def _unmatched(api) -> int:
    """Return the bank line of a proposal that found nothing, which has no partner."""
    domain = [("state", "=", "proposed"), ("kind", "=", "none"), ("statement_line_id", "!=", False)]
    found = api.call("ai.close.match", "search_read", domain, ["statement_line_id"], order="line_date, id")
    lines = [each["statement_line_id"][0] for each in found]
    return next(row["id"] for row in api.read("account.bank.statement.line", lines, ["partner_id"])
                if not row["partner_id"])  # fmt: skip


@pytest.fixture(scope="module")
def told(agent, reader):
    """What a run told, by task: what each text is about."""
    agent.begin()
    account = [("company_ids", "in", reader.company_id), ("account_type", "=", "expense")]
    rents = reader.search("account.account", account)
    moved = ("state", "=", "open"), ("author", "=", "template")
    about = {
        "variance": agent.one("ai.close.variance", *moved, ("account_id", "in", rents), order="size desc"),
        "finding": agent.finding(("rule", "=", "CMP001")),
        "account": agent.finding(("rule", "=like", "CLS%")),
        "entry": agent.one("ai.close.entry", ("state", "=", "proposed"), ("proposer", "=", "GR")),
        "line": _unmatched(reader),
    }
    rose = "It rose by +4,000.00 USD, mainly due to one vendor with +3,600.00 USD."
    agent.tell("variance", "variance", about["variance"]["key"], rose)
    agent.explain(about["finding"], MARKUP)
    agent.suggest_account(about["account"])
    agent.suggest_period(about["account"])
    received = "Received in October 2026 and not billed: 1,102.50 USD."
    facts = [
        {"key": "amount", "role": "received and not billed", "shown": "1,102.50 USD"},
        {"key": "month", "role": "period of the close", "shown": "October 2026"},
    ]
    agent.tell("entry", "entry", about["entry"]["key"], received, facts=facts)
    about["payer"] = agent.suggest_payer(about["line"])
    agent.finish()
    return about


def test_texts_are_marked_name_their_facts_and_run_nothing(person, told):
    anna = person("anna")
    _open(anna, "ai-close-findings", told["finding"]["id"])
    box = anna.page.locator(BOX)
    expect(box).to_contain_text(BADGE)
    expect(box).to_contain_text("<img src=x")
    assert anna.page.evaluate("() => window.hacked") is None
    box.get_by_role("button", name="Facts").click()
    dialog = anna.page.locator(".modal")
    expect(dialog).to_contain_text("amount of the finding")
    expect(dialog.get_by_role("tab")).to_have_count(0)
    accessible.check(anna.page, ".modal")
    anna.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    _open(anna, "ai-close-entries", told["entry"]["id"])
    expect(anna.page.locator(BOX)).to_contain_text("Received in October 2026")
    _open(anna, "ai-close-flux", told["variance"]["id"])
    expect(anna.page.locator(BOX)).to_contain_text(BADGE)
    expect(anna.page.locator(BOX)).to_contain_text("stands below as the explanation")
    expect(anna.page.locator("[name=explanation] textarea")).to_have_value(
        re.compile("mainly due to one vendor")
    )
    anna.picture("language-flux")


def test_what_is_suggested_is_filled_in_nowhere(person, colleague, told):
    anna = person("anna")
    _open(anna, "ai-close-findings", told["account"]["id"])
    account = anna.page.locator(f"{BOX}[data-task=account]")
    expect(account).to_contain_text("Suggested account:")
    expect(account).to_contain_text("filled in nowhere")
    expect(anna.page.locator(f"{BOX}[data-task=period]")).to_contain_text("2026-10-01 to 2027-09-30")
    account.scroll_into_view_if_needed()
    anna.picture("language-choices")

    review = Review(anna)
    api = colleague("anna")
    (match,) = api.search("ai.close.match", [("statement_line_id", "=", told["line"]), ("kind", "=", "none")])
    review.to(match)
    payer = review.detail().locator(".o_ai_close_match_payer")
    expect(payer).to_contain_text(f"Suggested by {MODEL}, not by a person")
    expect(payer).to_contain_text(told["payer"])
    anna.picture("language-payer")
    accessible.check(anna.page, ".o_ai_close_match_review")
    payer.get_by_role("button", name="Facts").click()
    expect(anna.page.locator(".modal")).to_contain_text("candidate")
    anna.page.keyboard.press("Escape")
    expect(anna.page.locator(".modal")).to_have_count(0)
    payer.get_by_role("button", name="Search this partner's open items").click()
    search = anna.page.locator(".o_ai_close_match_search")
    expect(search.locator("input[role=combobox]")).to_have_value(told["payer"])
    expect(search.locator("[role=option]").first).to_contain_text(told["payer"])
    expect(search.locator(".o_ai_close_match_picked")).to_have_count(0)
    expect(anna.page.locator(".o_ai_close_match_payer")).to_have_count(1)
    anna.picture("language-payer-search")
    assert not api.read("account.bank.statement.line", [told["line"]], ["partner_id"])[0]["partner_id"]


def test_the_cockpit_says_it_in_a_line_and_a_text_what_it_is_about(person, told):
    carla = person("carla")
    carla.go("ai-close")
    line = carla.page.locator("[data-code=language]")
    expect(line).to_contain_text(f"Language model {MODEL}, version 1")
    expect(line).to_contain_text("4 texts taken, 1 left to templates (the sentence names no fact)")
    line.scroll_into_view_if_needed()
    carla.picture("language-cockpit")
    carla.go("ai-close-texts")
    expect(carla.page.locator(".o_data_row")).to_have_count(6)
    expect(carla.page.locator("td[name=about_name]", has_text="draft").first).to_be_visible()
    carla.picture("language-texts")


def test_an_auditor_sees_what_the_provider_saw(person, colleague, told):
    api = colleague("audrey")
    audrey = person("audrey")
    _open(audrey, "ai-close-entries", told["entry"]["id"])
    audrey.page.locator(BOX).get_by_role("button", name="Facts").click()
    dialog = audrey.page.locator(".modal")
    expect(dialog.locator("div[name=request]")).to_contain_text("[NAME_1]")
    audrey.picture("language-facts")
    dialog.get_by_role("tab", name="What it answered").click()
    expect(dialog.locator("div[name=answers]")).to_contain_text("{amount}")
    audrey.page.keyboard.press("Escape")
    (run,) = api.search("ai.close.run", [("run_key", "=", "language-story")])
    _open(audrey, "ai-close-runs", run)
    audrey.page.get_by_role("tab", name="Language model").click()
    expect(audrey.page.locator("div[name=language_reasons]")).to_contain_text("names no fact")
    audrey.picture("language-run")
    audrey.go("ai-close-questions")
    expect(audrey.page.locator(".o_data_row")).to_have_count(6)


def test_another_version_shows_its_results_beside_those_in_use(person, agent, reader):
    agent.offer(right=4)
    (version,) = reader.search("ai.close.language", [("state", "=", "draft")])
    carla = person("carla")
    _open(carla, "ai-close-language-model", version)
    expect(carla.page.locator("div[name=figure_rows]")).to_contain_text("3/4 → 4/4")
    carla.picture("language-version")


def test_one_controller_switches_it_off_and_the_texts_go(person, colleague, told):
    api = colleague("carla")
    (version,) = api.search("ai.close.language", [("state", "=", "in_force")])
    carla = person("carla")
    _open(carla, "ai-close-language-model", version)
    carla.press("Switch off now...")
    carla.give_reason("Its texts help nobody.")
    carla.state("No longer in use")
    assert not api.search("ai.close.text", [])
    (variance,) = api.read("ai.close.variance", [told["variance"]["id"]], ["author"])
    assert variance["author"] == "template"
    carla.go("ai-close")
    expect(carla.page.locator("[data-code=language]")).to_contain_text("No language model is in use")
