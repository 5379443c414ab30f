import { _t } from "@web/core/l10n/translation";
import { WarningDialog } from "@web/core/errors/error_dialogs";
import { registry } from "@web/core/registry";

/** A step that the server refused: what did not happen, why, what to do, and the code of the rule last. */
export class RefusalDialog extends WarningDialog {
    inferTitle() {
        return _t("Not done");
    }
}

// Odoo picks the dialog by the exact class of the exception; for an unknown one it says "Oops!".
registry
    .category("error_dialogs")
    .add("odoo.addons.ai_close.models.refusal.CloseRefusal", RefusalDialog);
