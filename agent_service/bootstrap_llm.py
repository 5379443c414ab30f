"""Settings to a language model: the gateway of a run, and the trial of a model."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from agent_service.errors import AgentError, BadInput
from agent_service.llm.trial import Trial
from agent_service.odoo_client.run import Told
from agent_service.settings import LlmSettings

if TYPE_CHECKING:
    from agent_service.llm.gateway import Gateway

_log = structlog.get_logger(__name__)


def need_model(settings: LlmSettings) -> None:
    """Raise BadInput unless a language model is configured."""
    if not settings.llm_url or not settings.llm_model:
        raise BadInput("no language model is configured", "Set AI_CLOSE_LLM_URL and AI_CLOSE_LLM_MODEL.")


@contextmanager
def asker_of(settings: LlmSettings, answers: Path) -> Iterator["Gateway | None"]:
    """Open the way to the configured model for one run; none where there is none, or its key can't be read.

    ``answers`` is the file that keeps what was answered before.
    """
    if not settings.llm_url or not settings.llm_model:
        yield None
        return
    # imported here: the client's library takes a second that nobody else should pay
    from agent_service.llm.answers import KeptAnswers
    from agent_service.llm.probe import client

    try:
        asked = client(settings.llm_url, settings.llm_key)
        kept = KeptAnswers(answers)
    except (AgentError, OSError) as error:
        _log.warning("language_model_not_used", reason=str(error))
        yield None
        return
    with asked:
        yield _gateway(settings, asked, seconds=settings.llm_run_seconds, answers=kept)


def tried(settings: LlmSettings, told: Told) -> Trial:
    """Try the configured model on the evaluation set."""
    from agent_service.llm.evaluation import evaluate
    from agent_service.llm.probe import client

    need_model(settings)
    with client(settings.llm_url or "", settings.llm_key) as asked:
        gateway = _gateway(settings, asked)
        scores = evaluate(gateway, told)
    budget = gateway.budget
    return Trial(gateway.model, scores, budget.usage, budget.cost, budget.price.currency)


def _gateway(settings: LlmSettings, asked: object, seconds: float | None = None, **more: object) -> "Gateway":
    from agent_service.llm.gateway import Gateway
    from agent_service.llm.weather import Budget, Pace

    return Gateway(
        asked,
        settings.llm_model or "",
        Budget(settings.llm_price, run_limit=settings.llm_run_limit, seconds=seconds),
        Pace(settings.llm_per_minute),
        timeout_s=settings.llm_timeout_s,
        **more,
    )
