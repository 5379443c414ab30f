import { registry } from "@web/core/registry";

/** Opens the app as a person does and reads what the cockpit says about the period that the test made. */
registry.category("web_tour.tours").add("ai_close_cockpit", {
    url: "/odoo/ai-close",
    steps: () => [
        { content: "the period is named", trigger: ".o_ai_close_period:contains(October 2026)" },
        { content: "the readiness is a number below 100", trigger: ".o_ai_close_readiness .o_ai_close_number:contains(%)" },
        { content: "the agent never ran: three steps", trigger: ".o_ai_close_never_run li:count(3)" },
        { content: "the missing run is a blocker", trigger: ".o_ai_close_blocker:contains(No finished run of the agent)" },
        { content: "the draft of the period is one too", trigger: ".o_ai_close_blocker:contains(Drafts dated in the period)" },
        { content: "one critical finding", trigger: ".o_ai_close_tile[data-severity=critical] .o_ai_close_number:contains(1)" },
        { content: "no match is proposed", trigger: ".o_ai_close_tile[data-band=auto] .o_ai_close_number:contains(0)" },
        { content: "deadlines are listed", trigger: ".o_ai_close_deadline" },
        { content: "how is it counted?", trigger: ".o_ai_close_readiness", run: "click" },
        { content: "the formula names the items", trigger: ".o_ai_close_popover:contains(tasks)" },
        { content: "close the formula", trigger: ".o_ai_close_readiness", run: "click" },
        { content: "ask for a run", trigger: ".o_ai_close_run_now", run: "click" },
        { content: "the request is shown", trigger: ".o_ai_close_strip:contains(waits for the agent)" },
        { content: "open the critical finding", trigger: ".o_ai_close_tile[data-severity=critical]", run: "click" },
        { content: "the list has it", trigger: ".o_data_row .o_data_cell:contains(Planted finding)", run: "click" },
        { content: "its form says what puts it right", trigger: ".o_form_view:contains(What puts it right)" },
        { content: "back to the list", trigger: ".o_breadcrumb .o_back_button, .breadcrumb-item:first a", run: "click" },
    ],
});

/** From the cockpit to the proposed match, accepts it there, and finds it counted as accepted. */
registry.category("web_tour.tours").add("ai_close_cockpit_match", {
    url: "/odoo/ai-close",
    steps: () => [
        { content: "one sure match", trigger: ".o_ai_close_tile[data-band=auto] .o_ai_close_number:contains(1)" },
        { content: "the bank line is a blocker", trigger: ".o_ai_close_blocker:contains(not reconciled)" },
        { content: "open the sure matches", trigger: ".o_ai_close_tile[data-band=auto]", run: "click" },
        { content: "the confidence is rounded down", trigger: ".o_ai_close_match_right:contains(98.7 %)" },
        { content: "accept it", trigger: ".o_ai_close_match_bar button[data-hotkey=q]:not([disabled])", run: "click" },
        { content: "it is decided", trigger: ".o_ai_close_match_row:contains(Accepted)" },
        { content: "back to the cockpit", trigger: ".o_breadcrumb .breadcrumb-item a, .o_breadcrumb a", run: "click" },
        { content: "nothing is left to accept", trigger: ".o_ai_close_tile[data-band=auto] .o_ai_close_number:contains(0)" },
        { content: "no bank line is open", trigger: ".o_ai_close_blockers:not(:contains(not reconciled))" },
    ],
});

/** A locked period is readable and offers no step. */
registry.category("web_tour.tours").add("ai_close_cockpit_locked", {
    url: "/odoo/ai-close",
    steps: () => [
        { content: "the bar says so", trigger: ".o_ai_close_locked:contains(October 2026 is locked)" },
        { content: "no run can be asked for", trigger: "body:not(:has(.o_ai_close_run_now))" },
        { content: "no lock can be asked for", trigger: "body:not(:has(.o_ai_close_request_lock))" },
        { content: "no blocker is listed", trigger: "body:not(:has(.o_ai_close_blocker))" },
    ],
});

/** The preparer looks at the calculation and is told why the review is not theirs. */
registry.category("web_tour.tours").add("ai_close_entry_own_work", {
    url: "/odoo/ai-close-entries",
    steps: () => [
        { content: "open the entry", trigger: ".o_data_row .o_data_cell[name=name]", run: "click" },
        { content: "the maker is named", trigger: ".o_ai_close_signatures [data-step=prepared]:contains(Anna)" },
        { content: "a hint says whose turn it is not", trigger: ".alert:contains(the next signature is another person)" },
        { content: "how was it computed?", trigger: "a[name=calculation]", run: "click" },
        { content: "the rows and their heads", trigger: ".o_ai_close_calculation th[scope=col]:contains(received)" },
        { content: "the total", trigger: ".o_ai_close_calculation tfoot:contains(1,102.50)" },
        { content: "review own work", trigger: "button[name=action_review]", run: "click" },
        { content: "it is refused in words", trigger: ".modal:contains(Not done):contains([SOD)" },
        { content: "understood", trigger: ".modal .btn-primary", run: "click" },
        { content: "nothing happened", trigger: ".o_ai_close_signatures [data-step=reviewed]:contains(not yet)" },
    ],
});
