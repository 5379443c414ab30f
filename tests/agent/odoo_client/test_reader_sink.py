"""Reader, sink and run over the port: pages, batches, the lease, and answers that make no sense."""

from datetime import date

import pytest

from agent_service.errors import DatasetRefused, LeaseLost, VersionMismatch
from agent_service.odoo_client.port import Port
from agent_service.odoo_client.reader import PortReader
from agent_service.odoo_client.run import PortRun
from agent_service.odoo_client.sink import PortSink
from agent_service.usecases.ports import Changes, DatasetUnavailable, RowStatus
from tests.agent.odoo_stub import Refusal

BEGIN = {
    "run_id": 3,
    "lease": "a-lease",
    "lease_until": "2026-11-02T00:10:00.000000Z",
    "lease_s": 600,
    "resumed": False,
    "company": {"id": 1, "name": "Northwind Trading", "currency": "USD", "currency_decimals": 2, "tz": "UTC"},
    "period": {"start": "2026-10-01", "end": "2026-10-31", "name": "2026-10"},
    "policy": {"id": 1, "version": 1, "params": {"materiality": "5000.00"}},
    "snapshot": {"xmin": "900", "at": "2026-11-02T00:00:00.000000Z"},
    "watermark": None,
    "decisions": [{"kind": "finding", "key": "CMP001:1:account.move,9:draft", "state": "explained"}],
    "locked": False,
}


class Clock:
    """A clock that stands still until it is told otherwise."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def heard():
    return []


@pytest.fixture
def run(stub, open_transport, patient, clock, heard):
    stub.port("begin", lambda **_kwargs: BEGIN)
    stub.port("heartbeat", lambda **_kwargs: {"lease_until": "later"})
    return PortRun(
        Port(open_transport(), patient), "1.0.0", told=lambda *what: heard.append(what), clock=clock
    )


@pytest.fixture
def begun(run):
    run.begin(1, "2026-10", "k", "digest", "cli")
    return run


def _paged(rows: int):
    """Return an `extract` over ids 10, 20, 30 ... as the add-on pages them."""
    all_ids = [10 * (index + 1) for index in range(rows)]

    def extract(run_id, lease, dataset, after, limit, only=None, packed=False):
        assert (run_id, lease) == (3, "a-lease")
        if only is not None:
            assert len(only) <= limit
            page = [each for each in all_ids if each in only]
            return {"columns": {"id": page}, "count": len(page), "next": None}
        page = [each for each in all_ids if each > after][:limit]
        more = bool(page) and page[-1] != all_ids[-1]
        columns = {"id": page, "name": [f"n{each}" for each in page]}
        return {"columns": columns, "count": len(page), "next": page[-1] if more else None}

    return extract


def test_begin_gives_what_the_use_cases_want_and_keeps_the_lease(run):
    start = run.begin(1, "2026-10", "k", "digest", "cli")
    assert (start.run_id, start.period_end, start.snapshot_xmin) == (3, date(2026, 10, 31), "900")
    assert run.lease.token == "a-lease"
    assert not hasattr(start, "lease")


@pytest.mark.parametrize("gone", ["lease", "policy", "snapshot", "lease_s"])
def test_an_answer_without_an_agreed_member_is_a_version_error(stub, run, gone):
    stub.port("begin", lambda **_kwargs: {key: value for key, value in BEGIN.items() if key != gone})
    with pytest.raises(VersionMismatch, match=gone):
        run.begin(1, "2026-10", "k", "digest", "cli")
    assert not run.begun


@pytest.mark.parametrize(("rows", "page", "calls"), [(0, 2, 1), (1, 2, 1), (2, 2, 1), (5, 2, 3), (4, 2, 2)])
def test_pages_are_joined_in_order(stub, begun, rows, page, calls):
    stub.port("extract", _paged(rows))
    stub.calls.clear()
    columns = PortReader(begun, ["lines"], page_rows=page).read("lines")
    assert columns["id"] == [10 * (index + 1) for index in range(rows)]
    assert list(columns) == ["id", "name"]
    assert len(stub.calls) == calls


def test_records_are_read_by_id_in_pages_and_the_absent_ones_are_gone(stub, begun):
    stub.port("extract", _paged(5))
    stub.calls.clear()
    reader = PortReader(begun, ["lines"], page_rows=2)
    assert reader.read_ids("lines", [40, 10, 11, 20, 10])["id"] == [10, 20, 40]
    assert [call[2]["only"] for call in stub.calls] == [[10, 11], [20, 40]]
    assert reader.read_ids("lines", [])["id"] == []
    with pytest.raises(DatasetUnavailable):
        reader.read_ids("moves", [1])


def test_progress_is_told_page_by_page(stub, begun, heard):
    stub.port("extract", _paged(3))
    PortReader(begun, ["lines"], page_rows=2).read("lines")
    assert heard == [("read", "lines", 2, None), ("read", "lines", 3, 3)]


def test_a_dataset_that_hello_does_not_name_is_not_asked_for(stub, begun):
    stub.calls.clear()
    with pytest.raises(DatasetUnavailable, match="purchase_lines"):
        PortReader(begun, ["lines"]).read("purchase_lines")
    assert stub.calls == []


@pytest.mark.parametrize("code", ["RUN011", "RUN012"])
def test_a_dataset_that_the_server_refuses_is_unavailable(stub, begun, code):
    def refuse(**_kwargs):
        raise Refusal(code, "Not this one.")

    stub.port("extract", refuse)
    with pytest.raises(DatasetUnavailable, match=code):
        PortReader(begun, ["lines"]).read("lines")
    assert issubclass(DatasetRefused, Exception)


@pytest.mark.parametrize(
    ("pages", "words"),
    [
        ([{"columns": {"id": [1], "name": []}, "count": 1, "next": None}], "different length"),
        ([{"columns": {"id": [1]}, "count": 2, "next": None}], "different length"),
        ([{"columns": None, "count": 0, "next": None}], "no columns"),
        ([{"columns": {"id": [1]}, "count": 1, "next": 0}], "lies behind"),
        (
            [
                {"columns": {"id": [1]}, "count": 1, "next": 1},
                {"columns": {"id": [2], "x": [2]}, "count": 1, "next": None},
            ],
            "different columns",
        ),
    ],
)
def test_a_page_that_makes_no_sense_stops_the_run(stub, begun, pages, words):
    given = iter(pages)
    stub.port("extract", lambda **_kwargs: next(given))
    with pytest.raises(VersionMismatch, match=words):
        PortReader(begun, ["lines"]).read("lines")


def test_changes_are_pairs_and_a_watermark(stub, begun):
    def extract(dataset, after, **_kwargs):
        assert (dataset, after) == ("changes", 900)
        columns = {"id": [1, 2], "model": ["account.move", "account.move.line"], "res_id": [5, 6]}
        return {"columns": columns, "count": 2, "next": None, "watermark": "950"}

    stub.port("extract", extract)
    changes = PortReader(begun, ["lines"]).changes("900")
    assert changes == Changes("950", (("account.move", 5), ("account.move.line", 6)), (1, 2))


def test_rows_go_in_batches_and_each_has_its_status(stub, begun, heard):
    batches = []

    def submit(kind, rows, **_kwargs):
        batches.append([row["key"] for row in rows])
        return {
            "rows": [{"key": row["key"], "status": "created", "reason": None, "code": None} for row in rows]
        }

    stub.port("submit", submit)
    sink = PortSink(begun, batch_rows=2)
    statuses = sink.submit("finding", [{"key": key} for key in "abc"])
    assert batches == [["a", "b"], ["c"]]
    assert statuses == sink.statuses == [RowStatus(key, "created") for key in "abc"]
    assert heard[-1] == ("submit", "finding", 3, 3)


def test_no_rows_are_no_call(stub, begun):
    stub.calls.clear()
    assert PortSink(begun).submit("match", []) == []
    assert stub.calls == []


@pytest.mark.parametrize("rows", [[], [{"key": "b", "status": "created"}], [{"status": "created"}], [7]])
def test_an_answer_that_names_other_rows_stops_the_run(stub, begun, rows):
    stub.port("submit", lambda **_kwargs: {"rows": rows})
    with pytest.raises(VersionMismatch):
        PortSink(begun).submit("finding", [{"key": "a"}])


def test_the_lease_is_kept_alive_by_whoever_uses_it(stub, begun, clock):
    stub.port("extract", _paged(1))
    reader = PortReader(begun, ["lines"])
    stub.calls.clear()
    clock.now = 199.0
    reader.read("lines")
    assert stub.names() == ["extract"]
    clock.now = 201.0
    reader.read("lines")
    assert stub.names() == ["extract", "heartbeat", "extract"]
    reader.read("lines")
    assert stub.names()[-2:] == ["extract", "extract"]


def test_a_lease_that_is_lost_ends_the_run(stub, begun, clock):
    def lost(**_kwargs):
        raise Refusal("RUN002", "Taken over.", "give_up")

    stub.port("heartbeat", lost)
    clock.now = 1000.0
    with pytest.raises(LeaseLost):
        PortSink(begun).submit("finding", [{"key": "a"}])


def test_a_run_that_never_began_has_nothing_to_fail(stub, run):
    stub.calls.clear()
    run.fail([{"message": "x"}])
    assert stub.calls == []
    with pytest.raises(RuntimeError):
        _lease = run.lease
