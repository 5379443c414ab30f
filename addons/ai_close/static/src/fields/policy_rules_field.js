import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { Component } from "@odoo/owl";

/** The rules of a version: on or off, severity, thresholds (changed ones marked), exceptions. */
export class PolicyRulesField extends Component {
    static template = "ai_close.PolicyRulesField";
    static props = { ...standardFieldProps };

    get rows() {
        const value = this.props.record.data[this.props.name];
        return Array.isArray(value) ? value : [];
    }

    get summary() {
        const on = this.rows.filter((row) => row.on).length;
        return _t("%(on)s of %(all)s rules are on. What differs from the usual is bold.", {
            on,
            all: this.rows.length,
        });
    }
}

registry.category("fields").add("ai_close_policy_rules", {
    component: PolicyRulesField,
    displayName: _t("Rules of a policy"),
    supportedTypes: ["json"],
});
