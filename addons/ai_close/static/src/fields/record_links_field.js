import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { Component, useState } from "@odoo/owl";

import { recordUrl } from "../core/words";

const SHOWN = 20;

/** The records that something is about, each a link that opens it. */
export class RecordLinksField extends Component {
    static template = "ai_close.RecordLinksField";
    static props = { ...standardFieldProps };

    setup() {
        this.action = useService("action");
        this.state = useState({ all: false });
        this.recordUrl = recordUrl;
    }

    get records() {
        const value = this.props.record.data[this.props.name];
        return Array.isArray(value) ? value : [];
    }

    get shown() {
        return this.state.all ? this.records : this.records.slice(0, SHOWN);
    }

    get left() {
        return this.records.length - this.shown.length;
    }

    open(ev, record) {
        // A new tab is the browser's own business.
        if (ev.ctrlKey || ev.metaKey || ev.shiftKey) {
            return;
        }
        ev.preventDefault();
        this.action.doAction({
            type: "ir.actions.act_window", name: record.label, res_model: record.model, res_id: record.id,
            views: [[false, "form"]],
        });
    }
}

registry.category("fields").add("ai_close_record_links", {
    component: RecordLinksField,
    displayName: _t("Record links"),
    supportedTypes: ["json"],
});
