"""`ai-close`, killed with SIGKILL at one call of the port.

    AI_CLOSE_TEST_KILL=before:3 python -m tests.faults.killer run ...

`before:3` dies instead of sending the third call; `after:3` dies when Odoo has committed it, before the
agent has read the answer. AI_CLOSE_TEST_CALLS names a file that gets a line for each call.
"""

import os
import signal
from pathlib import Path
from typing import Any

from agent_service import bootstrap, cli


class KillingTransport:
    """A transport that counts its calls and dies at one of them."""

    calls = 0

    def __init__(self, inner: Any) -> None:
        self.inner = inner
        self.name = inner.name
        when, _, number = os.environ.get("AI_CLOSE_TEST_KILL", "never:0").partition(":")
        self.when, self.number = when, int(number)
        self.log = Path(os.environ.get("AI_CLOSE_TEST_CALLS", os.devnull))

    def close(self) -> None:
        self.inner.close()

    def call(self, model: str, method: str, /, **kwargs: Any) -> Any:
        KillingTransport.calls += 1
        with self.log.open("a") as handle:
            handle.write(f"{method} {kwargs.get('dataset') or kwargs.get('kind') or ''}".strip() + "\n")
        self._die("before")
        answer = self.inner.call(model, method, **kwargs)
        self._die("after")
        return answer

    def _die(self, when: str) -> None:
        if (self.when, self.number) == (when, KillingTransport.calls):
            os.kill(os.getpid(), signal.SIGKILL)


_connect = bootstrap.connect
bootstrap.connect = lambda *args, **kwargs: KillingTransport(_connect(*args, **kwargs))

if __name__ == "__main__":
    cli.main()
