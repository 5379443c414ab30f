import { registry } from "@web/core/registry";

/** A reviewer finds the schedule that waits, looks at it, reviews it, and reads that the ledger does not tie. */
registry.category("web_tour.tours").add("ai_close_schedule_review", {
    url: "/odoo/ai-close-schedules",
    steps: () => [
        { content: "it waits for its review", trigger: ".o_data_row:contains(To review) .o_data_cell[name=name]", run: "click" },
        { content: "the maker is named", trigger: ".o_ai_close_signatures [data-step=prepared]:contains(Anna)" },
        { content: "month by month", trigger: "a[name=months]", run: "click" },
        { content: "the first month", trigger: "div[name=month_rows] td:contains(558.90)" },
        { content: "review it", trigger: "button[name=action_review]", run: "click" },
        { content: "it runs", trigger: ".o_statusbar_status button[aria-current=step]:contains(Running)" },
        { content: "opening, release and closing of the period", trigger: "div[name=closing]:contains(4,405.48)" },
        { content: "the ledger carries something else", trigger: ".alert-danger[role=alert]:contains(does not tie)" },
        { content: "nothing is edited any more", trigger: "div[name=total]:not(:has(input))" },
    ],
});
