"""Repeating a call that may be repeated: exponential backoff with jitter, and a last attempt.

Every method of the port is safe to repeat, but for the few named in `port.py`. An error says itself
whether a repetition can help (`retryable`); what needs a person is never tried twice.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import structlog
import tenacity
from tenacity.nap import sleep as _sleep

from agent_service.errors import AgentError

T = TypeVar("T")
_log = structlog.get_logger(__name__)


def _may_help(error: BaseException) -> bool:
    return isinstance(error, AgentError) and error.retryable


@dataclass(frozen=True)
class Retry:
    """How often and how patiently a call is repeated; all times in seconds."""

    attempts: int = 5
    first_s: float = 0.5
    longest_s: float = 20.0
    jitter_s: float = 0.5
    sleep: Callable[[float], None] = _sleep

    def call(self, what: str, function: Callable[[], T]) -> T:
        """Return what the function returns; raise its last error when no attempt succeeded."""
        wait = tenacity.wait_exponential_jitter(
            multiplier=self.first_s, max=self.longest_s, exp_base=2, jitter=self.jitter_s
        )
        retrying = tenacity.Retrying(
            stop=tenacity.stop_after_attempt(self.attempts),
            wait=wait,
            retry=tenacity.retry_if_exception(_may_help),
            sleep=self.sleep,
            before_sleep=lambda state: _told(what, state),
            reraise=True,
        )
        return retrying(function)


ONCE = Retry(attempts=1)


def _told(what: str, state: tenacity.RetryCallState) -> None:
    error = state.outcome.exception() if state.outcome else None
    wait_s = round(state.next_action.sleep, 2) if state.next_action else 0
    _log.warning("call_repeated", call=what, attempt=state.attempt_number, wait_s=wait_s, reason=str(error))
