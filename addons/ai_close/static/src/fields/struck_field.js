import { _t } from "@web/core/l10n/translation";
import { formatDateTime, deserializeDateTime } from "@web/core/l10n/dates";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { Component } from "@odoo/owl";

const STEPS = { prepared: _t("Prepared"), signed: _t("Signed off") };

/** Signatures that no longer count, struck through, each set with what struck it. */
export class StruckField extends Component {
    static template = "ai_close.StruckField";
    static props = { ...standardFieldProps };

    get sets() {
        const value = this.props.record.data[this.props.name];
        const sets = Array.isArray(value) ? value : [];
        return sets.toReversed().map((set, index) => ({
            key: index,
            why: set.why,
            at: this.time(set.struck_at),
            steps: set.steps.map((step) => ({
                step: step.step,
                label: STEPS[step.step] || step.step,
                by: step.by || _t("the server's own check"),
                at: this.time(step.at),
            })),
        }));
    }

    time(text) {
        return text ? formatDateTime(deserializeDateTime(text)) : "";
    }
}

registry.category("fields").add("ai_close_struck", {
    component: StruckField,
    supportedTypes: ["json"],
});
