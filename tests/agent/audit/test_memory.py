"""The verifier's memory depends on the largest block, not on the size of the export."""

import tracemalloc

import pytest

from agent_service.audit.verify import verify
from benchmarks import verify as benchmark

_CHUNK = 2**16


def _peak(path):
    def chunks():
        with path.open("rb") as handle:
            while chunk := handle.read(_CHUNK):
                yield chunk

    tracemalloc.start()
    try:
        report = verify(chunks())
        return report, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("events", [5_000, 40_000])
def test_a_long_export_needs_no_more_memory_than_a_short_one(tmp_path, monkeypatch, events):
    monkeypatch.setattr(benchmark, "EVENTS", events)
    path = tmp_path / "export.jsonl"
    benchmark.write_export(path)
    report, peak = _peak(path)
    assert (report.result, report.events) == ("unbroken", events)
    assert peak < 2_500_000 < path.stat().st_size
