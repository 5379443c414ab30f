"""`ai-close`, whose Odoo is killed at one call: AI_CLOSE_TEST_CALL says which, AI_CLOSE_TEST_PID whom."""

import os
import signal
import threading
from typing import Any

from agent_service import bootstrap, cli


class ServerKillingTransport:
    """A transport that kills the server a moment after one call was sent."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner
        self.name = inner.name

    def close(self) -> None:
        self.inner.close()

    def call(self, model: str, method: str, /, **kwargs: Any) -> Any:
        if f"{method} {kwargs.get('kind', '')}".strip() == os.environ["AI_CLOSE_TEST_CALL"]:
            threading.Timer(0.02, _kill).start()
        return self.inner.call(model, method, **kwargs)


def _kill() -> None:
    try:
        os.kill(int(os.environ["AI_CLOSE_TEST_PID"]), signal.SIGKILL)
    except ProcessLookupError:
        return  # it is dead already, this was a repetition of the call


_connect = bootstrap.connect
bootstrap.connect = lambda *args, **kwargs: ServerKillingTransport(_connect(*args, **kwargs))

if __name__ == "__main__":
    cli.main()
