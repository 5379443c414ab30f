"""Measures the close package inside Odoo's shell; everything is rolled back."""

import re
import time
from typing import Any

from odoo import fields
from odoo.addons.ai_close.package import pdf, xlsx
from odoo.addons.ai_close.package.collect import collect

END = "2026-10-31"
WORDS = "Agreed with the vendor, who sends a credit note in November; the papers are in the folder."


def measured(env: Any, findings: int) -> dict[str, Any]:
    """Return seconds (clock and processor) of one package, and whether a second one is the same."""
    company = env["res.company"].search([("name", "=", "Northwind Trading")])
    env = env(context={"allowed_company_ids": company.ids, "tracking_disable": True})
    close = (
        env["ai.close"]._for_period(env["res.company"].browse(company.id), fields.Date.to_date(END)).sudo()
    )
    _plant(env, close, findings)
    env.flush_all()
    env.invalidate_all()
    times, started = {}, (time.perf_counter(), time.process_time())
    book = _timed(times, "read", lambda: collect(close))
    fonts = env["ai.close.package"]._fonts()
    paper = _timed(times, "PDF", lambda: pdf.render(book, fonts))
    sheets = _timed(times, "workbook", lambda: xlsx.render(book))
    ended = (time.perf_counter(), time.process_time())
    again = collect(close)
    same = (paper, sheets) == (pdf.render(again, env["ai.close.package"]._fonts()), xlsx.render(again))
    mine = [("close_id", "=", close.id)]
    counts = {
        "lines": env["account.move.line"].search_count([("company_id", "=", company.id)]),
        "findings": env["ai.close.finding"].sudo().search_count(mine),
        "tie_outs": env["ai.close.tie.out"].sudo().search_count(mine),
        "variances": env["ai.close.variance"].sudo().search_count(mine),
    }
    env.cr.rollback()
    return (
        times
        | counts
        | {
            "wall_s": ended[0] - started[0],
            "cpu_s": ended[1] - started[1],
            "pages": len(re.findall(rb"/Type /Page\b", paper)),
            "same": same,
        }
    )


def _timed(times: dict[str, float], name: str, work: Any) -> Any:
    started = time.perf_counter()
    made = work()
    times[name] = time.perf_counter() - started
    return made


def _plant(env: Any, close: Any, count: int) -> None:
    severities = ("low", "medium", "high", "critical")
    env["ai.close.finding"]._guarded().create(
        [
            {
                "key": f"BENCH:{close.id}:{number}",
                "close_id": close.id,
                "company_id": close.company_id.id,
                "rule": f"CMP{number % 20:03}",
                "severity": severities[number % 4],
                "title": f"Bill {number} of a vendor with quite a long name has no reference",
                "amount": number * 1.1,
                "state": "explained",
                "explanation": WORDS,
            }
            for number in range(count)
        ]
    )
