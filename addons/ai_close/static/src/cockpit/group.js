import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { Component, onWillStart, useState } from "@odoo/owl";

import { CLOSE_STATES, RUN_STATES, SEVERITIES, dayText, momentText } from "../core/words";

// What the readiness counters are called on screen.
const OPEN_WORDS = {
    run: _t("run"), "bank lines": _t("bank lines"), drafts: _t("drafts"), findings: _t("findings"),
    entries: _t("entries"), tasks: _t("tasks"), "tie-outs": _t("tie-outs"), branches: _t("branches"),
};

/** Every company's close on one page. */
export class CockpitGroup extends Component {
    static template = "ai_close.Group";
    static components = { Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.closeStates = CLOSE_STATES;
        this.severities = SEVERITIES;
        this.dayText = dayText;
        this.momentText = momentText;
        this.state = useState({ rows: null, error: null });
        onWillStart(() => this.load());
    }

    async load() {
        this.state.error = null;
        try {
            const answer = await this.orm.call("ai.close", "cockpit_group", []);
            this.state.rows = answer.companies;
        } catch (error) {
            this.state.error = error.data?.message || error.message || _t("The server did not answer.");
        }
    }

    get summary() {
        const rows = this.state.rows;
        const locked = rows.filter((row) => row.state === "locked").length;
        const late = rows.filter((row) => row.overdue).length;
        return _t("%(count)s companies: %(locked)s locked, %(late)s overdue", { count: rows.length, locked, late });
    }

    openWord(name) {
        return OPEN_WORDS[name] || name;
    }

    runText(row) {
        if (!row.run) {
            return _t("never");
        }
        const word = RUN_STATES[row.run.state] || row.run.state;
        return `${momentText(row.run.date_end)} ${word}`.trim();
    }

    showLabel(row) {
        return _t("Show %(period)s of %(company)s", { period: row.name, company: row.company });
    }

    /** A company that is not selected in the browser is selected first, as in Odoo's own switcher. */
    open(row, action) {
        if (!row.selected) {
            return user.activateCompanies([...user.activeCompanies.map((company) => company.id), row.company_id], {
                includeChildCompanies: false, reload: true,
            });
        }
        return this.action.doAction(action || "ai_close.action_ai_close_cockpit", action ? {} : {
            additionalContext: { active_close_id: row.close_id },
        });
    }

    openFindings(row, severity) {
        return this.open(row, {
            type: "ir.actions.act_window", name: _t("Findings"), res_model: "ai.close.finding",
            views: [[false, "list"], [false, "form"]],
            domain: [["close_id", "=", row.close_id], ["severity", "=", severity],
                     ["state", "in", ["open", "assigned", "explained", "fixed"]]],
        });
    }
}

registry.category("actions").add("ai_close.group", CockpitGroup);
