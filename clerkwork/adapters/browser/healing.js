// Guards acts against things that are not what they were, and, when a selector breaks, tells what
// there is instead and how it could be written.
(() => {
  const { find, fold, tag, visible, controlIn, nameOf, FIND } = globalThis.clerkFind;
  const { enter, nameOfFrame, resolve, outcome, awaited } = globalThis.clerkPage;
  const { shows } = globalThis.clerkAim;
  const like = globalThis.clerkLikeness;
  const GUARDED = new Set(["aim", "fill", "choose", "check", "look"]);

  const cellWords = (cell) => fold(cell.textContent);
  const inCell = (cell) => controlIn(cell) || cell.querySelector("a[href],[onclick]") || cell;
  // Rows of <div>s and the like, where there is no row of a table.
  const looseRows = (doc, text) => {
    const rows = FIND.text(doc, { text }).map((el) => like.rowOf(el, 3));
    return [...new Set(rows.filter(Boolean))].filter((row) =>
      like.cellsIn(row).some((cell) => cellWords(cell) === text),
    );
  };
  const inTableRow = FIND.row;
  FIND.row = (doc, finder) => {
    const hits = inTableRow(doc, finder);
    if (hits.length) return hits;
    return looseRows(doc, finder.text).flatMap((row) => {
      if (finder.css) return [...row.querySelectorAll(finder.css)];
      const { head } = like.gridOf(row);
      const heads = head ? like.cellsIn(head).map(cellWords) : [];
      const at = heads.indexOf(finder.column);
      if (at < 0 || heads.lastIndexOf(finder.column) !== at) return [];
      const cell = like.cellsIn(row)[at];
      return [controlIn(cell) || cell];
    });
  };

  const veiled = (values) => (text) => {
    let said = text;
    for (const [name, value] of Object.entries(values)) {
      if (value) said = said.split(value).join(`{${name}}`);
    }
    return said;
  };
  const boxOf = (el, w) => {
    const box = el.getBoundingClientRect();
    let { left, top } = box;
    for (let at = w; at !== window && at.frameElement; at = at.parent) {
      const holder = at.frameElement.getBoundingClientRect();
      left += holder.left + at.frameElement.clientLeft;
      top += holder.top + at.frameElement.clientTop;
    }
    return [left, top, box.width, box.height].map(Math.round);
  };
  // How often a document changed since it was first looked at.
  const changes = new WeakMap();
  const stampOf = (doc) => {
    if (!changes.has(doc)) {
      const state = { count: 0 };
      const all = { subtree: true, childList: true, attributes: true, characterData: true };
      new MutationObserver(() => (state.count += 1)).observe(doc, all);
      changes.set(doc, state);
    }
    return changes.get(doc).count;
  };
  // What there is to be seen: the same where neither document, change nor scrolling came between.
  const viewOf = () =>
    JSON.stringify(like.under(window).map((w) =>
      [w.performance.timeOrigin, stampOf(w.document), w.scrollX, w.scrollY]));
  // The things of a sort, described once for as long as the page stays as it is.
  let described = null;
  const around = ({ sort, el }, wins, values) => {
    const docs = wins.map((w) => w.document);
    const key = JSON.stringify([sort, values, docs.map(stampOf)]);
    const same = described && described.key === key && docs.every((d, i) => d === described.docs[i]);
    if (same && described.all.some((one) => one.el === el)) return described;
    const veil = veiled(values);
    const all = like.group(sort, wins, [el]);
    const things = all.map((one) => like.describe(one.el, sort, veil));
    described = { key, docs, all, things };
    return described;
  };
  // What the thing at hand and those of its sort are like, and which of them it is.
  const printOf = ({ el, w }, { values, inRow }) => {
    const it = like.sortOf(el, inRow);
    const page = like.pageOf(w);
    const box = boxOf(el, w);
    if (it.sort === "cell") {
      const at = like.cellOf(el, it.row);
      const things = like.columns(like.gridOf(it.row));
      return { sort: "cell", page, at, things, box, view: viewOf() };
    }
    const { all, things } = around(it, like.under(w), values);
    const at = all.findIndex((one) => one.el === it.el);
    return { sort: it.sort, page, at, things, box, view: viewOf() };
  };
  const markOf = ({ sort, page, at, things }) => {
    const own = sort === "cell" ? [things[at].words, things[at].type] : things[at];
    const around = things.map(({ type, words }) => [type, words]);
    return like.hash(JSON.stringify([sort, page, at, { ...own, values: 0, shape: 0 }, around]));
  };

  const act = globalThis.clerk;
  const guarded = async (op, request) => {
    const got = await awaited(request);
    if (got.at !== "one") return outcome(got);
    if (!request.aside) known.last = got.el;
    if (shows(request, got.el)) return { ...outcome(got), at: "shown" };
    const print = printOf(got, request.guard);
    const mark = markOf(print);
    const { marks, trusted, wanted } = request.guard;
    if (marks.length && !trusted && !marks.includes(mark)) {
      return { ...outcome(got), at: "strange", print, mark };
    }
    const answer = await act(op, request);
    return marks.includes(mark) && !wanted ? answer : { ...answer, print, mark };
  };

  // What `kin` found last: the healer speaks of it by number.
  const known = { last: null, kept: [], proposed: [] };
  const pathOf = (w) => {
    const path = [];
    for (let at = w; at !== window; at = at.parent) path.unshift(nameOfFrame(at));
    return path;
  };
  const kin = ({ frames, finders, sort, guard, row }) => {
    const there = enter(frames);
    const w = there || window;
    const wins = like.under(w);
    known.proposed = [];
    const got = there ? resolve({ frames, finders }) : { at: "no frame" };
    const page = there ? like.pageOf(w) : "";
    const veil = veiled(guard.values);
    if (sort === "cell") {
      const rows = wins.flatMap((each) => rowsWith(each.document, row).map((r) => [r, each]));
      if (rows.length !== 1) return { at: "none", page, things: [], hits: [] };
      const [only, within] = rows[0];
      const grid = like.gridOf(only);
      const cells = like.cellsIn(only);
      known.kept = cells.map((cell, at) => ({ el: inCell(cell), w: within, grid, at, sort }));
      const hits = (got.hits || []).map((el) => like.cellOf(el, only)).filter((at) => at >= 0);
      return { at: got.at, page, things: like.columns(grid), hits };
    }
    const targets = (got.hits || []).map((el) => like.sortOf(el).el);
    const all = like.group(sort, wins, targets);
    known.kept = all.map((one) => ({ ...one, sort }));
    const hits = targets.map((el) => all.findIndex((one) => one.el === el)).filter((at) => at >= 0);
    const things = all.map((one) => like.describe(one.el, sort, veil));
    return { at: got.at, page, things, hits };
  };
  const rowsWith = (doc, text) => {
    const native = [...doc.querySelectorAll("tr,[role=row]")].filter(
      (row) => visible(row) && like.cellsIn(row).some((cell) => cellWords(cell) === text),
    );
    const inner = native.filter((row) => !native.some((o) => o !== row && row.contains(o)));
    const found = inner.filter((row) => like.cellsIn(row).length > 1);
    return found.length ? found : looseRows(doc, text);
  };

  const steady = (el) => (el.id && like.natural(el.id) ? `#${CSS.escape(el.id)}` : "");
  const cssPath = (el) => {
    const parts = [];
    for (let at = el; at && at !== el.ownerDocument.documentElement; at = at.parentElement) {
      const id = steady(at);
      if (id && el.ownerDocument.querySelectorAll(id).length === 1) return [id, ...parts].join(" > ");
      const same = [...at.parentElement.children].filter((other) => other.tagName === at.tagName);
      const nth = same.length > 1 ? `:nth-of-type(${same.indexOf(at) + 1})` : "";
      parts.unshift(`${tag(at)}${nth}`);
    }
    return parts.join(" > ");
  };
  const ways = ({ el, sort, grid, at }, row) => {
    if (sort === "cell") {
      const heads = grid.head ? like.cellsIn(grid.head).map(cellWords) : [];
      const inner = el.matches("input,select,textarea,a") ? ` ${tag(el)}` : "";
      const found = [{ kind: "row", text: row, css: `:scope > :nth-child(${at + 1})${inner}` }];
      const once = heads[at] && heads.filter((words) => words === heads[at]).length === 1;
      return once ? [{ kind: "row", text: row, column: heads[at] }, ...found] : found;
    }
    const name = nameOf(el);
    const own = fold(el.innerText ?? el.textContent);
    const found = [];
    if (sort === "control" && el.matches(like.FIELDS)) {
      if (name) found.push({ kind: "label", text: name });
      if (like.before(el)) found.push({ kind: "near", text: like.before(el) });
      for (const kind of ["placeholder", "title"]) {
        if (el.getAttribute(kind)) found.push({ kind, text: fold(el.getAttribute(kind)) });
      }
    } else if (sort === "control") {
      const role = el.getAttribute("role") || (tag(el) === "a" ? "link" : "button");
      if (name) found.push({ kind: "role", text: role, name }, { kind: "text", text: name });
    } else {
      const steadyWords = own.split(/\d/)[0].trim();
      if (own && steadyWords === own) found.push({ kind: "text", text: own });
      else if (steadyWords.length > 3 && !steadyWords.includes("'")) {
        const path = `//*[starts-with(normalize-space(text()), '${steadyWords}')]`;
        found.push({ kind: "xpath", text: path });
      } else if (like.before(el)) found.push({ kind: "near", text: like.before(el) });
    }
    for (const attribute of ["name", "id"]) {
      const value = el.getAttribute(attribute) || "";
      if (like.natural(value)) found.push({ kind: "css", text: `${tag(el)}[${attribute}="${value}"]` });
    }
    found.push({ kind: "css", text: cssPath(el) });
    return found;
  };
  // How a thing that `kin` found can be written, the best way first; each hits it and nothing else.
  const spell = ({ index, row, guard }) => {
    const one = known.kept[index];
    known.proposed.push(one.el);
    const doc = one.w.document;
    const veil = veiled(guard.values);
    const hitsIt = (finder) => {
      const hits = find(doc, finder);
      if (hits.length !== 1) return false;
      return hits[0] === one.el || like.sortOf(hits[0]).el === one.el ||
        (one.sort === "cell" && hits[0].contains(one.el));
    };
    const found = ways(one, row).filter(hitsIt);
    const finders = found.map(({ kind, text, name = "", column = "", css = "" }) => ({
      kind, text: /^(css|xpath)$/.test(kind) ? text : veil(text), name: veil(name), column, css,
    }));
    return { finders, frames: pathOf(one.w), box: boxOf(one.el, one.w) };
  };

  const gridsUnder = (w) => {
    const found = new Map();
    // A row whose grid is known is not looked at: of a long table that would be each row for each.
    const known = new Set();
    for (const each of like.under(w)) {
      for (const el of each.document.querySelectorAll("tr,div,li,section,[role=row]")) {
        if (known.has(el)) continue;
        const width = like.widthOf(el);
        if (width < 2 || width > 60 || found.size > 40 || !visible(el)) continue;
        const grid = like.gridOf(el);
        if (!grid.rows.length || (!grid.head && grid.rows.length < 2)) continue;
        for (const row of grid.rows) known.add(row);
        if (!found.has(grid.rows[0])) found.set(grid.rows[0], { ...grid, w: each });
      }
    }
    return [...found.values()];
  };
  // From its heading to the end of its last row.
  const columnBox = ({ head, rows, w }, at) => {
    const cells = [head, rows[0], rows[rows.length - 1]].filter(Boolean).map((row) => like.cellsIn(row)[at]);
    const boxes = cells.filter((cell) => cell && visible(cell)).map((cell) => boxOf(cell, w));
    if (!boxes.length) return null;
    const [left, top] = [0, 1].map((i) => Math.min(...boxes.map((box) => box[i])));
    const [right, bottom] = [0, 1].map((i) => Math.max(...boxes.map((box) => box[i] + box[i + 2])));
    return [left, top, right - left, bottom - top];
  };
  const columnBoxes = (grid) => Array.from({ length: grid.width }, (_, at) => columnBox(grid, at));
  // What stands in rows and columns, the table at hand marked.
  const grids = ({ frames, finders }) => {
    const there = enter(frames);
    const got = there ? resolve({ frames, finders }) : {};
    const hits = got.hits || [];
    known.kept = gridsUnder(there || window).map((grid) => ({ grid, w: grid.w, sort: "grid" }));
    const shown = known.kept.map(({ grid }) => ({
      things: like.columns(grid), rows: grid.rows.length, ours: grid.rows.some((r) => hits.includes(r)),
      boxes: columnBoxes(grid),
    }));
    return { at: "grids", page: there ? like.pageOf(there) : "", grids: shown, view: viewOf() };
  };
  const spellGrid = ({ index, columns }) => {
    const { grid, w } = known.kept[index];
    const first = grid.rows[0];
    const heads = grid.head ? like.cellsIn(grid.head).map(cellWords) : [];
    const native = Boolean(first.cells);
    const headed = grid.head && grid.head.parentElement === first.parentElement;
    const wide = `:has(> :nth-child(${grid.width})):not(:has(> :nth-child(${grid.width + 1})))`;
    const rows = `${cssPath(first.parentElement)} > ${tag(first)}${headed ? ":not(:first-child)" : ""}${wide}`;
    const written = columns.map((at) =>
      native && heads[at] && heads.filter((words) => words === heads[at]).length === 1
        ? heads[at]
        : `css=:scope > :nth-child(${at + 1})`,
    );
    const fits = find(w.document, { kind: "css", text: rows }).length === grid.rows.filter(visible).length;
    return { rows: fits ? rows : "", columns: written, frames: pathOf(w) };
  };

  const OPS = { kin, spell, grids, "spell grid": spellGrid };
  globalThis.clerkHealing = known;
  globalThis.clerk = async (op, request) => {
    try {
      if (OPS[op]) return OPS[op](request);
      if (request.guard && !request.saying && GUARDED.has(op)) return await guarded(op, request);
      if (request.healed) known.last = resolve(request).el || null;
    } catch (problem) {
      return { at: "broken", by: String((problem && problem.name) || problem) };
    }
    return act(op, request);
  };
})();
