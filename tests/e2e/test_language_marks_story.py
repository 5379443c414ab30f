"""A language model in short: two people take it into use, its text is marked and tells its facts."""

from playwright.sync_api import expect

from tests.e2e.language_agent import BADGE, LanguageAgent


def _open(someone, path: str) -> None:
    someone.page.goto(f"{someone.url}/odoo/{path}")
    someone.page.locator(".o_form_view").wait_for()


def test_two_people_decide_and_a_text_bears_its_mark(person, colleague, october):
    api = colleague("carla")
    agent = LanguageAgent(october, api)
    agent.offer()
    (version,) = api.search("ai.close.language", [])
    ben, carla = person("ben"), person("carla")
    _open(ben, f"ai-close-language-model/{version}")
    ben.press("Propose...")
    ben.give_reason("It explains well on the evaluation set.")
    ben.state("Proposed")
    _open(carla, f"ai-close-language-model/{version}")
    carla.press("Take into use")
    carla.confirm()
    carla.state("In use")

    finding = agent.finding(("rule", "=", "CMP001"))
    agent.begin()
    agent.explain(finding)
    agent.finish()
    _open(ben, f"ai-close-findings/{finding['id']}")
    box = ben.page.locator(".o_ai_close_model_text")
    expect(box).to_contain_text(BADGE)
    box.scroll_into_view_if_needed()
    ben.picture("language-finding")
    box.get_by_role("button", name="Facts").click()
    dialog = ben.page.locator(".modal")
    expect(dialog).to_contain_text("amount of the finding")
    expect(dialog).not_to_contain_text("What the provider saw")
    expect(dialog.get_by_role("button", name="Save")).to_have_count(0)
    dialog.get_by_role("button", name="Close", exact=True).last.click()
    expect(dialog).to_have_count(0)
