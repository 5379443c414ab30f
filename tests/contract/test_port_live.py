"""The port of a real Odoo over both transports: every shape, every refusal, and what the user can't do."""

import re
import uuid

import pytest

from agent_service.bootstrap import Agent, Request
from agent_service.errors import (
    AgentError,
    AuthenticationFailed,
    BadInput,
    Busy,
    DatasetRefused,
    LeaseLost,
    PeriodLocked,
    PortRefused,
    RunKeyUsed,
    VersionMismatch,
)
from agent_service.odoo_client.connect import connect
from agent_service.odoo_client.port import Lease, Port
from agent_service.odoo_client.retry import Retry
from agent_service.secret import Secret, read_secret
from agent_service.settings import Settings
from tests.support.demo import CLUSTER
from tests.support.schemas import CheckedTransport, names

TRANSPORTS = ("json2", "jsonrpc")
DATASETS = {
    "accounts", "journals", "partners", "currencies", "rates", "moves", "lines", "partials",
    "statement_lines", "purchase_lines", "purchase_bill_lines", "stock_moves", "changes",
}  # fmt: skip


@pytest.fixture(scope="module")
def books(demos):
    """One copy for the tests that leave no trace that others mind."""
    return demos.make()


@pytest.fixture(scope="module")
def worked_on(demos):
    """One copy for the tests that leave a finished run, or a locked month."""
    return demos.make()


@pytest.fixture(params=TRANSPORTS)
def open_port(request):
    """Return a function that opens the port of a copy over either transport, checked against the schemas."""
    opened = []

    def opener(demo, key=None):
        key = key or read_secret(demo.key_file, "key")
        transport = CheckedTransport(
            connect(demo.url, demo.database, "ai-close-agent", key, transport=request.param)
        )
        opened.append(transport)
        return Port(transport, Retry(attempts=2, first_s=0.1))

    opener.kind = request.param
    yield opener
    for transport in opened:
        transport.close()


@pytest.fixture
def port(open_port, books):
    return open_port(books)


@pytest.fixture
def begun(port, books):
    """A run that is ended as failed when the test is over."""
    key = f"contract-{uuid.uuid4().hex}"
    result = port.begin(books.company, books.period, key, "1.0.0", "digest")
    lease = Lease(result["run_id"], result["lease"])
    yield lease, result, key
    if books.sql(f"SELECT to_json(state) FROM ai_close_run WHERE id = {lease.run_id}") == "running":
        current = port.begin(books.company, books.period, key, "1.0.0", "digest")
        port.fail(Lease(current["run_id"], current["lease"]), [{"message": "end of a test"}])


def test_hello_says_who_is_there(port, books):
    hello = port.hello()
    assert hello["user"]["login"] == "ai-close-agent"
    assert hello["roles"] == {"agent": True}
    assert set(hello["datasets"]) >= DATASETS
    assert {each["name"] for each in hello["companies"] if each["enabled"]} >= {books.company}
    assert "hello.result" in port.transport.checked


def test_begin_gives_a_lease_and_what_a_run_needs(begun, books):
    _lease, result, _key = begun
    assert result["company"]["name"] == books.company
    assert result["company"]["currency"] == "USD"
    assert result["period"] == {"start": "2026-10-01", "end": "2026-10-31", "name": "2026-10"}
    assert result["policy"]["params"]["materiality"]
    assert result["resumed"] is result["locked"] is False


def test_begin_again_with_the_key_takes_the_lease_over(port, books, begun):
    lease, first, key = begun
    again = port.begin(books.company, books.period, key, "1.0.0", "digest")
    assert (again["run_id"], again["resumed"]) == (first["run_id"], True)
    assert again["lease"] != first["lease"]
    with pytest.raises(LeaseLost):
        port.heartbeat(lease)
    assert port.heartbeat(Lease(again["run_id"], again["lease"]))["lease_until"]


@pytest.mark.parametrize("dataset", sorted(DATASETS - {"changes"}))
def test_a_dataset_is_the_same_in_small_pages_and_in_one(port, begun, dataset):
    lease, _result, _key = begun
    whole = port.extract(lease, dataset, 0, 20000)
    assert whole["next"] is None
    ids = whole["columns"]["id"]
    assert ids == sorted(set(ids))
    assert {len(values) for values in whole["columns"].values()} == {whole["count"]}
    size = max(1, len(ids) // 3)
    joined: dict[str, list] = {name: [] for name in whole["columns"]}
    after: int | None = 0
    while after is not None:
        page = port.extract(lease, dataset, after, size)
        for name, values in page["columns"].items():
            joined[name].extend(values)
        after = page["next"]
    assert joined == whole["columns"]


_AMOUNTS = re.compile(
    r"^(amount|balance|price|debit_amount|credit_amount|quantity|product_qty|tax_cost|rate)"
)
_TEXT_AMOUNT = re.compile(r"-?\d+(\.\d+)?(e-?\d+)?")


@pytest.mark.parametrize("dataset", sorted(DATASETS - {"changes"}))
def test_amounts_are_text_and_nothing_is_a_float_or_an_empty_text(port, begun, dataset):
    lease, _result, _key = begun
    for name, values in port.extract(lease, dataset, 0, 5000)["columns"].items():
        assert not any(isinstance(value, float) for value in values), name
        assert "" not in values, name
        if _AMOUNTS.match(name):
            assert all(value is None or _TEXT_AMOUNT.fullmatch(value) for value in values), name


def test_only_the_company_of_the_run_is_read(port, begun, books):
    lease, result, _key = begun
    moves = port.extract(lease, "moves", 0, 20000)["columns"]["id"]
    company, listed = result["company"]["id"], ",".join(map(str, moves))
    inside = books.sql(f"SELECT count(*) FROM account_move WHERE company_id = {company} AND id IN ({listed})")
    assert inside == len(moves) > 0


def test_changes_since_the_snapshot_are_none_while_nobody_works(port, begun):
    lease, result, _key = begun
    page = port.extract(lease, "changes", int(result["snapshot"]["xmin"]), 5000)
    assert page["columns"].keys() >= {"model", "res_id"}
    assert int(page["watermark"]) >= int(result["snapshot"]["xmin"])


def test_an_unknown_dataset_is_refused(port, begun):
    with pytest.raises(DatasetRefused) as caught:
        port.extract(begun[0], "payslips")
    assert caught.value.code == "RUN011"


@pytest.mark.parametrize(
    ("company", "period", "kind", "code"),
    [
        ("Nobody Ltd", "2026-10", BadInput, "RUN003"),
        (99999, "2026-10", BadInput, "RUN003"),
        ("northwind trading", "2026-10", BadInput, "RUN003"),
        ("Northwind Trading", "2026-13", AgentError, ("RUN004", "RUN010")),
        ("Northwind Trading", "October", AgentError, ("RUN004", "RUN010")),
        ("Northwind Trading", "2199-01", BadInput, "RUN004"),
    ],
)
def test_a_begin_that_makes_no_sense_is_refused(port, books, company, period, kind, code):
    bare = Port(port.transport.inner, Retry(attempts=1))  # wrong on purpose: no schema is asked
    with pytest.raises(kind) as caught:
        bare.begin(company, period, "k-senseless", "1.0.0", "digest")
    assert caught.value.code in (code if isinstance(code, tuple) else (code,))
    assert books.sql("SELECT count(*) FROM ai_close_run WHERE run_key = 'k-senseless'") == 0


@pytest.mark.parametrize("version", ["0.9.0", "2.0.0", "nonsense"])
def test_an_agent_of_another_version_is_refused(port, books, version):
    with pytest.raises(VersionMismatch) as caught:
        port.begin(books.company, books.period, "k-version", version, "digest")
    assert caught.value.code == "RUN007"


def test_a_second_run_waits_for_the_first(port, begun, books):
    with pytest.raises(Busy) as caught:
        port.begin(books.company, books.period, "k-second-run", "1.0.0", "digest")
    assert caught.value.code == "RUN001"


@pytest.mark.parametrize("lease", ["x" * 43, ""])
def test_a_lease_that_nobody_gave_is_refused(port, begun, lease):
    wrong = Lease(begun[0].run_id, lease)
    bare = Port(port.transport.inner, Retry(attempts=1))
    for call in (
        lambda: bare.extract(wrong, "moves"),
        lambda: bare.submit(wrong, "finding", []),
        lambda: bare.heartbeat(wrong),
        lambda: bare.finish(wrong, {}, {}),
        lambda: bare.fail(wrong, []),
    ):
        with pytest.raises(AgentError) as caught:
            call()
        assert caught.value.code in ("RUN002", "RUN010")


def test_a_finished_run_answers_again_and_its_key_is_spent(open_port, worked_on):
    demo, key = worked_on, f"k-finished-{open_port.kind}"
    port = open_port(demo)
    result = port.begin(demo.company, demo.period, key, "1.0.0", "digest")
    lease = Lease(result["run_id"], result["lease"])
    scopes = {"rules": ["CMP001"], "matchers": [], "proposers": []}
    first = port.finish(lease, {"rows": 1}, scopes, watermark=result["snapshot"]["xmin"])
    assert first["state"] == "done"
    assert port.finish(lease, {"rows": 1}, scopes, watermark=result["snapshot"]["xmin"]) == first
    for call in (lambda: port.extract(lease, "moves"), lambda: port.submit(lease, "finding", [])):
        with pytest.raises(LeaseLost):
            call()
    with pytest.raises(RunKeyUsed):
        port.begin(demo.company, demo.period, key, "1.0.0", "digest")
    again = port.begin(demo.company, demo.period, f"k-after-{open_port.kind}", "1.0.0", "digest")
    assert again["watermark"] == result["snapshot"]["xmin"]
    port.fail(Lease(again["run_id"], again["lease"]), [{"message": "end of a test"}])


@pytest.fixture
def locked(open_port, worked_on):
    """A copy whose months are locked while a test looks."""
    port = open_port(worked_on)
    result = port.begin(worked_on.company, worked_on.period, f"k-before-{open_port.kind}", "1.0.0", "digest")
    port.fail(Lease(result["run_id"], result["lease"]), [{"message": "end"}])
    states = worked_on.sql("SELECT json_object_agg(id, state) FROM ai_close")
    worked_on.execute("UPDATE ai_close SET state = 'locked'")
    yield worked_on
    for close, state in states.items():
        worked_on.execute(f"UPDATE ai_close SET state = '{state}' WHERE id = {close}")


def test_a_locked_period_is_refused(open_port, locked):
    port = open_port(locked)
    with pytest.raises(PeriodLocked) as caught:
        port.begin(locked.company, locked.period, "k-after-lock", "1.0.0", "digest")
    assert caught.value.code == "RUN005"


@pytest.mark.parametrize("row", [{"key": "F"}, 7, {}, {"key": "M:1", "surprise": True}])
@pytest.mark.parametrize("kind", ["finding", "match", "entry"])
def test_a_row_of_another_shape_is_refused_and_the_others_are_not_hurt(port, begun, kind, row):
    rows = Port(port.transport.inner, Retry(attempts=1)).submit(begun[0], kind, [row])
    assert [each["status"] for each in rows] == ["refused"]
    assert rows[0]["code"] == "RUN010"


def test_a_whole_run_keeps_to_the_schemas_both_ways(make_demo, monkeypatch, request):
    """The agent's own run, every request and every answer of it, over each transport."""
    for transport in TRANSPORTS:
        demo = make_demo()
        seen: list[str] = []

        class Checked(Agent):
            def transport(self, key=None, seen=seen):
                checked = CheckedTransport(super().transport(key))
                checked.checked = seen
                return checked

        settings = Settings(
            url=demo.url, database=demo.database, key_file=demo.key_file, state_dir=demo.state_dir,
            transport=transport,
        )  # fmt: skip
        report = Checked(settings).run(Request(demo.company, demo.period))
        assert report["state"] == "done"
        assert set(seen) >= {
            "hello.result", "begin.request", "begin.result", "extract.request", "extract.result",
            "submit.request", "submit.result", "finish.request", "finish.result", "finding", "match", "entry",
        }  # fmt: skip


def test_each_method_of_the_port_has_its_schemas():
    wanted = {f"{method}.result" for method in (
        "hello", "begin", "pending", "extract", "submit", "heartbeat", "finish", "fail", "rotate_key",
        "drop_other_keys",
    )}  # fmt: skip
    assert names() >= wanted | {"error", "finding", "match", "entry", "task_result"}


def test_a_new_key_works_beside_the_old_one_until_that_is_dropped(open_port, make_demo):
    demo = make_demo()
    old = open_port(demo)
    made = old.rotate_key()
    assert old.hello()
    new = open_port(demo, Secret(made["key"]))
    assert new.drop_other_keys(made["name"])["dropped"] == 1
    assert new.drop_other_keys(made["name"])["dropped"] == 0
    with pytest.raises(AuthenticationFailed):
        open_port(demo).hello()
    with pytest.raises(AgentError):
        new.drop_other_keys("a key that is not there")
    assert new.hello()


def _standing(demo, model: str) -> str:
    """Return a digest of a model's table; of the audit only what the test wants to smuggle in."""
    table, where = model.replace(".", "_"), "true"
    if model == "ai.close.audit":
        where = "action = 'smuggled'"  # the refusal itself leaves a row, as it should
    if model == "ai.close.agent":
        table = "ai_close_finding"
    query = f"SELECT md5(string_agg(each::text, ',' ORDER BY id)) FROM {table} each WHERE {where}"
    return CLUSTER.sql(query, db=demo.database)


@pytest.mark.parametrize(
    ("model", "method", "kwargs"),
    [
        ("account.move", "create", {"vals_list": [{"move_type": "entry"}]}),
        ("account.move.line", "write", {"ids": [1], "vals": {"name": "changed"}}),
        ("ai.close.policy", "write", {"ids": [1], "vals": {"state": "draft"}}),
        ("res.company", "write", {"ids": [1], "vals": {"fiscalyear_lock_date": "2026-10-31"}}),
        ("ai.close.finding", "create", {"vals_list": [{"key": "x"}]}),
        ("ai.close.audit", "create", {"vals_list": [{"action": "smuggled"}]}),
        ("ai.close.agent", "_grant", {}),
        ("ai.close.audit", "_append", {"action": "smuggled"}),
    ],
)
def test_the_agents_user_can_do_nothing_but_read_and_propose(open_port, books, model, method, kwargs):
    transport = open_port(books).transport
    before = _standing(books, model)
    with pytest.raises((AuthenticationFailed, VersionMismatch, PortRefused)) as caught:
        transport.call(model, method, **kwargs)
    if method.startswith("_"):
        assert type(caught.value) is VersionMismatch
    assert _standing(books, model) == before
