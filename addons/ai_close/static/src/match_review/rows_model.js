/** The rows of the review screen as plain data: thousands of them, so nothing observes each. */

/** Make rows of the columns that the server sends; `key` stays when a row's match is replaced by another. */
export function makeRows({ columns, rows }) {
    const at = Object.fromEntries(columns.map((name, index) => [name, index]));
    return rows.map((values) => ({
        key: values[at.id],
        id: values[at.id],
        date: values[at.line_date],
        label: values[at.line_label] || "",
        amount: values[at.line_amount],
        currencyId: values[at.currency_id],
        band: values[at.band],
        confidence: values[at.confidence_text],
        state: values[at.state],
        // A step on its way or one that failed, and why.
        mark: "",
        message: "",
    }));
}

/** The next row that waits for a decision: behind `from`, else before it, else where one stands. */
export function nextWaiting(rows, from) {
    const waits = (row) => row.state === "proposed" && (!row.mark || row.mark === "failed");
    for (let at = from + 1; at < rows.length; at++) {
        if (waits(rows[at])) {
            return at;
        }
    }
    for (let at = from - 1; at >= 0; at--) {
        if (waits(rows[at])) {
            return at;
        }
    }
    return from;
}
