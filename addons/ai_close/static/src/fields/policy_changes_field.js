import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { Component } from "@odoo/owl";

/** What a version of the policy changes: parameter, before, after. */
export class PolicyChangesField extends Component {
    static template = "ai_close.PolicyChangesField";
    static props = { ...standardFieldProps };

    get changes() {
        const value = this.props.record.data[this.props.name];
        return Array.isArray(value) ? value : [];
    }
}

registry.category("fields").add("ai_close_policy_changes", {
    component: PolicyChangesField,
    displayName: _t("Changes of a policy"),
    supportedTypes: ["json"],
});

/** What observe mode came to: a row for each kind of proposal and each part of it. */
export class ExitFiguresField extends Component {
    static template = "ai_close.ExitFiguresField";
    static props = { ...standardFieldProps };

    get rows() {
        const value = this.props.record.data[this.props.name];
        return (Array.isArray(value) ? value : []).map((row) => ({
            ...row,
            key: `${row.kind} ${row.part}`,
            name: row.part || row.label,
            misses: row.misses === null ? "–" : row.misses,
        }));
    }
}

registry.category("fields").add("ai_close_exit_figures", {
    component: ExitFiguresField,
    displayName: _t("Observed proposals"),
    supportedTypes: ["json"],
});
