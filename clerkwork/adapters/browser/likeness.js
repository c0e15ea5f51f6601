// What things on a page are like, so that one is known again when its selector breaks: fields,
// things to press, texts, and the columns of whatever stands in rows.
(() => {
  const { fold, tag, held, visible, nameOf, controlIn } = globalThis.clerkFind;
  const { windows } = globalThis.clerkPage;
  const FIELDS =
    "input:not([type=hidden]):not([type=submit]):not([type=button]):not([type=reset])" +
    ":not([type=image]),select,textarea,[contenteditable=true]";
  const PRESSES =
    "a[href],area[href],button,summary,input[type=submit],input[type=button],input[type=reset]," +
    "input[type=image],[role=button],[role=link],[role=menuitem],[role=tab],[onclick]";
  const MOST = 300;
  const SAMPLE = 40;

  const cut = (text, length = 80) => fold(text).slice(0, length);
  // Numbers change from day to day, words from release to release.
  const masked = (text) => cut(text).replace(/\d+/g, "#");
  const hash = (text, from = 0x811c9dc5) => {
    let code = from;
    for (let i = 0; i < text.length; i++) code = Math.imul(code ^ text.charCodeAt(i), 0x01000193);
    return code >>> 0;
  };
  const natural = (word) =>
    /^[a-z][a-z_-]{1,40}\d{0,2}$/i.test(word) && !/[_-][0-9a-f]{4,}$/i.test(word);
  const classOf = (el) =>
    [...el.classList]
      .map((name) => name.replace(/[_-]{1,2}(?=[a-z]*\d)[0-9a-z]{4,10}$/i, ""))
      .filter(natural)
      .sort()
      .join(" ");

  // A row among others like it: its cells are told apart by their column.
  const cellsIn = (row) => (row.cells ? [...row.cells] : [...row.children]);
  const rowsLike = (row, width) => {
    const table = row.matches("tr") && row.closest("table");
    const all = table ? [...table.rows] : row.parentElement ? [...row.parentElement.children] : [];
    return all.filter((each) => each.tagName === row.tagName && cellsIn(each).length === width);
  };
  const widthOf = (row) => (row.cells ? row.cells.length : row.childElementCount);
  const INLINE = new Set(
    ["ul", "ol", "select", "p", "form", "table", "tbody", "nav", "label", "fieldset"],
  );
  // Whether others like it stand beside it; the nearest are looked at first.
  const isRow = (row, width) => {
    if (INLINE.has(tag(row)) || !row.parentElement) return false;
    const fits = (each) => each.tagName === row.tagName && widthOf(each) === width;
    const { previousElementSibling: prev, nextElementSibling: next } = row;
    if ((prev && fits(prev)) || (next && fits(next))) return true;
    const table = row.matches("tr") && row.closest("table");
    const all = table ? table.rows : row.parentElement.children;
    for (const each of all) if (each !== row && fits(each)) return true;
    return false;
  };
  const rowOf = (el, least = 4) => {
    let row = el.parentElement;
    for (let up = 1; row && up < 7 && tag(row) !== "body"; up++, row = row.parentElement) {
      const width = widthOf(row);
      if (width >= least && isRow(row, width)) return row;
    }
    return null;
  };
  const wordsIn = (cell) => fold(cell.textContent);
  const isHeading = (row, width) => {
    const cells = cellsIn(row);
    if (cells.length !== width) return false;
    if (row.closest("thead") || cells.every((cell) => cell.matches("th,[role=columnheader]"))) {
      return true;
    }
    if (row.querySelector("input:not([type=hidden]),select,textarea,a[href]")) return false;
    const words = cells.map(wordsIn).filter(Boolean);
    if (words.length * 2 < width || words.some((each) => /\d\d/.test(each))) return false;
    return new Set(words).size === words.length;
  };
  const gridOf = (row) => {
    const width = cellsIn(row).length;
    const rows = rowsLike(row, width);
    let head = isHeading(rows[0], width) ? rows[0] : null;
    const above = row.parentElement.previousElementSibling;
    if (!head && above) {
      head = [above, ...above.children].find((each) => isHeading(each, width)) || null;
    }
    return { head, rows: rows.filter((each) => each !== head), width };
  };
  const AMOUNT = /^[^\w\s]{0,2}\s?[-+]?\s?\d[\d.,'\u00a0\u202f ]*[.,]\d{2}\s?-?$/;
  const DATE = /^\d{1,4}[-./ ](?:\d{1,2}|[a-z]{3,9}\.?)[-./ ]\d{1,4}$/i;
  const kindOf = (text) => {
    if (!text) return "empty";
    if (AMOUNT.test(text)) return "amount";
    if (DATE.test(text)) return "date";
    if (/^\d+$/.test(text)) return `number ${Math.min(text.length, 12)}`;
    if (/^\S*\d\S*$/.test(text)) return "code";
    return text.length > 24 ? "long words" : "words";
  };
  const column = (grid, at) => {
    const shape = {};
    const values = new Set();
    let type = "";
    for (const row of grid.rows.slice(0, SAMPLE)) {
      const cell = cellsIn(row)[at];
      const control = controlIn(cell);
      const link = !control && cell.querySelector("a[href],[onclick]");
      if (!type && control) type = `${tag(control)} ${control.type || ""}`;
      if (!type && link) type = "link";
      const words = fold(control ? held(control) : cell.textContent);
      const kind = control ? "control" : kindOf(words);
      shape[kind] = (shape[kind] || 0) + 1;
      if (words.length > 1 && !control) values.add(hash(words) & 0xffffff);
    }
    const name = grid.head ? cut(cellsIn(grid.head)[at].textContent) : "";
    const hints = {};
    return { sort: "cell", tag: "", type, words: name, beside: "", hints, shape, values: [...values] };
  };
  const columns = (grid) => Array.from({ length: grid.width }, (_, at) => column(grid, at));

  // The end of what a node says, without reading all of a long one.
  const lastWords = (node) => {
    if (node.nodeType === 3) return node.data.slice(-200);
    if (node.nodeType !== 1) return "";
    let words = "";
    for (let each = node.lastChild; each && words.length < 100; each = each.previousSibling) {
      words = `${lastWords(each)} ${words}`;
    }
    return words;
  };
  // The words a person would read just before a thing.
  const before = (el) => {
    let at = el;
    for (let up = 0; up < 5 && at && tag(at) !== "body"; up++, at = at.parentElement) {
      for (let prev = at.previousSibling; prev; prev = prev.previousSibling) {
        if (prev.nodeType === 1 && prev.matches("script,style,option,input,select")) continue;
        const words = fold(lastWords(prev));
        if (words) return words.slice(-60);
      }
    }
    return "";
  };
  const HINTS = [
    "id", "name", "href", "onclick", "placeholder", "title", "alt", "autocomplete", "inputmode",
    "maxlength", "size", "min", "max", "pattern", "required", "colspan",
  ];
  const hintsOf = (el) => {
    const hints = {};
    for (const name of HINTS) {
      const value = fold(el.getAttribute(name) || "").slice(0, 100);
      if (!value) continue;
      if (/^(id|name)$/.test(name) && !natural(value)) continue;
      if (/^(href|onclick)$/.test(name) && /^(#|javascript:)/.test(value)) continue;
      hints[name] = /^(href|onclick|title)$/.test(name) ? value.replace(/\d+/g, "#") : value;
    }
    if (classOf(el)) hints.class = classOf(el);
    if (el.matches("input[type=radio]") && natural(el.value)) hints.value = el.value;
    const form = el.form && fold(el.form.getAttribute("action") || "");
    if (form) hints.form = form.slice(0, 60);
    return hints;
  };
  const typeOf = (el) => {
    if (tag(el) === "input") return el.type;
    if (tag(el) === "button") return `button ${el.type}`;
    return el.getAttribute("role") || tag(el);
  };
  const labelOf = (el) => {
    const labels = el.labels ? [...el.labels].map((label) => fold(label.textContent)).join(" ") : "";
    return cut(labels || nameOf(el) || before(el));
  };
  const textOf = (el) => cut(el.matches(FIELDS) ? held(el) : el.innerText ?? el.textContent);
  const DESCRIBE = {
    field: (el) => ({ words: labelOf(el), beside: before(el) }),
    press: (el) => ({ words: nameOf(el) || textOf(el), beside: before(el) }),
    text: (el) => ({ words: masked(textOf(el)), beside: before(el) }),
  };
  const describe = (el, group, veil) => {
    const sort = group === "text" ? "text" : el.matches(FIELDS) ? "field" : "press";
    const { words, beside } = DESCRIBE[sort](el);
    const options = tag(el) === "select" ? [...el.options].slice(0, 12) : [];
    return {
      sort,
      tag: tag(el),
      type: sort === "text" ? "" : typeOf(el),
      words: cut(veil(words)),
      beside: masked(veil(beside)),
      hints: hintsOf(el),
      shape: { [sort === "text" ? kindOf(textOf(el)) : ""]: 1 },
      values: options.map((option) => hash(fold(option.text)) & 0xffffff),
    };
  };

  const sortOf = (el, inRow) => {
    const row = rowOf(el, inRow ? 2 : 4);
    if (row) return { sort: "cell", el, row };
    if (el.matches(FIELDS)) return { sort: "control", el };
    const press = el.closest(PRESSES);
    if (press) return { sort: "control", el: press };
    const leaves = [el, ...el.querySelectorAll("*")].filter(hasWords);
    return { sort: "text", el: leaves.length === 1 ? leaves[0] : el };
  };
  const SILENT = new Set(["script", "style", "option", "noscript", "title"]);
  const hasWords = (el) => {
    if (SILENT.has(tag(el))) return false;
    for (let node = el.firstChild; node; node = node.nextSibling) {
      if (node.nodeType === 3 && /\S/.test(node.data)) return true;
    }
    return false;
  };
  const GROUP = {
    control: (doc) => [...doc.querySelectorAll(`${FIELDS},${PRESSES}`)],
    text: (doc) =>
      doc.body
        ? [...doc.body.querySelectorAll("*")].filter(
            (el) => hasWords(el) && !rowOf(el) && !el.closest(`${FIELDS},${PRESSES},label`),
          )
        : [],
  };
  // Things of one sort on a page, but not those in rows, of which there are as many as data.
  const group = (sort, wins, extra = []) => {
    const found = [];
    for (const w of wins) {
      for (const el of GROUP[sort](w.document)) {
        if (extra.includes(el) || (found.length < MOST && !rowOf(el) && visible(el))) {
          found.push({ el, w });
        }
      }
    }
    return found;
  };
  const under = (w) => windows(w).own;
  const pageOf = (w) => w.location.pathname.replace(/\d+/g, "#");
  const cellOf = (el, row) => cellsIn(row).findIndex((cell) => cell.contains(el));

  globalThis.clerkLikeness = {
    FIELDS, cellOf, cellsIn, columns, describe, gridOf, group, hash, isHeading, natural, pageOf, rowOf,
    sortOf, under, before, masked, widthOf,
  };
})();
