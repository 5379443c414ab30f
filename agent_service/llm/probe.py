"""Does the configured language model answer? Any server that speaks OpenAI's protocol will do."""

from dataclasses import dataclass

import openai

from agent_service.odoo_client.endpoint import Endpoint
from agent_service.secret import Secret

_TIMEOUT_S = 10.0
_NO_KEY = "none"  # local servers want a header and don't read it


@dataclass(frozen=True)
class LlmAnswer:
    """What the probe found: a level (ok, warn or fail), one line, and how to mend it."""

    level: str
    message: str
    remedy: str = ""


def client(url: str, key: Secret | None, *, timeout_s: float = _TIMEOUT_S) -> openai.OpenAI:
    """Return a client that follows no redirect and asks no proxy for this machine's own address."""
    endpoint = Endpoint.parse(url, "AI_CLOSE_LLM_URL")
    return openai.OpenAI(
        base_url=endpoint.url,
        api_key=key.reveal() if key else _NO_KEY,
        organization="",
        project="",
        timeout=timeout_s,
        max_retries=0,
        http_client=openai.DefaultHttpxClient(
            follow_redirects=False, trust_env=not endpoint.loopback, timeout=timeout_s
        ),
    )


def probe(url: str, key: Secret | None, model: str | None) -> LlmAnswer:
    """Ask the server for its models, without sending it anything of the books."""
    with client(url, key) as asked:
        try:
            known = {each.id for each in asked.models.list().data or ()}
        except openai.AuthenticationError:
            return LlmAnswer(
                "fail", "The language model's server refuses the key", "Check AI_CLOSE_LLM_KEY_FILE."
            )
        except openai.APITimeoutError:
            return LlmAnswer("fail", f"{url} takes longer than {_TIMEOUT_S:g} s", "Check AI_CLOSE_LLM_URL.")
        except openai.APIConnectionError:
            return LlmAnswer("fail", f"No connection to {url}", "Check AI_CLOSE_LLM_URL.")
        except openai.APIStatusError as error:
            return LlmAnswer(
                "fail",
                f"{url} answers with HTTP {error.status_code}",
                "Check AI_CLOSE_LLM_URL: it mostly ends in /v1.",
            )
        except (openai.OpenAIError, ValueError, TypeError, AttributeError):
            return LlmAnswer(
                "fail",
                f"{url} doesn't speak OpenAI's protocol",
                "Check AI_CLOSE_LLM_URL: it mostly ends in /v1.",
            )
    if not model:
        return LlmAnswer(
            "warn", "A language model's server answers, but no model is named", "Set AI_CLOSE_LLM_MODEL."
        )
    if model not in known:
        return LlmAnswer("warn", f"The server doesn't list the model {model!r}", "Check AI_CLOSE_LLM_MODEL.")
    return LlmAnswer("ok", f"The language model {model} answers")
