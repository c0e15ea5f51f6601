// Tells what a person does on a page, in words that find it again. What is typed stays here.
(() => {
  if (globalThis.clerkRecord) return;
  const { find, fold, tag, controlIn, nameOf, visible } = globalThis.clerkFind;
  const { totalsOf, nameOf: nameOfTotal } = globalThis.clerkTotals;
  const FIELDS = "input:not([type=hidden]):not([type=submit]):not([type=button]):not([type=reset])" +
    ":not([type=image]),select,textarea";
  const PRESSES = "a,area,button,summary,input[type=submit],input[type=button],input[type=reset]," +
    "input[type=image],[role=button],[role=link],[role=menuitem],[role=tab],[onclick]";
  const NEXT = /^(next|next page|volgende|weiter|nächste|suivant|siguiente|>|>>|›|»)$/i;
  const LONGEST = 80;

  const pathOf = () => {
    const path = [];
    try {
      for (let w = window; w !== w.parent; w = w.parent) {
        const holder = w.frameElement;
        path.unshift(w.name || (holder && (holder.name || holder.id)) || "");
      }
    } catch {
      path.unshift("");
    }
    return path;
  };
  const natural = (word) => /^[a-z][a-z_-]{1,40}\d{0,2}$/i.test(word);
  const cssPath = (el) => {
    const parts = [];
    for (let at = el; at && at !== document.documentElement; at = at.parentElement) {
      const id = at.id && natural(at.id) ? `#${CSS.escape(at.id)}` : "";
      if (id && document.querySelectorAll(id).length === 1) return [id, ...parts].join(" > ");
      const same = [...at.parentElement.children].filter((o) => o.tagName === at.tagName);
      parts.unshift(same.length > 1 ? `${tag(at)}:nth-of-type(${same.indexOf(at) + 1})` : tag(at));
    }
    return parts.join(" > ");
  };
  const TITLES = "h1,h2,h3,h4,h5,h6,[role=heading],legend,caption,title,hr,thead";
  const BUTTONS = "button,input,[role=button]";
  const OTHERS = `${FIELDS},${BUTTONS},${TITLES}`;
  const holds = (el, selector) => el.matches(selector) || el.querySelector(selector) !== null;
  // What stands around a field and nothing else: a cell, a paragraph, but no row, form or section.
  const isItsOwn = (box, el) =>
    !box.matches("tr,tbody,table,form,fieldset,section,main,article,body") &&
    [...box.querySelectorAll(FIELDS)].every((field) => field === el);
  // The words that belong to a field: just before it, in its cell, in the one before, or in the
  // element before. A heading is no field's, and words with another field between are that one's.
  const wordsBefore = (el) => {
    const found = [];
    for (let at = el, up = 0; up < 4 && (at === el || isItsOwn(at, el)); at = at.parentElement, up++) {
      for (let prev = at.previousElementSibling; prev; prev = prev.previousElementSibling) {
        const label = prev.closest("label") || prev.querySelector("label");
        if (prev.matches(PRESSES) || holds(prev, OTHERS) || (label && label.control && label.control !== el)) return found;
        const words = fold(prev.textContent);
        if (words && words.length <= LONGEST) found.push(words);
        if (words) return found;
      }
    }
    return found;
  };
  const spoken = (el) => nameOf(el) || fold(el.innerText || el.value || "").slice(0, LONGEST);
  const rolesOf = (el) => {
    if (el.getAttribute("role")) return [el.getAttribute("role")];
    return [/^(a|area)$/.test(tag(el)) ? "link" : "button"];
  };
  const attributed = (el) => ["placeholder", "title", "alt"].flatMap((kind) => {
    const text = fold(el.getAttribute(kind) || "");
    return text ? [{ kind, text }] : [];
  });
  const fieldRole = (el) =>
    ({ select: "combobox", textarea: "textbox" })[tag(el)] ||
    ({ checkbox: "checkbox", radio: "radio" })[el.type] || "textbox";
  const ways = (el) => {
    const name = spoken(el);
    const words = [];
    if (el.matches(FIELDS)) {
      const label = nameOf(el);
      if (label) words.push({ kind: "label", text: label }, { kind: "role", text: fieldRole(el), name: label });
      for (const text of wordsBefore(el)) words.push({ kind: "near", text });
    } else if (name) {
      for (const text of rolesOf(el)) words.push({ kind: "role", text, name });
      words.push({ kind: "text", text: name });
    }
    words.push(...attributed(el));
    const css = el.type === "password" ? ["input[type=password]"] : [];
    if (natural(el.id)) css.push(`#${CSS.escape(el.id)}`);
    const own = el.getAttribute("name") || "";
    if (natural(own)) css.push(`${tag(el)}[name="${own}"]`);
    css.push(cssPath(el));
    return [...words, ...css.map((text) => ({ kind: "css", text }))];
  };
  // Those that hit it and nothing else, best first.
  const findersOf = (el) => {
    const hitsIt = (way) => {
      if ((way.name || way.text).length > LONGEST && way.kind !== "css") return false;
      const hits = find(document, { name: "", ...way });
      return hits.length === 1 && (hits[0] === el || (!el.matches(FIELDS) && el.contains(hits[0])));
    };
    return ways(el).filter(hitsIt);
  };

  const isLogin = () => [...document.querySelectorAll("input[type=password]")].some(visible);
  const wordsOf = (el) => {
    if (!el.matches(FIELDS)) return spoken(el);
    return nameOf(el) || wordsBefore(el)[0] || el.getAttribute("name") || "";
  };
  const tell = (act, el, more = {}) => globalThis.clerkTell(JSON.stringify({
    act, frame: pathOf(), finders: findersOf(el), words: wordsOf(el).slice(0, LONGEST),
    secret: el.type === "password", login: isLogin(), link: tag(el) === "a" || tag(el) === "area",
    language: document.documentElement.lang || "", ...more,
  }));

  const only = (selector, el) => {
    const hits = document.querySelectorAll(selector);
    return hits.length === 1 && hits[0] === el;
  };
  const cssOfTable = (table) => {
    const tries = [];
    if (natural(table.id)) tries.push(`table#${CSS.escape(table.id)}`);
    for (const name of table.classList) if (natural(name)) tries.push(`table.${CSS.escape(name)}`);
    for (const name of ["summary", "border"]) {
      const value = table.getAttribute(name);
      if (value) tries.push(`table[${name}=${JSON.stringify(value)}]`);
    }
    return tries.find((each) => only(each, table)) || cssPath(table);
  };
  const tellTable = (table) => {
    const cells = (row) => [...row.cells];
    const rows = [...table.rows];
    const isHead = (row) => row.closest("thead") || cells(row).every((cell) => tag(cell) === "th");
    const head = rows.filter((row) => isHead(row) && row.cells.length).pop() || rows[0];
    if (!head) return false;
    const next = [...document.querySelectorAll(PRESSES)].find((el) => visible(el) && NEXT.test(spoken(el)));
    const base = cssOfTable(table);
    const below = rows.slice(rows.indexOf(head) + 1);
    const { totals, ...whole } = totalsOf(below, head, base, Boolean(next));
    const wide = below.filter((row) => cells(row).length === cells(head).length && visible(row));
    const data = wide.filter((row) => !totals.includes(row));
    const tries = [
      `${base} tbody tr`, `${base} tr:has(td)`, `${base} tr:not(:first-child)`,
      `${base} tr:not(:first-child):not(:has(td[colspan]))`,
      `${base} tr:has(> td:nth-child(${cells(head).length}))`,
    ];
    const fits = (wanted) => (css) => {
      const hits = find(document, { kind: "css", text: css });
      return hits.length === wanted.length && hits.every((row) => wanted.includes(row));
    };
    const heads = cells(head).map((cell) => fold(cell.textContent).slice(0, LONGEST));
    const told = data.length && tries.find(fits(data));
    const skip = told ? [] : totals.map(nameOfTotal).filter(Boolean);
    tell("table", table, {
      words: heads.filter(Boolean).join(" "), heads, next: next ? findersOf(next) : [], finders: [],
      rows: told || (data.length && tries.find(fits(wide))) || tries[2],
      skip: skip.map((text) => ({ kind: "text", text })), total: whole.finders, total_of: whole.at,
      decimal: whole.decimal,
    });
    return true;
  };
  // Marked by what stands in it, as a person would point at it.
  const table = (words) => {
    const hits = find(document, { kind: "text", text: words });
    const tables = [...new Set(hits.map((el) => el.closest("table")).filter(Boolean))];
    return tables.length === 1 ? Number(tellTable(tables[0])) : tables.length;
  };
  const pressesSaying = (words) =>
    [...document.querySelectorAll(PRESSES)].filter((el) => visible(el) && spoken(el) === words);
  const submit = (words) => {
    const hits = pressesSaying(words);
    if (hits.length === 1) tell("submit", hits[0]);
    return hits.length;
  };

  const onClick = (event) => {
    const target = event.composedPath()[0];
    if (!(target instanceof Element)) return;
    const press = target.closest(PRESSES);
    if (event.altKey) {
      const marked = target.closest("table");
      event.preventDefault();
      event.stopImmediatePropagation();
      if (press && !(tag(press) === "a")) tell("submit", press);
      else if (marked) tellTable(marked);
      return;
    }
    if (press) tell("click", press);
    else if (!target.closest(`${FIELDS},label,option`) && !controlIn(target)) {
      const cell = target.closest("td,li,span,div");
      if (cell && fold(cell.innerText).length <= 40 && getComputedStyle(target).cursor === "pointer") {
        tell("click", cell);
      }
    }
  };
  const onChange = (event) => {
    const el = event.composedPath()[0];
    if (!(el instanceof Element) || !el.matches(FIELDS) || el.type === "file") return;
    if (tag(el) === "select") tell("choose", el);
    else if (/^(checkbox|radio)$/.test(el.type)) tell("check", el, { on: el.checked });
    else tell("fill", el);
  };
  window.addEventListener("click", onClick, true);
  window.addEventListener("change", onChange, true);
  globalThis.clerkRecord = { table, submit };
})();
