import { patch } from "@web/core/utils/patch";
import { BadgeField } from "@web/views/fields/badge/badge_field";

const OURS = "ai.close";
const FIELD_OF_OURS = "ai_close_";

// Badges of records of the close, wherever a view shows them, and of our fields on Odoo's own records: a class
// of theirs gives them colours that are read on small letters.  Badges of other apps stay Odoo's.
patch(BadgeField.prototype, {
    get badgeClass() {
        const { record, name } = this.props;
        const model = record.resModel || "";
        const ours = model === OURS || model.startsWith(`${OURS}.`) || name.startsWith(FIELD_OF_OURS);
        return ours ? `${super.badgeClass} o_ai_close_badge` : super.badgeClass;
    },
});
