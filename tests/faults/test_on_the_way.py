"""What the network and the server do to a run: answers lost, gateways down, Odoo killed in the middle."""

import pytest

from tests.support.demo import CLUSTER, FIRST_PORT, proposals
from tests.support.lossy_proxy import LossyProxy
from tools import odoo_cli, template
from tools.odoo_server import OdooServer


@pytest.fixture(scope="module")
def expected(finished) -> dict:
    """What an undisturbed run leaves."""
    return finished.proposals()


@pytest.mark.parametrize("transport", ["json2", pytest.param("jsonrpc", marks=pytest.mark.slow)])
def test_each_kind_of_call_is_lost_once_and_the_run_ends_by_itself(make_demo, expected, transport):
    methods = ("hello", "begin", "extract", "submit", "finish", "seals")
    plan = [f"{harm}:{method}" for method in methods for harm in ("lost", "gateway", "cut")]
    demo = make_demo(transport=transport)
    with LossyProxy(demo.url, plan) as proxy:
        demo.url = proxy.url
        report = demo.run()
        assert proxy.plan == []
        assert sorted(proxy.broken) == sorted(plan)
    assert report["state"] == "done"
    assert proposals(demo) == expected
    assert demo.sql("SELECT json_agg(state) FROM ai_close_run") == ["done"]


def test_a_gateway_that_stays_down_ends_with_one_line_and_a_key_to_go_on_with(odoo_demo, expected):
    address = odoo_demo.url
    with LossyProxy(address, ["gateway:submit"] * 9) as proxy:
        odoo_demo.url = proxy.url
        done = odoo_demo.ai_close(*odoo_demo.run_arguments())
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.startswith("ai-close: ")
    assert done.stderr.count("\n") == 1
    assert len(odoo_demo.run_keys()) == 1
    odoo_demo.url = address
    odoo_demo.run()
    assert proposals(odoo_demo) == expected
    assert odoo_demo.sql("SELECT json_agg(state) FROM ai_close_run") == ["done"]


def test_odoo_is_killed_in_the_middle_and_comes_back(make_demo, shared_server, expected):
    """The server dies with a call half done: the agent says so, and goes on when it is there again."""
    _server, ready = shared_server
    demo = make_demo()
    database = f"{demo.database}_own"
    template.reclone(ready, database)
    try:
        demo.database = database
        server = OdooServer(database, port=FIRST_PORT)
        with server:
            demo.url = server.url
            watched = _killed_after(demo, server, "submit finding")
            assert watched.returncode == 3, watched.stderr
            assert "ai-close: " in watched.stderr
            assert len(demo.run_keys()) == 1
        assert demo.sql("SELECT json_agg(state) FROM ai_close_run") == ["running"]
        with server:
            demo.url = server.url
            demo.run()
        assert proposals(demo) == expected
        assert demo.sql("SELECT json_agg(state) FROM ai_close_run") == ["done"]
    finally:
        odoo_cli.drop(CLUSTER, database)


def _killed_after(demo, server, call: str):
    """Run the agent and kill Odoo, by its process id, the moment that call is about to be sent."""
    return demo.ai_close(
        *demo.run_arguments(),
        module="tests.faults.server_killer",
        AI_CLOSE_TEST_CALL=call,
        AI_CLOSE_TEST_PID=str(server.process.pid),
    )
