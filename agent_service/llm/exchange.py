"""What a provider saw and said in one question, as the audit trail keeps it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from agent_service.llm.weather import Usage


@dataclass(frozen=True)
class Exchange:
    """One question with all calls that it took; texts are as they left, redacted, so that it can be redone.

    ``outcome`` is `taken`, or why the answers were not. ``key`` is the digest of model, prompt and question.
    """

    key: str
    task: str
    prompt: str
    prompt_digest: str
    model: str
    request_digest: str
    request: str
    answers: tuple[str, ...]
    outcome: str
    usage: Usage

    def row(self) -> dict[str, Any]:
        """Return it as the run tells it, but for the cost."""
        return {
            "key": self.key,
            "task": self.task,
            "prompt": self.prompt,
            "prompt_digest": self.prompt_digest,
            "model": self.model,
            "request_digest": self.request_digest,
            "request": self.request,
            "answers": list(self.answers),
            "outcome": self.outcome,
            "tokens_in": self.usage.tokens_in,
            "tokens_out": self.usage.tokens_out,
        }

    def kept(self) -> dict[str, Any]:
        """Return it as it is kept until it was told."""
        return asdict(self)

    @classmethod
    def from_kept(cls, row: Mapping[str, Any]) -> "Exchange":
        """Return what `kept` gave; raises TypeError or KeyError where it is something else."""
        return cls(**{**row, "answers": tuple(row["answers"]), "usage": Usage(**row["usage"])})
