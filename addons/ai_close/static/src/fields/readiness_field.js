import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { Component } from "@odoo/owl";

import { SEVERITIES } from "../core/words";

/** What was open when a lock was asked for, each with its records. */
export class ReadinessField extends Component {
    static template = "ai_close.ReadinessField";
    static props = { ...standardFieldProps };

    setup() {
        this.action = useService("action");
        this.severities = SEVERITIES;
    }

    get readiness() {
        return this.props.record.data[this.props.name] || null;
    }

    open(blocker) {
        return this.action.doAction(blocker.action);
    }
}

registry.category("fields").add("ai_close_readiness", {
    component: ReadinessField,
    displayName: _t("Readiness"),
    supportedTypes: ["json"],
});
