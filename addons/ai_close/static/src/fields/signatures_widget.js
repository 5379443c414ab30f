import { _t } from "@web/core/l10n/translation";
import { formatDateTime } from "@web/core/l10n/dates";
import { registry } from "@web/core/registry";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { Component } from "@odoo/owl";

const LABELS = {
    requested: _t("Requested"), prepared: _t("Prepared"), reviewed: _t("Reviewed"), approved: _t("Approved"),
    signed: _t("Signed off"), accepted: _t("Accepted"), explained: _t("Explained"), waived: _t("Waived"),
    waive_requested: _t("Waiver asked for"),
};

/** Who took which step and when, from the stored signatures: `<widget name="ai_close_signatures" steps="prepared,signed"/>`. */
export class SignaturesWidget extends Component {
    static template = "ai_close.SignaturesWidget";
    static props = {
        ...standardWidgetProps,
        steps: { type: Array, element: String },
        struck: { type: Boolean, optional: true },
        machine: { type: Boolean, optional: true },
    };

    get signatures() {
        const { data } = this.props.record;
        return this.props.steps.map((step) => {
            const by = data[`${step}_by_id`];
            const at = data[`${step}_at`];
            let name = by ? by.display_name : "";
            if (!by && at) {
                name = _t("the server's own check");
            }
            return { step, label: LABELS[step] || step, name, at: at ? formatDateTime(at) : "" };
        });
    }

    /** A stale record keeps its signatures, struck through. */
    get struck() {
        return this.props.record.data.state === "stale";
    }
}

registry.category("view_widgets").add("ai_close_signatures", {
    component: SignaturesWidget,
    extractProps: ({ attrs }) => ({ steps: attrs.steps.split(",").map((step) => step.trim()) }),
    fieldDependencies: ({ attrs }) => attrs.steps.split(",").map((step) => ({
        name: `${step.trim()}_by_id`, type: "many2one", relation: "res.users",
    })),
});
