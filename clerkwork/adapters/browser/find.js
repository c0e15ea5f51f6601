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
  // A day as the portal writes it; one of a format with words in it stays as it is.
  const dayOf = (iso) => {
    const [year, month, day] = iso.split("-");
    const parts = { "%Y": year, "%y": year.slice(-2), "%m": month, "%d": day };
    const { dates } = globalThis.clerkTerms;
    if (!day || dates.replace(/%[Yymd]/g, "").includes("%")) return iso;
    return dates.replace(/%[Yymd]/g, (part) => parts[part]);
  };
  // What a field holds; where it has a form of its own for it, in the portal's all the same.
  const held = (el) => {
    if (el.type === "number") return el.value.replace(".", globalThis.clerkTerms.decimal);
    if (el.type === "date") return dayOf(el.value);
    if (el.type === "file") return [...el.files].map((file) => file.name).join(", ");
    if (tag(el) === "select") return el.selectedOptions[0] ? fold(el.selectedOptions[0].text) : "";
    if (el.type === "checkbox" || el.type === "radio") return el.checked ? "on" : "";
    return "value" in el ? el.value : el.isContentEditable ? el.innerText : "";
  };

  const visible = (el) => {
    // A file field is often hidden behind a button of the portal's own.
    if (tag(el) === "area" || el.type === "file") return true;
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

  const ROWS = "table,[role=table],[role=grid],[role=treegrid]";
  const CELLS = "[role=cell],[role=gridcell],[role=rowheader],[role=columnheader]";
  const WIDEST = 200;
  const cellsOf = (row) => (row.cells ? [...row.cells] : [...row.querySelectorAll(CELLS)]);
  // A row's cells by column, a cell that spans several standing in each.
  const spread = (row) =>
    cellsOf(row).flatMap((cell) => Array(Math.min(cell.colSpan || 1, WIDEST)).fill(cell));
  // The same for all rows of a table, a cell that spans several of them standing in each too.
  const grid = (rows) => {
    const laid = new Map();
    let open = [];
    let part = null;
    for (const row of rows) {
      if (row.parentElement !== part) open = [];
      part = row.parentElement;
      const cells = [];
      const go = () => {
        for (; open[cells.length] && open[cells.length].left > 0; ) {
          open[cells.length].left -= 1;
          cells.push(open[cells.length].cell);
        }
      };
      for (const cell of cellsOf(row)) {
        go();
        for (let i = 0; i < Math.min(cell.colSpan || 1, WIDEST); i++) {
          const left = cell.rowSpan === 0 ? Infinity : (cell.rowSpan || 1) - 1;
          open[cells.length] = { cell, left };
          cells.push(cell);
        }
      }
      go();
      laid.set(row, cells);
    }
    return laid;
  };
  const layout = (table) => {
    const rows = table.rows ? [...table.rows] : [...table.querySelectorAll("[role=row]")];
    const laid = table.querySelector("[rowspan]") ? grid(rows) : null;
    return { table, rows, cells: (row) => (laid && laid.get(row)) || spread(row) };
  };
  // What some rows on top of each other call each column: its lowest words, and all of them.
  const named = (block, cells) => {
    const across = block.map(cells);
    const width = Math.max(0, ...across.map((row) => row.length));
    return Array.from({ length: width }, (_, column) => {
      const chain = [...new Set(across.map((row) => row[column]).filter(Boolean))];
      const words = chain.map((cell) => fold(cell.textContent)).filter(Boolean);
      return { own: words[words.length - 1] || "", whole: words.join(" / "), cell: chain.at(-1) };
    });
  };
  const HIGHEST = 3;
  const TOP = 12;
  // The heading nearest above a row (or the row itself) that has all these columns. It may be
  // of several rows; a column of such is called by its own words, or as in 'Amount / Debit'.
  const headingRow = (before, wanted, laid = null) => {
    const table = before.closest(ROWS);
    if (!table) return null;
    const { rows, cells } = laid && laid.table === table ? laid : layout(table);
    const from = rows.indexOf(before);
    for (let height = 1; height <= HIGHEST; height++) {
      const last = height === 1 ? from - 1 : Math.min(from - 1, TOP);
      const ends = Array.from({ length: Math.max(0, last + 1) }, (_, i) => last - i);
      for (const end of [...ends, from]) {
        if (end - height + 1 < 0) continue;
        const heads = named(rows.slice(end - height + 1, end + 1), cells);
        const at = new Map();
        for (const words of wanted) {
          const fits = heads.flatMap(({ own, whole }, i) =>
            own === words || (height > 1 && whole === words) ? [i] : [],
          );
          at.set(words, fits);
        }
        if (wanted.some((words) => !at.get(words).length)) continue;
        const twice = wanted.filter(
          (words) => new Set(at.get(words).map((i) => heads[i].cell)).size > 1,
        );
        return { row: rows[end], at, twice, heads: heads.map(({ own }) => own) };
      }
    }
    return null;
  };
  // What stands in a row under a heading; several cells where the heading spans several.
  const under = (cells, heading, column) => {
    const at = heading.at.get(column);
    if (at.length === 1) return cells[at[0]] ? [cells[at[0]]] : [];
    return [...new Set(at.map((i) => cells[i]).filter(Boolean))];
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
      const cells = layout(row.closest(ROWS)).cells(row);
      return under(cells, heading, column).map((cell) => controlIn(cell) || cell);
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
    find, fold, tag, said, held, controlIn, spread, headingRow, layout, under, ROWS, visible, nameOf, FIND,
  };
})();
