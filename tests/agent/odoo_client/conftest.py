"""A protocol stub and both transports against it."""

import pytest

from agent_service.odoo_client.connect import connect
from agent_service.odoo_client.retry import Retry
from agent_service.secret import Secret
from tests.agent.odoo_stub import DATABASE, KEY, LOGIN, OdooStub


@pytest.fixture
def stub():
    with OdooStub() as server:
        server.port("hello", lambda: {"addon_version": "19.0.1.0.0"})
        server.port("extract", lambda **kwargs: kwargs)
        server.port("rotate_key", lambda: {"key": "new"})
        yield server


@pytest.fixture(params=["json2", "jsonrpc"])
def open_transport(request, stub):
    """Return a function that opens a transport of either kind, with the right or a wrong identity."""
    opened = []

    def opener(*, key=KEY, database=DATABASE, login=LOGIN, timeout_s=5.0, url=None):
        transport = connect(
            url or stub.url, database, login, Secret(key), transport=request.param, timeout_s=timeout_s
        )
        opened.append(transport)
        return transport

    opener.kind = request.param
    yield opener
    for transport in opened:
        transport.close()


@pytest.fixture
def waits():
    """The pauses that a patient caller made, instead of making them."""
    return []


@pytest.fixture
def patient(waits):
    return Retry(attempts=4, first_s=0.5, longest_s=20, jitter_s=0.1, sleep=waits.append)
