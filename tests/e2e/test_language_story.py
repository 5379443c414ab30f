"""A language model's texts: taken into use by two people, marked, with their facts, and never more than text.

Told in order, on one copy of the sample company. What the agent hands in goes through its port.
"""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.colleague import Refused
from tools import odoo_cli, postgres

pytestmark = pytest.mark.slow
SCRIPT = (Path(__file__).parent / "language_shell.py").read_text()
BOX = ".o_ai_close_model_text"
BADGE = "Text by small-model:8b, not by a person"


def _agent(books, part: str) -> None:
    """Let the agent's port take a part of the story."""
    odoo_cli.shell(postgres.TEST, books.database, SCRIPT, env={"LANGUAGE": part})


def _open(someone, model: str, record: int) -> None:
    someone.page.goto(f"{someone.url}/odoo/{model}/{record}")
    someone.page.locator(".o_form_view").wait_for()


def test_two_people_take_a_model_into_use(person, colleague, october):
    _agent(october, "offer")
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
    carla.picture("language-version")
    carla.press("Take into use")
    carla.confirm()
    carla.state("In use")


def test_texts_are_marked_name_their_facts_and_run_nothing(person, colleague, october):
    _agent(october, "run")
    anna, api = person("anna"), colleague("anna")
    about = {
        row["task"]: row["about_id"] for row in api.search_read("ai.close.text", [], ["task", "about_id"])
    }
    _open(anna, "ai-close-findings", about["finding"])
    boxes = anna.page.locator(BOX)
    expect(boxes).to_have_count(2)
    expect(boxes.first).to_contain_text(BADGE)
    box = anna.page.locator(f"{BOX}[data-task=finding]")
    expect(box).to_contain_text("<img src=x")
    assert anna.page.evaluate("() => window.hacked") is None
    expect(anna.page.locator(f"{BOX}[data-task=account]")).to_contain_text("Suggestion: 600000 Expenses")
    box.scroll_into_view_if_needed()
    anna.picture("language-finding")
    box.get_by_role("button", name="Facts").click()
    dialog = anna.page.locator(".modal")
    expect(dialog).to_contain_text("change from September 2026")
    expect(dialog.get_by_role("tab")).to_have_count(0)
    anna.page.keyboard.press("Escape")
    _open(anna, "ai-close-entries", about["entry"])
    expect(anna.page.locator(BOX)).to_contain_text("Received in October 2026")
    _open(anna, "ai-close-flux", about["variance"])
    expect(anna.page.locator(BOX)).to_contain_text(BADGE)
    anna.picture("language-flux")


def test_an_auditor_sees_what_the_provider_saw(person, colleague, october):
    api = colleague("audrey")
    (finding,) = api.search_read("ai.close.text", [("task", "=", "finding")], ["about_id"])
    audrey = person("audrey")
    _open(audrey, "ai-close-findings", finding["about_id"])
    audrey.page.locator(f"{BOX}[data-task=finding]").get_by_role("button", name="Facts").click()
    dialog = audrey.page.locator(".modal")
    expect(dialog.locator("div[name=request]")).to_contain_text("[NAME_1]")
    audrey.picture("language-facts")
    dialog.get_by_role("tab", name="What it answered").click()
    expect(dialog.locator("div[name=answers]")).to_contain_text("{change}")
    audrey.page.keyboard.press("Escape")
    (run,) = api.search("ai.close.run", [("run_key", "=", "language-story")])
    _open(audrey, "ai-close-runs", run)
    audrey.page.get_by_role("tab", name="Language model").click()
    expect(audrey.page.locator("div[name=language_reasons]")).to_contain_text("names no fact")
    audrey.picture("language-run")
    audrey.go("ai-close-questions")
    expect(audrey.page.locator(".o_data_row")).to_have_count(4)


def test_one_controller_switches_it_off_and_the_texts_go(person, colleague, october):
    api = colleague("carla")
    (version,) = api.search("ai.close.language", [("state", "=", "in_force")])
    (text,) = api.search_read("ai.close.text", [("task", "=", "variance")], ["about_id"])
    carla = person("carla")
    _open(carla, "ai-close-language-model", version)
    carla.press("Switch off now...")
    carla.give_reason("Its texts help nobody.")
    carla.state("No longer in use")
    assert not api.search("ai.close.text", [])
    (variance,) = api.read("ai.close.variance", [text["about_id"]], ["author"])
    assert variance["author"] == "template"
