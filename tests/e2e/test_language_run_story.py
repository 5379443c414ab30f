"""The agent with a model over a real socket: offered, taken into use by two, its marked texts on the screens.

Told in order, on one copy of the sample company and with a model that speaks over a real socket.
"""

import pytest
from playwright.sync_api import expect

from tests.agent.llm.model_server import running
from tests.agent.llm.polite import MODEL, polite
from tools import agent

pytestmark = pytest.mark.slow

BADGE = f"Text by {MODEL}, not by a person"


@pytest.fixture(scope="module")
def model_env(october):
    """The agent's environment of a model that answers."""
    with running() as server:
        server.replies = [polite]
        yield october.agent_env(
            AI_CLOSE_LLM_URL=server.url,
            AI_CLOSE_LLM_MODEL=MODEL,
            AI_CLOSE_LLM_PRICE_IN="0.15",
            AI_CLOSE_LLM_PRICE_OUT="0.60",
            AI_CLOSE_LLM_PER_MINUTE="10000",
        )


def _first(api, task: str) -> int:
    """Return the id of a record that has a text of this task, the first one."""
    domain = [("task", "=", task), ("active", "=", True)]
    found = api.call("ai.close.text", "search_read", domain, ["about_id"], order="id", limit=1)
    return found[0]["about_id"]


def _open(someone, path: str) -> None:
    someone.page.goto(f"{someone.url}/odoo/{path}")
    someone.page.locator(".o_form_view").wait_for()


def test_a_model_is_offered_and_taken_into_use_by_two(person, colleague, october, model_env):
    (offered,) = agent.offer_model(model_env, october.company)
    assert offered["state"] == "draft"
    api = colleague("carla")
    (version,) = api.search("ai.close.language", [("version", "=", offered["version"])])
    ben = person("ben")
    _open(ben, f"ai-close-language-model/{version}")
    expect(ben.page.locator("[name=figure_rows]")).to_contain_text("Why a balance moved")
    ben.press("Propose...")
    ben.give_reason("It holds what it says on the set.")
    ben.state("Proposed")
    carla = person("carla")
    _open(carla, f"ai-close-language-model/{version}")
    carla.press("Take into use")
    carla.confirm()
    carla.state("In use")


def test_texts_are_marked_beside_what_they_are_about(person, colleague, october, model_env):
    report = agent.run_once(model_env, october.company, october.period)
    assert report["language"]["taken"] > 20, report["language"]
    api, carla = colleague("carla"), person("carla")
    for task, path in (
        ("finding", "ai-close-findings"),
        ("entry", "ai-close-entries"),
        ("variance", "ai-close-flux"),
    ):
        _open(carla, f"{path}/{_first(api, task)}")
        box = carla.page.locator(f".o_ai_close_model_text[data-task={task}]")
        expect(box).to_contain_text(BADGE)
        carla.to_top()
        box.scroll_into_view_if_needed()
        if task != "finding":
            carla.picture(f"language-{task}")
