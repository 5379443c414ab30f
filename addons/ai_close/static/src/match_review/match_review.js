import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { formatMonetary } from "@web/views/fields/formatters";
import { useSetupAction } from "@web/search/action_hook";
import { Layout } from "@web/search/layout";
import { SearchBar } from "@web/search/search_bar/search_bar";
import { useSearchBarToggler } from "@web/search/search_bar/search_bar_toggler";
import { listView } from "@web/views/list/list_view";
import { standardViewProps } from "@web/views/standard_view_props";
import { Component, onMounted, onWillStart, onWillUnmount, onWillUpdateProps, useRef, useState } from "@odoo/owl";

import { Decisions, sentenceOf } from "./decisions";
import { MatchDetail } from "./detail";
import { HelpDialog, keysOn } from "./help";
import { useReviewKeys } from "./keys";
import { MatchRows } from "./rows";
import { makeRows, nextWaiting } from "./rows_model";
import { MatchSearch } from "./search";
import { ORDERS, REASONS, TABS } from "./words";

const SLOW_MS = 2000;
// Longer than a held key's rhythm: details are read for the line that one stays on.
const SETTLE_MS = 70;
const TOTALS_MS = 300;
const PREFETCHED = 2;
// Where somebody was, for this browser tab: the way back from a document is a new screen to Odoo.
const PLACE = "ai_close.match_review.place";

/** Bank lines on the left, the proposal on the right: accept, reject, correct, next, all by the keyboard. */
export class MatchReview extends Component {
    static template = "ai_close.MatchReview";
    static components = { Layout, MatchDetail, MatchRows, MatchSearch, SearchBar };
    static props = { ...standardViewProps, archInfo: Object };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.root = useRef("root");
        this.tabs = TABS;
        this.orders = ORDERS;
        this.reasons = REASONS;
        this.formatMonetary = formatMonetary;
        this.searchBarToggler = useSearchBarToggler();
        this.rows = [];
        this.details = new Map();
        const asked = this.props.context.review_tab;
        const kept = this.props.state || (asked ? {} : JSON.parse(browser.sessionStorage.getItem(PLACE) || "{}"));
        this.state = useState({
            tab: kept.tab || asked || "look",
            order: kept.order || "date",
            active: -1, tick: 0, totals: null, more: false, neverRun: false, hidden: false, busy: 0,
            loading: false, slow: false, error: "", detailError: "", said: "",
            shown: "", reasons: false, ownReason: false, search: false, opened: false, keys: keysOn(),
        });
        this.selected = new Set();
        this.keepId = kept.activeId;
        this.decisions = new Decisions(this.orm, (id, answer) => this.onAnswer(id, answer), () => this.onIdle());
        useSetupAction({
            rootRef: this.root,
            getLocalState: () => this.place,
        });
        useReviewKeys(this, this.root);
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
        if (!several && method !== "action_undo") {
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

    pick() {
        if (this.row && this.detail?.can.pick) {
            Object.assign(this.state, { search: true, opened: true, reasons: false });
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
    writeOff(itemIds) {
        const { detail } = this;
        this.state.search = false;
        return this.action.doAction("ai_close.action_close_match_manual", {
            additionalContext: {
                default_statement_line_id: detail.statement_line_id, default_item_ids: [[6, 0, itemIds]],
            },
            onClose: () => this.load().then(() => this.focusList()),
        });
    }

    // -- around it ----------------------------------------------------------------------------------------

    leave() {
        if (this.state.reasons || this.state.search) {
            Object.assign(this.state, { reasons: false, search: false });
        } else if (this.selected.size) {
            this.clearSelection();
        } else {
            this.state.opened = false;
        }
        this.focusList();
    }

    openDocument(document = this.detail?.documents[0]) {
        if (document) {
            return this.action.doAction({
                type: "ir.actions.act_window", name: document.name, res_model: document.model, res_id: document.id,
                views: [[false, "form"]],
            });
        }
    }

    openClose(detail) {
        return this.action.doAction("ai_close.action_ai_close_cockpit", {
            additionalContext: { active_close_id: detail.close_id },
        });
    }

    openFlat() {
        return this.action.doAction("ai_close.action_ai_close_match");
    }

    /** The whole band: the dialog shows a sample first and works in the background. */
    async acceptBand() {
        try {
            const action = await this.orm.call("ai.close.match.batch", "action_new", ["auto"], {
                domain: this.props.domain,
            });
            await this.action.doAction(action, { onClose: () => this.load().then(() => this.focusList()) });
        } catch (error) {
            this.state.error = sentenceOf(error);
        }
    }

    help() {
        this.dialog.add(HelpDialog, { onKeys: (on) => (this.state.keys = on) }, { onClose: () => this.focusList() });
    }

    clearSearch() {
        this.env.searchModel.clearQuery();
    }

    get company() {
        return user.activeCompany?.name || "";
    }
}

registry.category("views").add("ai_close_match_review", {
    ...listView,
    Controller: MatchReview,
    searchMenuTypes: ["filter", "favorite"],
    props: (genericProps, view) => ({
        ...genericProps,
        archInfo: new view.ArchParser().parse(genericProps.arch, genericProps.relatedModels, genericProps.resModel),
    }),
});
