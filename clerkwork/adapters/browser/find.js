// How Clerkwork finds things in one document of a portal: by what a person would read there.
// The words and values come as data; only css and xpath of the selectors file reach an engine.
(() => {
  const TEXT_LIMIT = 20000;
  const CONTROLS = "input:not([type=hidden]),select,textarea,button";
  const BUTTONS = "input[type=submit],input[type=button],input[type=reset]";

  const fold = (text) => (text || "").replace(/\s+/g, " ").trim();
  const tag = (el) => el.tagName.toLowerCase();
  const said = (el) => {
    if (/^(input|select|textarea)$/i.test(el.tagName)) return fold(held(el));
    return fold((el.innerText ?? el.textContent ?? "").slice(0, TEXT_LIMIT));
  };
  const held = (el) => {
    if (tag(el) === "select") return el.selectedOptions[0] ? fold(el.selectedOptions[0].text) : "";
    if (el.type === "checkbox" || el.type === "radio") return el.checked ? "on" : "";
    return "value" in el ? el.value : el.isContentEditable ? el.innerText : "";
  };

  const visible = (el) => {
    if (tag(el) === "area") return true;
    const rects = el.getClientRects();
    for (const r of rects) {
      if (r.width > 0 && r.height > 0) {
        return el.ownerDocument.defaultView.getComputedStyle(el).visibility === "visible";
      }
    }
    return false;
  };

  // The smallest elements whose text passes; `first` is a word it surely holds.
  const smallest = (doc, needle, passes) => {
    const first = needle.split(" ")[0];
    const hits = [];
    const walk = (el) => {
      if (!el.textContent.includes(first)) return false;
      if (/^(script|style|noscript|template)$/i.test(el.tagName)) return false;
      let inside = false;
      for (const child of el.children) inside = walk(child) || inside;
      if (inside) return true;
      if (!passes(fold(el.textContent))) return false;
      hits.push(el);
      return true;
    };
    if (doc.body) walk(doc.body);
    for (const el of doc.querySelectorAll(BUTTONS)) if (passes(fold(el.value))) hits.push(el);
    return hits;
  };
  const attributed = (doc, name, words) =>
    [...doc.querySelectorAll(`[${name}]`)].filter((el) => fold(el.getAttribute(name)) === words);

  const wordsOfLabel = (label) => {
    let words = "";
    const walk = (node) => {
      for (const child of node.childNodes) {
        if (child.nodeType === 3) words += child.data;
        else if (child.nodeType === 1 && !child.matches("select,textarea,button,input")) {
          walk(child);
        }
      }
    };
    walk(label);
    return fold(words);
  };
  const referred = (el) =>
    (el.getAttribute("aria-labelledby") || "")
      .split(/\s+/)
      .map((id) => id && el.ownerDocument.getElementById(id))
      .filter(Boolean)
      .map((other) => fold(other.textContent))
      .join(" ");
  const labelled = (doc, words) => {
    const hits = new Set();
    for (const label of doc.querySelectorAll("label")) {
      if (wordsOfLabel(label) === words && label.control) hits.add(label.control);
    }
    for (const el of attributed(doc, "aria-label", words)) hits.add(el);
    for (const el of doc.querySelectorAll("[aria-labelledby]")) {
      if (referred(el) === words) hits.add(el);
    }
    return [...hits];
  };

  const controlIn = (el) => {
    const all = el.matches(CONTROLS) ? [el] : [...el.querySelectorAll(CONTROLS)];
    return all.find(visible);
  };
  // What stands right after some words: in the same cell, in the next one, or in the next element.
  const beside = (el) => {
    const cell = el.closest("td,th");
    let at = el;
    let next = null;
    while (at && at !== cell && tag(at) !== "body" && !next) {
      next = at.nextElementSibling;
      while (next && next.matches("br,hr,wbr,input[type=hidden],script")) {
        next = next.nextElementSibling;
      }
      at = at.parentElement;
    }
    const nextCell = cell && cell.nextElementSibling;
    const control = next && controlIn(next);
    if (control || !nextCell) return control || next;
    return controlIn(nextCell) || nextCell;
  };

  const cellsOf = (row) =>
    row.cells ? [...row.cells] : [...row.querySelectorAll("[role=cell],[role=gridcell]")];
  // A row's cells by column, a cell that spans several standing in each.
  const spread = (row) =>
    cellsOf(row).flatMap((cell) => Array(Math.min(cell.colSpan || 1, 200)).fill(cell));
  const headingRow = (before, wanted) => {
    const table = before.closest("table,[role=table],[role=grid]");
    if (!table) return null;
    const rows = table.rows ? [...table.rows] : [...table.querySelectorAll("[role=row]")];
    let found = null;
    for (const row of rows) {
      if (row === before && found) break;
      const heads = row.cells
        ? spread(row).map((cell) => fold(cell.textContent))
        : [...row.querySelectorAll("[role=columnheader]")].map((cell) => fold(cell.textContent));
      if (wanted.every((words) => heads.includes(words))) found = { row, heads };
      if (row === before) break;
    }
    return found;
  };
  const inRow = (doc, { text, column, css }) => {
    let rows = [...doc.querySelectorAll("tr,[role=row]")].filter((row) =>
      cellsOf(row).some((cell) => fold(cell.textContent) === text),
    );
    rows = rows.filter((row) => !rows.some((other) => other !== row && row.contains(other)));
    return rows.flatMap((row) => {
      if (css) return [...row.querySelectorAll(css)];
      const heading = headingRow(row, [column]);
      if (!heading) return [];
      const cell = spread(row)[heading.heads.indexOf(column)];
      return cell ? [controlIn(cell) || cell] : [];
    });
  };

  const ROLES = {
    button:
      "button,input[type=button],input[type=submit],input[type=reset],input[type=image],summary",
    link: "a[href],area[href]",
    textbox:
      "textarea,input:not([type]),input[type=text],input[type=email],input[type=tel]," +
      "input[type=url],input[type=password]",
    checkbox: "input[type=checkbox]",
    radio: "input[type=radio]",
    combobox: "select:not([multiple])",
    listbox: "select[multiple]",
    heading: "h1,h2,h3,h4,h5,h6",
    img: "img",
    row: "tr",
    cell: "td",
    columnheader: "th",
    table: "table",
    list: "ul,ol",
    listitem: "li",
    dialog: "dialog",
    option: "option",
    form: "form",
  };
  const textWithPictures = (el) => {
    let words = "";
    for (const child of el.childNodes) {
      if (child.nodeType === 3) words += child.data;
      else if (child.nodeType === 1) {
        if (tag(child) === "img") words += ` ${child.alt} `;
        else if (child.getAttribute("aria-hidden") !== "true") words += textWithPictures(child);
      }
    }
    return words;
  };
  const nameOf = (el) => {
    const named = referred(el) || fold(el.getAttribute("aria-label"));
    if (named) return named;
    if (tag(el) === "input" && /^(submit|button|reset)$/.test(el.type)) {
      return fold(el.value) || { submit: "Submit", reset: "Reset" }[el.type] || "";
    }
    if (tag(el) === "img" || el.type === "image") return fold(el.alt || el.title);
    if (el.labels && el.labels.length) return fold([...el.labels].map(wordsOfLabel).join(" "));
    if (/^(input|select|textarea)$/i.test(el.tagName)) return fold(el.title || el.placeholder);
    return fold(textWithPictures(el)) || fold(el.title);
  };
  const inRole = (doc, role, name) => {
    const own = ROLES[role] ? [...doc.querySelectorAll(ROLES[role])] : [];
    const hits = own.filter((el) => !el.hasAttribute("role"));
    hits.push(...[...doc.querySelectorAll("[role]")].filter((el) => el.role === role));
    return name ? hits.filter((el) => nameOf(el) === name) : hits;
  };

  const byXpath = (doc, path) => {
    const found = doc.evaluate(path, doc, null, 7, null);
    const hits = [];
    for (let i = 0; i < found.snapshotLength; i++) hits.push(found.snapshotItem(i));
    return hits.filter((node) => node.nodeType === 1);
  };
  const FIND = {
    css: (doc, { text }) => [...doc.querySelectorAll(text)],
    xpath: (doc, { text }) => byXpath(doc, text),
    text: (doc, { text }) => smallest(doc, text, (words) => words === text),
    contains: (doc, { text }) => smallest(doc, text, (words) => words.includes(text)),
    label: (doc, { text }) => labelled(doc, text),
    placeholder: (doc, { text }) => attributed(doc, "placeholder", text),
    title: (doc, { text }) => attributed(doc, "title", text),
    alt: (doc, { text }) => attributed(doc, "alt", text),
    role: (doc, { text, name }) => inRole(doc, text, name),
    near: (doc, { text }) => {
      const words = smallest(doc, text, (found) => found === text).filter(visible);
      const hits = words.map(beside).filter(Boolean);
      const fields = hits.filter((el) => el.matches(CONTROLS));
      return fields.length ? fields : hits;
    },
    row: inRow,
  };
  const find = (doc, finder) => [...new Set(FIND[finder.kind](doc, finder))].filter(visible);

  globalThis.clerkFind = {
    find, fold, tag, said, held, controlIn, spread, headingRow,
  };
})();
