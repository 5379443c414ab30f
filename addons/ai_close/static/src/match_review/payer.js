import { useService } from "@web/core/utils/hooks";
import { Component } from "@odoo/owl";

import { showTextFacts } from "../fields/text_facts";

/** Whom a language model suggests as the payer: marked, with its facts; at most a word to search by. */
export class MatchPayer extends Component {
    static template = "ai_close.MatchPayer";
    static props = { payer: Object, canSearch: Boolean, onSearch: Function };

    setup() {
        this.dialog = useService("dialog");
    }

    showFacts() {
        showTextFacts(this.dialog, this.props.payer.id);
    }
}
