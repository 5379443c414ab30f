import { useAutofocus, useService } from "@web/core/utils/hooks";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { formatMonetary } from "@web/views/fields/formatters";
import { Layout } from "@web/search/layout";
import { SearchBar } from "@web/search/search_bar/search_bar";
import { useSearchBarToggler } from "@web/search/search_bar/search_bar_toggler";
import { listView } from "@web/views/list/list_view";
import { standardViewProps } from "@web/views/standard_view_props";

import { DecidingReview } from "./deciding";
import { sentenceOf } from "./decisions";
import { MatchDetail } from "./detail";
import { HelpDialog } from "./help";
import { useReviewKeys } from "./keys";
import { MatchRows } from "./rows";
import { MatchSearch } from "./search";
import { ORDERS, REASONS, TABS } from "./words";

/** Bank lines on the left, the proposal on the right: accept, reject, correct, next, all by the keyboard. */
export class MatchReview extends DecidingReview {
    static template = "ai_close.MatchReview";
    static components = { Layout, MatchDetail, MatchRows, MatchSearch, SearchBar };
    static props = { ...standardViewProps, archInfo: Object };

    setup() {
        super.setup();
        this.dialog = useService("dialog");
        this.tabs = TABS;
        this.orders = ORDERS;
        this.reasons = REASONS;
        this.formatMonetary = formatMonetary;
        this.searchBarToggler = useSearchBarToggler();
        useReviewKeys(this, this.root);
        useAutofocus({ refName: "reason" });
    }

    get tabLabel() {
        return TABS.find((tab) => tab.name === this.state.shown)?.label || "";
    }

    // -- around it ----------------------------------------------------------------------------------------

    leave() {
        if (this.state.reasons || this.state.search) {
            Object.assign(this.state, { reasons: false, search: false });
        } else if (this.selected.size) {
            this.clearSelection();
        } else {
            this.state.opened = false;
        }
        this.focusList();
    }

    openDocument(document = this.detail?.documents[0]) {
        if (document) {
            return this.action.doAction({
                type: "ir.actions.act_window", name: document.name, res_model: document.model, res_id: document.id,
                views: [[false, "form"]],
            });
        }
    }

    openClose(detail) {
        return this.action.doAction("ai_close.action_ai_close_cockpit", {
            additionalContext: { active_close_id: detail.close_id },
        });
    }

    openFlat() {
        return this.action.doAction("ai_close.action_ai_close_match");
    }

    /** The whole band: the dialog shows a sample first and works in the background. */
    async acceptBand() {
        try {
            const action = await this.orm.call("ai.close.match.batch", "action_new", ["auto"], {
                domain: this.props.domain,
            });
            await this.action.doAction(action, { onClose: () => this.load().then(() => this.focusList()) });
        } catch (error) {
            this.state.error = sentenceOf(error);
        }
    }

    help() {
        this.dialog.add(HelpDialog, { onKeys: (on) => (this.state.keys = on) }, { onClose: () => this.focusList() });
    }

    clearSearch() {
        this.env.searchModel.clearQuery();
    }

    get company() {
        return user.activeCompany?.name || "";
    }
}

registry.category("views").add("ai_close_match_review", {
    ...listView,
    Controller: MatchReview,
    searchMenuTypes: ["filter", "favorite"],
    props: (genericProps, view) => ({
        ...genericProps,
        archInfo: new view.ArchParser().parse(genericProps.arch, genericProps.relatedModels, genericProps.resModel),
    }),
});
