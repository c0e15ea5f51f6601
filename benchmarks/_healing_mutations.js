// Changes a portal's page as its makers do. Runs in the page's own world, where the clerk's
// scripts cannot look; what is the right answer stands in `truth` there, and nowhere in the page.
(() => {
  const fold = (text) => (text || "").replace(/\s+/g, " ").trim();
  const truth = {};
  const docs = (doc = document) => {
    const found = [doc];
    for (const el of doc.querySelectorAll("frame,iframe")) {
      if (el.contentDocument) found.push(...docs(el.contentDocument));
    }
    return found;
  };
  const inner = () => docs().filter((doc) => doc.body && doc.body.tagName === "BODY");
  const docOf = (el) => el.ownerDocument;
  const texts = (root) => {
    const doc = root.ownerDocument || root;
    const walker = doc.createTreeWalker(root.body || root, 4);
    const found = [];
    while (walker.nextNode()) {
      const parent = walker.currentNode.parentElement;
      if (parent && !/^(SCRIPT|STYLE)$/.test(parent.tagName) && fold(walker.currentNode.data)) {
        found.push(walker.currentNode);
      }
    }
    return found;
  };
  const put = (node, words) => {
    node.data = node.data.replace(fold(node.data), () => words);
  };
  // One wording for another wherever it stands alone, or before a colon with what follows.
  const reword = ({ words }) => {
    for (const doc of inner()) {
      for (const node of texts(doc)) {
        const said = fold(node.data);
        if (said in words) put(node, words[said]);
        else {
          const [first, ...rest] = said.split(":");
          if (rest.length && first in words) put(node, [words[first], ...rest].join(":"));
        }
      }
      for (const el of doc.querySelectorAll("input[type=submit],input[type=button]")) {
        if (el.value in words) el.setAttribute("value", words[el.value]);
      }
      for (const name of ["aria-label", "placeholder", "title", "alt"]) {
        for (const el of doc.querySelectorAll(`[${name}]`)) {
          const now = words[el.getAttribute(name)];
          if (now) el.setAttribute(name, now);
        }
      }
    }
  };
  const restyle = ({ tokens }) => {
    const given = new Map();
    const other = (word) => {
      if (!given.has(word)) given.set(word, tokens[given.size % tokens.length] + given.size);
      return given.get(word);
    };
    for (const doc of inner()) {
      for (const el of doc.querySelectorAll("*")) {
        if (el.className && typeof el.className === "string") {
          el.className = el.className.split(/\s+/).map(other).join(" ");
        }
        for (const name of ["id", "for", "aria-labelledby", "aria-describedby"]) {
          if (el.getAttribute(name)) el.setAttribute(name, other(el.getAttribute(name)));
        }
        if (el.name && /^(INPUT|SELECT|TEXTAREA|BUTTON)$/.test(el.tagName)) {
          el.setAttribute("name", other(el.name));
        }
      }
    }
  };
  const dataTables = (doc) =>
    [...doc.querySelectorAll("table")].filter(
      (table) => table.rows.length > 1 && table.rows[0].cells.length > 3 && !table.querySelector("table"),
    );
  // Columns of data tables in another order; a row that spans columns keeps its own.
  const columns = ({ order }) => {
    for (const doc of inner()) {
      for (const table of dataTables(doc)) {
        const width = table.rows[0].cells.length;
        const places = Array.from({ length: width }, (_, at) => at);
        const shuffled = places
          .map((at) => [order[at % order.length] + at / 1000, at])
          .sort((a, b) => a[0] - b[0])
          .map(([, at]) => at);
        for (const row of table.rows) {
          if (row.cells.length !== width) continue;
          const cells = [...row.cells];
          row.append(...shuffled.map((at) => cells[at]));
        }
      }
    }
  };
  // Rows of forms and entries of menus in another order.
  const lines = ({ order }) => {
    for (const doc of inner()) {
      for (const table of doc.querySelectorAll("table")) {
        if (dataTables(doc).includes(table) || table.querySelector("table")) continue;
        const body = table.tBodies[0];
        if (!body || body.rows.length < 3) continue;
        const rows = [...body.rows];
        const sorted = rows
          .map((row, at) => [order[at % order.length] + at / 1000, row])
          .sort((a, b) => a[0] - b[0]);
        body.append(...sorted.map(([, row]) => row));
      }
      for (const set of doc.querySelectorAll("fieldset")) {
        const labels = [...set.querySelectorAll("label")];
        if (labels.length > 1) set.append(...labels.reverse());
      }
    }
  };
  const frame = ({ name }) => {
    for (const doc of inner()) {
      if (doc.querySelector("iframe") || !doc.body.children.length) continue;
      const holder = doc.createElement("iframe");
      holder.name = name;
      holder.width = 1000;
      holder.height = 2000;
      const all = [...doc.body.childNodes];
      doc.body.append(holder);
      holder.contentDocument.body.append(...all);
    }
  };
  const divs = ({ rows, cells }) => {
    for (const doc of inner()) {
      for (const table of [...doc.querySelectorAll("table")].reverse()) {
        const change = (el, display, name) => {
          const made = doc.createElement("div");
          made.style.display = display;
          if (name) made.className = name;
          for (const each of ["bgcolor", "align", "nowrap"]) {
            if (el.hasAttribute(each)) made.setAttribute(each, el.getAttribute(each));
          }
          made.append(...el.childNodes);
          el.replaceWith(made);
          for (const key of Object.keys(truth)) if (truth[key] === el) truth[key] = made;
          return made;
        };
        const all = [...table.rows];
        for (const row of all) for (const cell of [...row.cells]) change(cell, "table-cell", cells);
        for (const row of all) change(row, "table-row", rows);
        for (const part of [...table.children]) part.replaceWith(...part.childNodes);
        change(table, "table", "");
      }
    }
  };

  const cellOf = (el) => el.closest("td,th");
  const isColumn = (el) => {
    const cell = cellOf(el);
    const table = cell && cell.closest("table");
    return Boolean(table && dataTables(docOf(el)).includes(table));
  };
  const columnCells = (el) => {
    const cell = cellOf(el);
    const table = cell.closest("table");
    const at = cell.cellIndex;
    const width = cell.parentElement.cells.length;
    return [...table.rows].filter((row) => row.cells.length === width).map((row) => row.cells[at]);
  };
  // The text that names a thing.
  const naming = (el) => {
    if (isColumn(el) && !el.matches("a,font")) return texts(columnCells(el)[0])[0] || null;
    if (el.labels && el.labels.length) return texts(el.labels[0])[0] || null;
    if (el.matches("input,select,textarea") && !/^(submit|button)$/.test(el.type)) {
      const before = cellOf(el) && cellOf(el).previousElementSibling;
      return before ? texts(before)[0] || null : null;
    }
    return texts(el)[0] || null;
  };
  const rename = (el, words) => {
    if (el.matches("input[type=submit],input[type=button]")) el.setAttribute("value", words);
    else if (naming(el)) put(naming(el), words);
  };
  const nameNow = (el) =>
    el.matches("input[type=submit],input[type=button]") ? el.value : naming(el) ? fold(naming(el).data) : "";
  const amounts = (text, factor) => {
    const found = /^(\d[\d.]*),(\d\d)(-?)$/.exec(fold(text));
    if (!found) return null;
    const cents = Math.round(Number(found[1].replace(/\./g, "") + found[2]) * factor);
    const whole = String(Math.floor(cents / 100)).replace(/\B(?=(\d{3})+(?!\d))/g, ".");
    return `${whole},${String(cents % 100).padStart(2, "0")}${found[3]}`;
  };
  const otherValue = (text, factor, nth) => {
    const amount = amounts(text, factor);
    if (amount !== null) return amount;
    const day = /^(\d\d)-(\d\d)-(\d{4})$/.exec(fold(text));
    if (day) return `${String(((Number(day[1]) + nth + 6) % 27) + 1).padStart(2, "0")}-${day[2]}-${day[3]}`;
    if (/^\d+$/.test(fold(text))) return String(Number(text) * 3 + nth).slice(0, fold(text).length);
    return fold(text) ? fold(text).split("").reverse().join("") : "";
  };
  // A new thing of the same kind beside one that is there.
  const twin = ({ name, words, relabel, token, before, size, factor }) => {
    const el = truth[name];
    if (!el) return;
    const said = nameNow(el);
    if (!said) return;
    const doc = docOf(el);
    if (isColumn(el)) {
      const made = columnCells(el).map((cell, nth) => {
        const copy = cell.cloneNode(true);
        for (const control of copy.querySelectorAll("input,select")) control.name = `${control.name}x${nth}`;
        for (const node of texts(copy)) {
          if (nth) put(node, otherValue(node.data, factor, nth) || "-");
        }
        return [cell, copy];
      });
      for (const [cell, copy] of made) before ? cell.before(copy) : cell.after(copy);
      const head = texts(made[0][1])[0];
      if (head) put(head, words);
    } else {
      const press = el.closest("a,button,input[type=button],input[type=submit]");
      const part = press ? press.closest("tr") && !press.matches("input") ? press.closest("tr") : press
        : cellOf(el) && cellOf(el).parentElement.cells.length < 4 ? cellOf(el).parentElement
        : el.labels && el.labels.length && el.labels[0].contains(el) ? el.labels[0]
        : null;
      const copy = part ? part.cloneNode(true) : null;
      if (!copy) return;
      const made = press
        ? copy.matches("a,button,input") ? copy : copy.querySelector("a,button,input")
        : copy.matches("input,select") ? copy : copy.querySelector("input,select,textarea");
      if (!made) return;
      for (const each of copy.querySelectorAll("input,select,textarea,[id]")) {
        if (each.name) each.name = `${each.name}x`;
        each.removeAttribute("id");
      }
      if (press) {
        for (const each of ["href", "onclick"]) {
          if (made.hasAttribute(each)) made.setAttribute(each, made.getAttribute(each).replace(/[a-z]{4,}/, token));
        }
      } else if (!press && made.matches("input:not([type=radio])")) {
        made.removeAttribute("maxlength");
        made.removeAttribute("onchange");
        if (made.size && size) made.size = size;
      }
      before ? part.before(copy) : part.after(copy);
      rename(made, words);
    }
    if (relabel) rename(el, relabel);
  };
  const remove = ({ name }) => {
    const el = truth[name];
    if (!el) return;
    const gone = new Set();
    if (isColumn(el)) for (const cell of columnCells(el)) gone.add(cell);
    else if (el.matches("input,select,textarea") && cellOf(el)) gone.add(cellOf(el).parentElement.cells.length < 4 && !/^(submit|button)$/.test(el.type) ? cellOf(el).parentElement : el);
    else {
      gone.add(el.closest("a,button") || el);
      for (const label of el.labels || []) gone.add(label);
    }
    for (const each of gone) each.remove();
    for (const key of Object.keys(truth)) {
      if ([...gone].some((each) => each.contains(truth[key]))) truth[key] = null;
    }
  };
  const OPS = { reword, restyle, columns, lines, frame, divs, twin, remove };
  globalThis.mutations = {
    truth,
    nameOf: (name) => (truth[name] ? nameNow(truth[name]) : ""),
    apply: (plan) => {
      for (const each of plan) OPS[each.op](each);
    },
  };
})();
