import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";

import { Decisions, sentenceOf } from "./decisions";
import { ReadingReview } from "./reading";
import { REASONS } from "./words";

// After these one looks at the line again, so the person stays on it.
const STAYING = ["action_undo", "action_propose_again"];

/** What a person decides about the rows: accept, reject, undo, another explanation, another item. */
export class DecidingReview extends ReadingReview {
    setup() {
        super.setup();
        this.action = useService("action");
        this.decisions = new Decisions(this.orm, (id, answer) => this.onAnswer(id, answer), () => this.onIdle());
    }

    // -- decisions ----------------------------------------------------------------------------------------

    /** The rows that a step is about: those selected, else the one that is shown. */
    rowsFor(state) {
        const rows = this.selected.size ? this.rows.filter((row) => this.selected.has(row.id)) : [this.row];
        return rows.filter((row) => row && row.state === state && (!row.mark || row.mark === "failed"));
    }

    /** Send a step for its rows and go on: the answer comes to the row, wherever the person is by then. */
    step(method, state, mark, args = []) {
        const rows = this.rowsFor(state);
        if (!rows.length) {
            this.state.said = _t("Nothing here waits for this step.");
            return;
        }
        for (const row of rows) {
            Object.assign(row, { mark, message: "" });
        }
        const several = this.selected.size > 0;
        this.selected = new Set();
        this.decisions.push(method, rows.map((row) => row.id), args);
        this.state.busy = this.decisions.count;
        this.state.reasons = false;
        this.touch();
        if (!several && !STAYING.includes(method)) {
            this.skip();
        } else {
            this.focusList();
        }
    }

    accept() {
        if (!this.selected.size && this.detail && this.detail.state === "proposed" && !this.detail.items.length && !this.detail.can.accept) {
            return this.pick();
        }
        this.step("action_accept", "proposed", "accepting");
    }

    undo() {
        this.step("action_undo", "accepted", "undoing");
    }

    /** Take back a rejection or an undo. */
    again() {
        for (const state of ["rejected", "undone"]) {
            if (this.rowsFor(state).length) {
                return this.step("action_propose_again", state, "again");
            }
        }
        this.state.said = _t("Nothing here waits for this step.");
    }

    askReason() {
        if (this.rowsFor("proposed").length) {
            this.state.reasons = true;
            this.state.ownReason = false;
        }
    }

    reject(number) {
        const reason = REASONS[number - 1];
        if (!reason.text) {
            this.state.ownReason = true;
            return;
        }
        this.step("action_reject", "proposed", "rejecting", [reason.text]);
    }

    rejectBecause(ev) {
        if (ev.key === "Enter" && ev.target.value.trim()) {
            ev.preventDefault();
            this.step("action_reject", "proposed", "rejecting", [ev.target.value.trim()]);
        } else if (ev.key === "Escape") {
            ev.stopPropagation();
            this.leave();
        }
    }

    digit(number) {
        if (this.state.reasons) {
            return this.state.ownReason ? null : this.reject(number);
        }
        return this.take(number - 1);
    }

    onAnswer(id, { state, message }) {
        const row = this.rows.find((each) => each.id === id);
        this.details.delete(id);
        if (!row || this.gone) {
            return;
        }
        Object.assign(row, { mark: message && (!state || state === row.state) ? "failed" : "", message: message || "" });
        row.state = state || row.state;
        this.state.said = message ? `${row.label}: ${message}` : `${row.label}: ${row.state}`;
        this.state.busy = this.decisions.count;
        this.touch();
    }

    onIdle() {
        if (!this.gone) {
            this.state.busy = 0;
            this.countSoon();
            this.readDetails();
        }
    }

    // -- another item -------------------------------------------------------------------------------------

    async take(index) {
        const { row, detail } = this;
        if (!row || !detail?.can.pick || !detail.alternatives[index]?.takes) {
            return;
        }
        await this.replace(row, () => this.orm.silent.call("ai.close.match", "action_take", [[row.id], index]));
    }

    /** Put another match of the same line in this row's place: a correction. */
    async replace(row, call) {
        Object.assign(row, { mark: "taking", message: "" });
        this.touch();
        this.skip();
        try {
            const answer = await call();
            const [failure] = answer.infos?.failures || [];
            this.replaced(row, answer.infos?.match || answer.id, failure?.message || answer.message);
        } catch (error) {
            Object.assign(row, { mark: "failed", message: sentenceOf(error) });
            this.state.said = `${row.label}: ${row.message}`;
        }
        this.touch();
        this.countSoon();
    }

    replaced(row, id, message) {
        this.details.delete(row.id);
        Object.assign(row, { id: id || row.id, mark: message ? "failed" : "", message: message || "" });
        row.state = message ? "proposed" : "accepted";
        this.state.said = message ? `${row.label}: ${message}` : _t("%s: matched", row.label);
        this.readDetails();
    }

    /** Open the search for another item, with a word in it where one is given. */
    pick(query = "") {
        if (this.row && this.detail?.can.pick) {
            Object.assign(this.state, { query: typeof query === "string" ? query : "", search: true, opened: true, reasons: false });
        }
    }

    chosen(answer) {
        const { row } = this;
        this.state.search = false;
        this.replaced(row, answer.id, answer.message);
        this.touch();
        this.countSoon();
        this.skip();
    }

    /** Odoo's own dialog takes an account for the rest; what it did is read afterwards. */
    writeOff(itemIds, lineIds) {
        const { detail } = this;
        this.state.search = false;
        return this.action.doAction("ai_close.action_close_match_manual", {
            additionalContext: {
                default_statement_line_id: lineIds[0] || detail.statement_line_id,
                default_more_line_ids: [[6, 0, lineIds.slice(1)]],
                default_item_ids: [[6, 0, itemIds]],
            },
            onClose: () => this.load().then(() => this.focusList()),
        });
    }
}
