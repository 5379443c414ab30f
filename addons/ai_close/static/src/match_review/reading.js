import { browser } from "@web/core/browser/browser";
import { useService } from "@web/core/utils/hooks";
import { useSetupAction } from "@web/search/action_hook";
import { Component, onMounted, onWillStart, onWillUnmount, onWillUpdateProps, useRef, useState } from "@odoo/owl";

import { sentenceOf } from "./decisions";
import { keysOn } from "./help";
import { makeRows, nextWaiting } from "./rows_model";

const SLOW_MS = 2000;
// Longer than a held key's rhythm: details are read for the line that one stays on.
const SETTLE_MS = 70;
const TOTALS_MS = 300;
const PREFETCHED = 2;
// Where somebody was, for this browser tab: the way back from a document is a new screen to Odoo.
const PLACE = "ai_close.match_review.place";

/** The rows of the review, the detail of the one that is shown, and the way from row to row. */
export class ReadingReview extends Component {
    setup() {
        this.orm = useService("orm");
        this.root = useRef("root");
        this.rows = [];
        this.details = new Map();
        const asked = this.props.context.review_tab;
        const kept = this.props.state || (asked ? {} : JSON.parse(browser.sessionStorage.getItem(PLACE) || "{}"));
        this.state = useState({
            tab: kept.tab || asked || "look",
            order: kept.order || "date",
            active: -1, tick: 0, totals: null, more: false, neverRun: false, hidden: false, busy: 0,
            loading: false, slow: false, error: "", detailError: "", said: "",
            shown: "", reasons: false, ownReason: false, search: false, query: "", opened: false, keys: keysOn(),
        });
        this.selected = new Set();
        this.keepId = kept.activeId;
        useSetupAction({
            rootRef: this.root,
            getLocalState: () => this.place,
        });
        onWillStart(() => this.load());
        onWillUpdateProps((next) => this.load(next));
        onMounted(() => this.focusList());
        onWillUnmount(() => {
            this.gone = true;
            browser.sessionStorage.setItem(PLACE, JSON.stringify(this.place));
            clearTimeout(this.settling);
            clearTimeout(this.counting);
        });
    }

    // -- data ---------------------------------------------------------------------------------------------

    get row() {
        return this.rows[this.state.active];
    }

    get detail() {
        return this.row && this.details.get(this.row.id);
    }

    get place() {
        return { tab: this.state.tab, order: this.state.order, activeId: this.row?.id };
    }

    get left() {
        return this.state.totals?.left || [];
    }

    touch() {
        this.state.tick++;
    }

    /** Read the rows of the tab; those on the screen stay until the new ones are there. */
    async load(props = this.props) {
        const turn = (this.turn = (this.turn || 0) + 1);
        const keepId = this.row?.id || this.keepId;
        const keepAt = Math.max(this.state.active, 0);
        this.state.loading = true;
        const slow = setTimeout(() => (this.state.slow = true), SLOW_MS);
        try {
            const answer = await this.orm.silent.call("ai.close.match", "review_load", [], {
                domain: props.domain, tab: this.state.tab, order: this.state.order,
            });
            if (turn !== this.turn || this.gone) {
                return;
            }
            this.rows = makeRows(answer);
            this.details.clear();
            this.selected = new Set();
            const found = this.rows.findIndex((row) => row.id === keepId);
            Object.assign(this.state, {
                active: this.rows.length ? (found >= 0 ? found : Math.min(keepAt, this.rows.length - 1)) : -1,
                shown: this.state.tab, totals: answer, more: answer.more, neverRun: answer.never_run, hidden: answer.hidden, error: "", search: false,
            });
            this.touch();
            this.readDetails();
        } catch (error) {
            if (turn === this.turn && !this.gone) {
                this.state.error = sentenceOf(error);
            }
        } finally {
            clearTimeout(slow);
            if (turn === this.turn) {
                this.state.loading = false;
                this.state.slow = false;
            }
        }
    }

    /** Read the shown detail and the next ones, unless they are there already. */
    async readDetails() {
        const wanted = this.rows.slice(this.state.active, this.state.active + 1 + PREFETCHED)
            .map((row) => row.id).filter((id) => !this.details.has(id));
        if (this.state.active < 0 || !wanted.length) {
            return;
        }
        try {
            const answer = await this.orm.silent.call("ai.close.match", "review_detail", [wanted]);
            for (const id of wanted) {
                const detail = answer[id];
                const row = this.rows.find((each) => each.id === id);
                if (detail) {
                    this.details.set(id, detail);
                }
                if (detail && row) {
                    Object.assign(row, { state: detail.state, band: detail.band });
                }
            }
            this.state.detailError = "";
            this.touch();
        } catch (error) {
            this.state.detailError = sentenceOf(error);
        }
    }

    readDetailsSoon() {
        clearTimeout(this.settling);
        this.settling = setTimeout(() => !this.gone && this.readDetails(), this.detail ? SETTLE_MS * 2 : SETTLE_MS);
    }

    /** What remains is counted by the server, a little after the last decision. */
    countSoon() {
        clearTimeout(this.counting);
        this.counting = setTimeout(async () => {
            try {
                const totals = await this.orm.silent.call("ai.close.match", "review_totals", [], {
                    domain: this.props.domain,
                });
                if (!this.gone) {
                    this.state.totals = totals;
                }
            } catch (error) {
                this.state.said = sentenceOf(error);
            }
        }, TOTALS_MS);
    }

    // -- moving -------------------------------------------------------------------------------------------

    focusList() {
        if (!this.state.search) {
            this.listEl?.focus({ preventScroll: true });
        }
    }

    show(index) {
        if (!this.rows.length) {
            return;
        }
        this.state.active = Math.min(Math.max(index, 0), this.rows.length - 1);
        this.state.reasons = false;
        this.state.search = false;
        this.state.detailError = "";
        this.readDetailsSoon();
    }

    move(step) {
        this.show(this.state.active + step);
    }

    activate(index) {
        this.show(index);
        this.state.opened = true;
        this.focusList();
    }

    skip() {
        this.show(nextWaiting(this.rows, this.state.active));
        this.focusList();
    }

    toggle(index = this.state.active) {
        const row = this.rows[index];
        if (!row) {
            return;
        }
        if (!this.selected.delete(row.id)) {
            this.selected.add(row.id);
        }
        this.touch();
    }

    clearSelection() {
        this.selected = new Set();
        this.touch();
        this.focusList();
    }

    setTab(name) {
        Object.assign(this.state, { tab: name, reasons: false, opened: false });
        return this.load().then(() => this.focusList());
    }

    setOrder(ev) {
        this.state.order = ev.target.value;
        return this.load().then(() => this.focusList());
    }
}
