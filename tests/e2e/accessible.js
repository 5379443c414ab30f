// Looks for what hinders people: names, roles within roles, references, headers, contrast (WCAG 2.2 AA).
(selector) => {
    const root = document.querySelector(selector);
    const found = [];
    const say = (el, what) => found.push(`${what}: ${el.outerHTML.slice(0, 160)}`);
    const shown = (el) => el.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true });
    const words = (el) => (el?.textContent || '').trim();
    const named = (el) => (el.getAttribute('aria-labelledby') || '').split(/\s+/).some((id) => id && words(document.getElementById(id)))
        || (el.getAttribute('aria-label') || '').trim() || [...(el.labels || [])].some(words) || el.getAttribute('title');
    // Odoo's own: boxes before the rows of a list, its menu of columns, labels of text, tabs of a form.
    const THEIRS = '.o_list_record_selector, .o_optional_columns_dropdown, .o_form_label_readonly, .o_notebook_headers,'
        + ' .o_list_sortable_icon, .o_button_icon';
    const all = (what) => [...root.querySelectorAll(what)].filter((el) => shown(el) && !el.closest(THEIRS));
    const CONTROLS = 'button, a[href], [role=tab], [role=option], [role=button]';
    const FIELDS = 'input:not([type=hidden]), select, textarea, [role=listbox], [role=tablist], [role=tabpanel],'
        + ' [role=group], [role=region], [role=progressbar], [role=dialog]';
    all(CONTROLS).filter((el) => !named(el) && !words(el)).forEach((el) => say(el, 'no name'));
    all(FIELDS).filter((el) => !named(el)).forEach((el) => say(el, 'no label'));
    for (const [inner, outer] of [['option', 'listbox'], ['tab', 'tablist']]) {
        all(`[role=${inner}]`).filter((el) => !el.closest(`[role=${outer}]`)).forEach((el) => say(el, `outside of a ${outer}`));
    }
    for (const name of ['aria-controls', 'aria-activedescendant', 'aria-labelledby', 'aria-describedby', 'for']) {
        for (const el of all(`[${name}]`)) {
            const ids = el.getAttribute(name).split(/\s+/).filter(Boolean);
            ids.filter((id) => !document.getElementById(id)).forEach((id) => say(el, `${name} leads nowhere`));
        }
    }
    const ids = [...root.querySelectorAll('[id]')].map((el) => el.id);
    ids.filter((id, at) => ids.indexOf(id) !== at).forEach((id) => found.push(`twice: #${id}`));
    all('[tabindex]').filter((el) => el.tabIndex > 0).forEach((el) => say(el, 'jumps the queue'));
    all('button button, a a, button a, a button').forEach((el) => say(el, 'a control in a control'));
    all('i.fa').filter((el) => !el.closest('[aria-hidden=true]') && !named(el)).forEach((el) => say(el, 'a picture without words'));
    all('table').filter((el) => el.querySelector('thead') && !el.querySelector('thead th')).forEach((el) => say(el, 'no headers'));

    const parse = (text) => {
        const [r, g, b, a = 1] = (text.match(/[\d.]+/g) || [0, 0, 0, 0]).map(Number);
        return text.startsWith('color(srgb') ? [r * 255, g * 255, b * 255, a] : [r, g, b, a];
    };
    const over = ([r, g, b, a], under) => [r, g, b].map((each, at) => each * a + under[at] * (1 - a));
    const behind = (el) => {
        const layers = [];
        for (let at = el; at; at = at.parentElement) {
            layers.push(parse(getComputedStyle(at).backgroundColor));
        }
        return layers.reverse().reduce((under, layer) => over(layer, under), [255, 255, 255]);
    };
    const light = (color) => {
        const [r, g, b] = color.map((each) => each / 255).map((each) => (each <= 0.03928 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const told = new Set();
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const el = node.parentElement;
        if (!words(node) || !shown(el) || el.closest('.visually-hidden, :disabled, .disabled')) {
            continue;
        }
        const style = getComputedStyle(el);
        const under = behind(el);
        const [one, two] = [light(over(parse(style.color), under)), light(under)];
        const ratio = (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05);
        const size = parseFloat(style.fontSize);
        const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
        const what = `contrast ${ratio.toFixed(2)} of ${style.color} on ${under.map(Math.round)}`;
        if (ratio < (large ? 3 : 4.5) && !told.has(what)) {
            told.add(what);
            say(el, what);
        }
    }
    return found;
}
