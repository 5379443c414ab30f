import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { Component } from "@odoo/owl";

import { BANDS, SEVERITIES } from "../core/words";

/** A severity or a band: a badge with icon and word. */
class WordBadgeField extends Component {
    static template = "ai_close.WordBadgeField";
    static props = { ...standardFieldProps };
    static words = {};

    get word() {
        return this.constructor.words[this.props.record.data[this.props.name]];
    }
}

export class SeverityField extends WordBadgeField {
    static words = SEVERITIES;
}

export class BandField extends WordBadgeField {
    static words = BANDS;
}

const fields = registry.category("fields");
fields.add("ai_close_severity", {
    component: SeverityField, displayName: _t("Severity"), supportedTypes: ["selection"],
});
fields.add("ai_close_band", { component: BandField, displayName: _t("Band"), supportedTypes: ["selection"] });
