import { _t } from "@web/core/l10n/translation";
import { ConnectionLostError } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { usePopover } from "@web/core/popover/popover_hook";
import { useService } from "@web/core/utils/hooks";
import { useSetupAction } from "@web/search/action_hook";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { Component, onWillStart, onWillUnmount, useState } from "@odoo/owl";

import { BANDS, CLOSE_STATES, ENTRY_STATES, LOCK_STATES, RUN_STATES, SEVERITIES } from "../core/words";
import { dayText, momentText, workdayText } from "../core/words";
import { CockpitChart } from "./chart";
import { agesChart, daysChart, linesChart } from "./charts";
import { ReadinessPopover } from "./readiness_popover";

const POLL_MS = 15000;
const SLOW_MS = 2000;
const DEADLINES_SHOWN = 6;
const ENTRY_OPEN = ["proposed", "prepared", "reviewed", "approved", "stale"];
const HEALTH_STATES = {
    ok: { label: _t("In order"), icon: "fa-check", badge: "text-bg-success o_ai_close_badge" },
    warn: { label: _t("Look at it"), icon: "fa-exclamation-triangle", badge: "text-bg-warning o_ai_close_badge" },
    off: { label: _t("Not in use"), icon: "fa-minus", badge: "text-bg-300" },
    bad: { label: _t("Does not work"), icon: "fa-times-circle", badge: "text-bg-danger o_ai_close_badge" },
};
const FINDING_OPEN = ["open", "assigned", "explained", "fixed"];

/** Can we lock, and if not, what and who?  Everything on this screen comes from one call. */
export class Cockpit extends Component {
    static template = "ai_close.Cockpit";
    static components = { CockpitChart, Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.healthStates = HEALTH_STATES;
        this.popover = usePopover(ReadinessPopover, { position: "bottom-start" });
        this.display = { controlPanel: {} };
        this.severities = SEVERITIES;
        this.bands = BANDS;
        this.closeStates = CLOSE_STATES;
        this.dayText = dayText;
        this.momentText = momentText;
        this.workdayText = workdayText;
        this.state = useState({
            data: null, loading: false, slow: false, busy: false, error: null, refused: false, failedStep: null, said: "",
        });
        this.closeId = this.props.state?.closeId || this.props.action.params?.close_id
            || this.props.action.context?.active_close_id || false;
        useSetupAction({ getLocalState: () => ({ closeId: this.closeId }) });
        onWillStart(() => this.load());
        onWillUnmount(() => {
            this.gone = true;
            clearTimeout(this.poll);
        });
    }

    // -- data ---------------------------------------------------------------------------------------------

    /** Read the cockpit again; what is on the screen stays until the answer is there. */
    async load() {
        clearTimeout(this.poll);
        const turn = (this.turn = (this.turn || 0) + 1);
        this.state.loading = true;
        const slow = setTimeout(() => (this.state.slow = true), SLOW_MS);
        try {
            const data = await this.orm.call("ai.close", "cockpit", [], { close_id: this.closeId });
            if (turn === this.turn && !this.gone) {
                this.state.data = data;
                this.closeId = data.close?.id || false;
                this.state.error = null;
                this.state.failedStep = null;
                this.pollWhileRunning();
            }
        } catch (error) {
            if (turn === this.turn && !this.gone) {
                this.fail(error, () => this.load());
            }
        } finally {
            clearTimeout(slow);
            if (turn === this.turn) {
                this.state.loading = false;
                this.state.slow = false;
            }
        }
    }

    pollWhileRunning() {
        if (["requested", "running"].includes(this.data.run?.state) && !this.gone) {
            this.poll = setTimeout(() => (document.hidden ? this.pollWhileRunning() : this.load()), POLL_MS);
        }
    }

    /** Show what went wrong where the person looks, with a way to try again. */
    fail(error, retry) {
        if (error instanceof ConnectionLostError) {
            this.state.error = _t("The server can't be reached; what you see may be out of date.");
        } else {
            this.state.error = error.data?.message || error.message || _t("The server did not answer.");
        }
        // A refusal stays one however often it is asked for.
        this.state.refused = /\[[A-Z]{3}\d{3}\]$/.test(this.state.error);
        this.state.failedStep = retry;
    }

    dismiss() {
        this.state.error = null;
        this.state.failedStep = null;
    }

    retry() {
        const step = this.state.failedStep;
        this.state.error = null;
        return step ? step() : this.load();
    }

    get data() {
        return this.state.data;
    }

    get close() {
        return this.data?.close;
    }

    get locked() {
        return this.close?.state === "locked";
    }

    // -- what a person does -------------------------------------------------------------------------------

    choose(ev) {
        return this.show(parseInt(ev.target.value, 10));
    }

    show(closeId) {
        this.closeId = closeId;
        this.state.said = "";
        return this.load();
    }

    async step(name, said) {
        if (this.state.busy) {
            return;
        }
        this.state.busy = true;
        this.state.error = null;
        try {
            const answer = await this.orm.call("ai.close", name, [[this.close.id]]);
            this.state.said = said;
            if (answer && answer.type) {
                await this.action.doAction(answer);
            } else {
                await this.load();
            }
        } catch (error) {
            this.fail(error, () => this.step(name, said));
        } finally {
            this.state.busy = false;
        }
    }

    runNow() {
        return this.step("action_run_now", _t("Run requested; the agent fetches it within a minute."));
    }

    checkAgain() {
        return this.step("action_refresh", _t("Checked again."));
    }

    requestLock() {
        return this.step("action_request_lock", "");
    }

    makePackage() {
        return this.step("action_package", "");
    }

    setUp() {
        return this.action.doAction("ai_close.action_ai_close_start", { onClose: () => this.load() });
    }

    toggleFormula(ev) {
        if (this.popover.isOpen) {
            this.popover.close();
        } else {
            this.popover.open(ev.currentTarget, {
                formula: this.close.readiness_formula, pct: this.close.readiness_pct,
            });
        }
    }

    open(action) {
        return this.action.doAction(action);
    }

    openLock() {
        return this.openRecord("ai.close.lock", this.data.lock.id, _t("Lock request"));
    }

    openRun() {
        return this.openRecord("ai.close.run", this.data.run.id, _t("Run"));
    }

    openTask(taskId) {
        return this.openRecord("ai.close.task", taskId, _t("Task"));
    }

    openRecord(model, id, name) {
        return this.action.doAction({
            type: "ir.actions.act_window", name, res_model: model, res_id: id, views: [[false, "form"]],
        });
    }

    openFindings(severity) {
        return this.openWindow("ai.close.finding", _t("Findings"), [
            ["severity", "=", severity], ["state", "in", FINDING_OPEN],
        ]);
    }

    openMatches(band) {
        return this.openReview(band === "auto" ? "auto" : "look");
    }

    openMatchesDone() {
        return this.openReview("done");
    }

    /** The review of this close's matches, on one of its tabs. */
    openReview(tab) {
        return this.action.doAction("ai_close.action_ai_close_match_review", {
            additionalContext: {
                review_tab: tab, search_default_current: 0, search_default_close_id: this.close.id,
            },
        });
    }

    openEntries(state) {
        return this.openWindow("ai.close.entry", _t("Adjusting entries"), [["state", "=", state]]);
    }

    openGroup() {
        return this.action.doAction("ai_close.action_ai_close_group");
    }

    openFigures() {
        return this.action.doAction("ai_close.action_ai_close_figure");
    }

    openChecklist() {
        return this.openWindow("ai.close.task", _t("Checklist"), [], ["kanban", "list", "form"]);
    }

    openWindow(model, name, domain, kinds = ["list", "form"]) {
        return this.action.doAction({
            type: "ir.actions.act_window", name, res_model: model,
            views: kinds.map((kind) => [false, kind]),
            domain: [["close_id", "=", this.close.id], ...domain],
        });
    }

    // -- what the template shows ----------------------------------------------------------------------------

    /** The closes by company, for the selector. */
    get companies() {
        const groups = new Map();
        for (const close of this.data.closes) {
            groups.set(close.company, [...(groups.get(close.company) || []), close]);
        }
        return [...groups].map(([name, closes]) => ({ name, closes }));
    }

    /** The same period in all companies. */
    get group() {
        const rows = this.data.closes
            .filter((close) => close.name === this.close.name)
            // The others show what was judged last; the one on the screen was judged just now.
            .map((close) => close.id === this.close.id ? { ...close, readiness_pct: this.close.readiness_pct } : close);
        return rows.length > 1 ? rows : [];
    }

    get blockerWord() {
        const count = this.data.blockers.length;
        return count === 1 ? _t("1 blocker") : _t("%s blockers", count);
    }

    get runText() {
        const run = this.data.run;
        if (!run) {
            return _t("no run yet");
        }
        const when = momentText(run.date_end || run.date_start);
        const word = RUN_STATES[run.state] || run.state;
        return when ? _t("last run %(when)s: %(word)s", { when, word }) : _t("run %s", word);
    }

    get lockText() {
        return this.data.lock ? LOCK_STATES[this.data.lock.state] : _t("lock: not requested");
    }

    /** What is drawn; each also stands in a table. */
    get charts() {
        const { trend, ages } = this.data;
        return [
            daysChart(trend), linesChart(trend), { ...agesChart(ages), onPick: (index) => this.open(ages[index].action) },
        ];
    }

    get healthBad() {
        return this.data.health.some((each) => !["ok", "off"].includes(each.state));
    }

    get costText() {
        const { runs, cost } = this.data.cost;
        // Who has no language model reads nothing of one.
        if (!Number(cost) && !this.data.health.some((each) => each.code === "language")) {
            return _t("Runs of this period: %s", runs);
        }
        return _t("Runs of this period: %(runs)s. Cost of the language model: %(cost)s", { runs, cost });
    }

    get decidedOtherwise() {
        const { rejected, undone } = this.data.proposals.match_states;
        return rejected || undone ? _t("%(rejected)s rejected, %(undone)s undone", { rejected, undone }) : "";
    }

    get entries() {
        const counts = this.data.proposals.entry;
        return Object.entries(ENTRY_STATES)
            .filter(([state]) => counts[state])
            .map(([state, label]) => ({ state, label, count: counts[state], open: ENTRY_OPEN.includes(state) }));
    }

    get deadlines() {
        return this.data.deadlines.slice(0, DEADLINES_SHOWN);
    }

    get deadlinesLeft() {
        return Math.max(0, this.data.deadlines.length - DEADLINES_SHOWN);
    }

    get proposalCount() {
        const { match, match_done } = this.data.proposals;
        return Object.values(match).reduce((sum, count) => sum + count, match_done) + this.entries.length;
    }

    /** What a screen reader hears besides the page. */
    get spoken() {
        return this.state.slow ? _t("Loading") : this.state.said;
    }

    showLabel(close) {
        return _t("Show %(period)s of %(company)s", { period: close.name, company: close.company });
    }

    blockerLabel(blocker) {
        return `${this.blockerButton(blocker)}: ${blocker.label}`;
    }

    blockerButton(blocker) {
        const words = {
            "ai.close.finding": _t("Decide"), "ai.close.entry": _t("Open"), "ai.close.task": _t("Open tasks"),
            "account.bank.statement.line": _t("Match"), "account.move": _t("Open drafts"),
            "ai.close.run": _t("Open runs"),
        };
        return words[blocker.action?.res_model] || _t("Open");
    }
}

registry.category("actions").add("ai_close.cockpit", Cockpit);
