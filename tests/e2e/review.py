"""The bank match review as a person uses it: keys, rows and what is written beside them."""

import json
import re

from playwright.sync_api import Page, expect

from tools import odoo_cli, postgres

ROW = ".o_ai_close_match_row"

# As many milliseconds as pass from a key to the row that it leads to, painted.
_KEY_MS = """
async (times) => {
    const list = document.querySelector('.o_ai_close_match_list');
    const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    const taken = [];
    for (let n = 0; n < times; n++) {
        const before = list.getAttribute('aria-activedescendant');
        const start = performance.now();
        list.dispatchEvent(new KeyboardEvent('keydown', { key: 'j', code: 'KeyJ', bubbles: true }));
        while (list.getAttribute('aria-activedescendant') === before) {
            await frame();
        }
        taken.push(performance.now() - start);
    }
    return taken.sort((a, b) => a - b);
}
"""

_MANY = """
INSERT INTO ai_close_match (close_id, company_id, currency_id, proposed_by_id, key, line_label, kind, matcher,
            confidence, confidence_text, band, origin, state, line_date, reasons, alternatives, line_amount,
            create_uid, create_date, write_uid, write_date)
SELECT close_id, company_id, currency_id, proposed_by_id, 'T:' || n, 'TRANSFER ' || n || ' ' || line_label,
       kind, matcher, 0.7 + n % 20 / 100.0, '70.0 %', (ARRAY['review', 'ask'])[1 + n % 2], origin, 'proposed',
       line_date + n % 25, reasons, '[]', line_amount + n, create_uid, create_date, write_uid, write_date
  FROM (SELECT * FROM ai_close_match ORDER BY id LIMIT 1) match, generate_series(1, {count}) n
"""


class Review:
    """The open review screen of one person."""

    def __init__(self, person) -> None:
        """Open the screen and wait for its rows, or for what it says instead of rows."""
        self.person = person
        self.page: Page = person.page
        person.go("ai-close-match-review")
        self.page.wait_for_selector(f"{ROW}, .o_ai_close_match_empty")

    def tab(self, name: str) -> None:
        """Change the tab and wait until its rows stand there."""
        self.page.click(f"[data-tab={name}]")
        expect(self.page.locator(f"[data-tab={name}]")).to_have_attribute("aria-selected", "true")
        expect(self.page.locator(".o_ai_close_match_review")).to_have_attribute("data-tab-shown", name)
        self.page.locator(ROW).first.wait_for()
        self.detail()

    def press(self, *keys: str) -> None:
        """Press keys, one after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def active(self) -> int:
        """Return the match on which the person stands, once the keys before have been painted."""
        self.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
        (row,) = self.page.locator(f"{ROW}.o_active").all()
        return int(row.get_attribute("data-id"))

    def row(self, match: int):
        """Return the row of a match."""
        return self.page.locator(f"{ROW}[data-id='{match}']")

    def is_now(self, match: int, state: str) -> None:
        """Wait until the row says this."""
        expect(self.row(match)).to_have_attribute("data-state", state)

    def detail(self):
        """Return the right pane once it speaks of the row on which the person stands."""
        expect(self.page.locator(f".o_ai_close_match_detail[data-match='{self.active()}']")).to_be_visible()
        return self.page.locator(".o_ai_close_match_detail")

    def to(self, match: int) -> None:
        """Go to a row by keys; it stands within the rows that are in the page."""
        at = int(self.row(match).get_attribute("aria-posinset"))
        self.press("Home", *["j"] * (at - 1))
        expect(self.page.locator(f"{ROW}.o_active")).to_have_attribute("data-id", str(match))

    def accepted(self) -> int:
        """Return the first match of the shown ones that is accepted."""
        return int(self.page.locator(f"{ROW}[data-state=accepted]").first.get_attribute("data-id"))

    def count(self, tab: str) -> int:
        """Return the number that a tab bears."""
        text = self.page.locator(f"[data-tab={tab}]").inner_text()
        return int(re.sub(r"\D", "", text))

    def key_times(self, times: int) -> list[float]:
        """Return how long the next-line key took, in milliseconds, sorted."""
        return self.page.evaluate(_KEY_MS, times)


def add_many(database: str, count: int) -> None:
    """Put proposals without bank lines into the database, to look at only."""
    postgres.TEST.sql(_MANY.format(count=count), db=database, user=postgres.OWNER)


def remove_many(database: str) -> None:
    """Take them out again."""
    postgres.TEST.sql("DELETE FROM ai_close_match WHERE key LIKE 'T:%'", db=database, user=postgres.OWNER)


def other_way(database: str, match: int, items: list[dict]) -> None:
    """Give a match another explanation, which the agent had thought less likely."""
    told = json.dumps(
        [{"items": items, "confidence": "0.2000", "reason": "Open, and not larger than the payment"}]
    )
    statement = f"UPDATE ai_close_match SET alternatives = '{told}' WHERE id = {match}"
    postgres.TEST.sql(statement, db=database, user=postgres.OWNER)


def join_lines(database: str, one: int, two: int) -> None:
    """Give a match the bank line of another, as if the agent had proposed both lines as one."""
    statements = (
        f"UPDATE ai_close_match SET state = 'superseded' WHERE id = {two}",
        f"""UPDATE ai_close_match_line SET match_id = {one}, sequence = 1 WHERE match_id = {two}""",
    )
    postgres.TEST.sql("; ".join(statements), db=database, user=postgres.OWNER)


def work_batches(database: str) -> None:
    """Do what the server does each minute: accept the matches of the batches that wait."""
    odoo_cli.shell(postgres.TEST, database, "env['ai.close.match.batch']._cron_work()")


def lock_october(database: str, company: str) -> None:
    """Lock October as only the owner of the database can."""
    statements = (
        "ALTER TABLE res_company DISABLE TRIGGER USER",
        f"UPDATE res_company SET fiscalyear_lock_date = '2026-10-31' WHERE name = '{company}'",
        "ALTER TABLE res_company ENABLE TRIGGER USER",
    )
    postgres.TEST.sql("; ".join(statements), db=database, user=postgres.OWNER)
