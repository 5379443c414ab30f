"""The sample's people at a running Odoo: calls with login and password, as a program of theirs would make."""

import json
import urllib.request
from itertools import count

_calls = count(1)


class People:
    """Calls methods of one database as whoever has a password."""

    def __init__(self, url: str, database: str, passwords: dict[str, str]) -> None:
        """Keep where to call, and the passwords by login."""
        self.url, self.database, self.passwords = url, database, passwords
        self._uids: dict[str, int] = {}

    def rpc(self, service: str, method: str, *args):
        """Return the whole answer of one call."""
        body = {"jsonrpc": "2.0", "id": next(_calls), "method": "call",
                "params": {"service": service, "method": method, "args": args}}  # fmt: skip
        request = urllib.request.Request(
            f"{self.url}/jsonrpc", json.dumps(body).encode(), {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=240) as answer:
            return json.load(answer)

    def call(self, login: str, model: str, method: str, *args, **named):
        """Return the answer of one method of a model, called as ``login``."""
        secret = self.passwords[login]
        if login not in self._uids:
            # a key logs in like a password
            self._uids[login] = self.rpc("common", "login", self.database, login, secret)["result"]
        uid = self._uids[login]
        return self.rpc("object", "execute_kw", self.database, uid, secret, model, method, list(args), named)

    def result(self, login: str, model: str, method: str, *args, **named):
        """Return the result of a call that has to succeed."""
        answer = self.call(login, model, method, *args, **named)
        if "error" in answer:
            raise AssertionError(answer["error"]["data"]["message"])
        return answer["result"]
