"""What the agent read, in the audit trail: one event a dataset that was read to its end."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..kernel.canonical import timestamp
from .datasets import RATE_DAYS, relativedelta

# The pages of a run that is long over are of no more use.
PAGES_KEPT = timedelta(days=7)


class CloseAgent(models.AbstractModel):
    _inherit = "ai.close.agent"

    def _tell_extract(self, run, dataset, after, page):
        """Note a page; the last one makes the event, with filter, count of all rows and watermark.

        A page that is asked for again, because its answer was lost, is no second reading.
        """
        if after.ids is not None:
            self._tell_reading(run, dataset, after, page, page["count"], 1)
            return
        rows = self.env.execute_query(
            SQL(
                "INSERT INTO ai_close_extract_page (run_id, lease, dataset, after, rows)"
                " VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING RETURNING run_id",
                run.id,
                run.lease,
                dataset,
                int(after),
                page["count"],
            )
        )
        if not rows or page["next"] is not None:
            return
        count, pages = page["count"], 1
        if "watermark" not in page:
            count, pages = self.env.execute_query(
                SQL(
                    "SELECT sum(rows), count(*) FROM ai_close_extract_page"
                    " WHERE run_id = %s AND lease = %s AND dataset = %s",
                    run.id,
                    run.lease,
                    dataset,
                )
            )[0]
        self._tell_reading(run, dataset, after, page, count, pages)

    def _tell_reading(self, run, dataset, after, page, count, pages):
        which = {"after_watermark": str(int(after))} if "watermark" in page else {}
        if after.ids is not None:
            which = {"ids": len(after.ids)}
        self.env["ai.close.audit"]._append(
            "run.extract",
            run,
            role="agent",
            after={"dataset": dataset, "rows": int(count), "pages": pages},
            evidence={
                "filter": self._dataset_filter(dataset, run) | which,
                "watermark": page.get("watermark") or self.env["ai.close.gate"]._snapshot_xmin(),
                "read_at": timestamp(self._clock()),
            },
        )

    @api.private
    def _dataset_filter(self, dataset, run):
        """Return in plain values which rows a dataset holds for this run; a bridge adds its own."""
        start = self._history_start(run)
        found = {"company_id": run.company_id.id, "user_id": self.env.uid}
        since = {
            "moves": ("date", start),
            "statement_lines": ("date, or still open", start),
            "rates": ("name", start - relativedelta(days=RATE_DAYS)),
        }
        if dataset in since:
            name, day = since[dataset]
            found |= {"since_field": name, "since": day.isoformat()}
        states = {"moves": "draft, posted", "lines": "draft, posted", "statement_lines": "posted"}
        if dataset in states:
            found["states"] = states[dataset]
        return found

    @api.autovacuum
    def _forget_pages(self):
        self.env.cr.execute(
            "DELETE FROM ai_close_extract_page WHERE noted_at < %s", [fields.Datetime.now() - PAGES_KEPT]
        )
