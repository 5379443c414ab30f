"""What a model made of the evaluation set, and the offer that people in Odoo decide on."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from agent_service.llm.prompts import load, tasks
from agent_service.llm.weather import Usage, plain

if TYPE_CHECKING:
    from agent_service.llm.evaluation import Score


@dataclass(frozen=True)
class Trial:
    """Scores by task, and what they cost."""

    model: str
    scores: Mapping[str, "Score"]
    usage: Usage
    cost: Decimal
    currency: str

    def offer(self, url: str) -> dict[str, Any]:
        """Return model, prompts and figures as the port takes them; of the address host and port alone."""
        return {
            "model": self.model,
            "address": urlsplit(url).netloc.rpartition("@")[2],
            "prompts": {
                task: {"version": load(task).version, "digest": load(task).digest} for task in tasks()
            },
            "figures": {
                task: {
                    "cases": score.cases,
                    "taken": score.taken,
                    "template": score.template,
                    "right": score.right,
                    "checked": score.checked,
                }
                for task, score in self.scores.items()
            },
            "usage": {
                "calls": self.usage.calls,
                "tokens_in": self.usage.tokens_in,
                "tokens_out": self.usage.tokens_out,
            },
            "cost": plain(self.cost),
            "currency": self.currency,
        }
