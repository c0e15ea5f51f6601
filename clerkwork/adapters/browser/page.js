// What Clerkwork does inside a portal's page. It runs in an isolated world: the page's own
// scripts neither see it nor can alter what it uses. Each request is one round trip.
(() => {
  const TEXT_LIMIT = 20000;
  const CONTROLS = "input:not([type=hidden]),select,textarea,button";
  const BUTTONS = "input[type=submit],input[type=button],input[type=reset]";

  const fold = (text) => (text || "").replace(/\s+/g, " ").trim();
  const tick = () => new Promise((done) => setTimeout(done, 0));
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

  // The frames of a page that can be looked into, outermost first.
  const windows = (from, into = { own: [], foreign: 0 }) => {
    let known = false;
    try {
      known = Boolean(from.document);
    } catch {
      known = false;
    }
    if (!known) {
      into.foreign += 1;
      return into;
    }
    into.own.push(from);
    for (let i = 0; i < from.frames.length; i++) windows(from.frames[i], into);
    return into;
  };
  const nameOfFrame = (w) => {
    const holder = w.frameElement;
    return w.name || (holder && (holder.name || holder.id)) || "";
  };
  const enter = (path) => {
    if (typeof path === "number") return windows(window).own[path] || null;
    let at = window;
    for (const name of path) {
      at = windows(at).own.find((w) => w !== at && nameOfFrame(w) === name);
      if (!at) return null;
    }
    return at;
  };

  // A mark on each document tells an old one from a new one, and one that is being left.
  const MARK = Symbol("mark");
  const mark = (w) => {
    if (w[MARK]) return w[MARK];
    const made = { left: false, judged: false };
    w[MARK] = made;
    w.addEventListener("beforeunload", () => (made.left = true));
    w.addEventListener("pageshow", () => (made.left = false));
    return made;
  };
  const markAll = () => windows(window).own.forEach(mark);
  const leaving = () => windows(window).own.some((w) => !w[MARK] || w[MARK].left);

  const blankStill = (w) => {
    const holder = w.frameElement;
    if (!holder || w.location.href !== "about:blank") return false;
    const source = holder.getAttribute("src");
    return Boolean(source) && source !== "about:blank" && !/^javascript:/i.test(source);
  };
  const loading = (w, impatient) => {
    const state = w.document.readyState;
    return blankStill(w) || !(state === "complete" || (impatient && state === "interactive"));
  };

  // The first strategy that hits; two hits are an answer, not a reason to try the next.
  const resolve = ({ frames, finders }) => {
    const w = enter(frames);
    if (!w) return { at: "no frame" };
    if (!w.document.body && !w.document.documentElement) return { at: "none" };
    for (let which = 0; which < finders.length; which++) {
      const hits = find(w.document, finders[which]);
      if (hits.length) {
        return { at: hits.length > 1 ? "many" : "one", hits, el: hits[0], which, w };
      }
    }
    return { at: "none" };
  };
  const outcome = ({ at, hits, which }) => ({ at, which, count: hits ? hits.length : 0 });

  // Waits for a thing to be there alone, no longer than one slice of the caller's patience.
  const awaited = async (request, enough = (got) => got.at === "one") => {
    const until = performance.now() + (request.wait || 0);
    for (;;) {
      const got = resolve(request);
      if (enough(got) || performance.now() >= until) return got;
      await new Promise((done) => setTimeout(done, 20));
    }
  };

  const watchIn = (w, watch, within) => {
    const seen = [];
    for (const { name, finders } of watch) {
      for (const finder of finders) {
        const hits = w.document.body ? find(w.document, finder) : [];
        if (hits.length) {
          seen.push({ name, within, text: said(hits[0]).slice(0, 400) });
          break;
        }
      }
    }
    return seen;
  };
  const judge = (w) => {
    const entry = w.performance.getEntriesByType("navigation")[0];
    return { status: (entry && entry.responseStatus) || 0, path: w.location.pathname };
  };

  let lastClick = null;

  // Waits until every frame has arrived where it was going.
  const settle = async ({ wait, impatient, watch, all }) => {
    const begun = performance.now();
    let calm = 0;
    let found;
    while (calm < 4) {
      found = windows(window);
      const busy = found.own.filter((w) => mark(w).left || loading(w, impatient));
      calm = busy.length ? 0 : calm + 1;
      if (busy.length && performance.now() - begun > wait) {
        return { state: "slow", busy: busy.map((w) => nameOfFrame(w) || "the page") };
      }
      if (calm < 4) await tick();
    }
    const fresh = found.own.filter((w) => !mark(w).judged);
    for (const w of fresh) mark(w).judged = true;
    const looked = all ? found.own : fresh;
    return {
      state: "ready",
      moved: fresh.length,
      foreign: found.foreign,
      failed: fresh.map(judge).filter(({ status }) => status >= 500),
      error: window.location.protocol === "chrome-error:",
      seen: looked.flatMap((w) => watchIn(w, watch, found.own.indexOf(w))),
      landed: lastClick ? lastClick.landed : "",
    };
  };

  const closed = (el) => el.disabled || el.getAttribute("aria-disabled") === "true";
  const toTop = (w, x, y) => {
    for (let at = w; at !== window && at.frameElement; at = at.parent) {
      const holder = at.frameElement;
      const box = holder.getBoundingClientRect();
      x += box.left + holder.clientLeft;
      y += box.top + holder.clientTop;
    }
    return { x, y };
  };
  const centre = (el) => {
    const box = [...el.getClientRects()].find((r) => r.width > 0 && r.height > 0);
    return box && { x: box.left + box.width / 2, y: box.top + box.height / 2 };
  };
  const inView = (w, { x, y }) => {
    for (let at = w; ; at = at.parent) {
      if (x < 0 || y < 0 || x >= at.innerWidth || y >= at.innerHeight) return false;
      if (at === window || !at.frameElement) return true;
      const box = at.frameElement.getBoundingClientRect();
      x += box.left + at.frameElement.clientLeft;
      y += box.top + at.frameElement.clientTop;
    }
  };
  // What lies on top of the element where it would be clicked, in words; nothing if free.
  const cover = (w, el, point) => {
    let hit = w.document.elementFromPoint(point.x, point.y);
    while (hit && hit.shadowRoot && hit.shadowRoot.elementFromPoint(point.x, point.y)) {
      const inner = hit.shadowRoot.elementFromPoint(point.x, point.y);
      if (inner === hit) break;
      hit = inner;
    }
    const label = hit && hit.closest("label");
    if (!hit || el.contains(hit) || hit.contains(el) || (label && label.control === el)) return "";
    return `<${tag(hit)}> ${said(hit).slice(0, 80)}`;
  };
  const aimAt = (w, el) => {
    let point = centre(el);
    if (!point || !inView(w, point)) {
      el.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
      point = centre(el);
    }
    return point;
  };

  const hideText = (el) => {
    el.style.setProperty("-webkit-text-security", "disc", "important");
    if (el.matches("input,textarea")) {
      el.style.setProperty("color", "transparent", "important");
      el.style.setProperty("text-shadow", "none", "important");
    }
  };
  const type = (el, text) => {
    const doc = el.ownerDocument;
    el.focus({ preventScroll: true });
    if (el.select) el.select();
    const key = (kind) => el.dispatchEvent(new KeyboardEvent(kind, { bubbles: true }));
    key("keydown");
    if (el.value !== text) {
      doc.execCommand(text ? "insertText" : "delete", false, text);
      if (el.value !== text && !(el.maxLength > -1 && text.length > el.maxLength)) {
        el.value = text;
        el.dispatchEvent(new Event("input", { bubbles: true }));
      }
    }
    key("keyup");
  };
  // Leaving a field fires its change; where the browser held it back it is fired here.
  const leaveField = (el, before) => {
    let heard = false;
    const hear = () => (heard = true);
    el.addEventListener("change", hear, { capture: true, once: true });
    const typed = el.value;
    el.blur();
    if (!heard && typed !== before) el.dispatchEvent(new Event("change", { bubbles: true }));
    el.removeEventListener("change", hear, { capture: true });
  };
  const afterwards = async (got) => {
    for (let i = 0; i < 3 && !leaving(); i++) await tick();
    return leaving();
  };

  const OPS = {
    settle,
    mark: async () => markAll(),
    stay: async () => {
      for (const w of windows(window).own) mark(w).left = false;
    },
    look: async (request) => {
      const got = await awaited(request);
      if (got.at !== "one") return outcome(got);
      return { ...outcome(got), text: said(got.el), value: held(got.el) };
    },
    each: async ({ groups }) => ({
      answers: groups.map((group) => {
        const got = resolve(group);
        return got.at === "one" ? { ...outcome(got), value: held(got.el) } : outcome(got);
      }),
    }),
    count: async (request) => outcome(await awaited(request, (got) => got.hits)),
    enabled: async (request) => {
      const got = resolve(request);
      const off = (el) => closed(el) || /(^|\s|-)disabled(\s|$)/.test(el.className);
      return { ...outcome(got), enabled: Boolean(got.el) && !off(got.el) };
    },
    any: async ({ groups, wait }) => {
      const until = performance.now() + wait;
      for (;;) {
        const which = groups.findIndex((group) => resolve(group).hits);
        if (which >= 0 || performance.now() >= until) return { which };
        await new Promise((done) => setTimeout(done, 20));
      }
    },
    aim: async (request) => {
      const got = await awaited(request, (hit) => hit.at === "one" && !closed(hit.el));
      if (got.at !== "one") return outcome(got);
      const { el, w } = got;
      if (closed(el)) return { ...outcome(got), at: "closed" };
      markAll();
      const point = aimAt(w, el);
      if (!point) return { ...outcome(got), at: "none" };
      const covered = cover(w, el, point);
      if (covered) return { ...outcome(got), at: "covered", by: covered };
      const click = (lastClick = { landed: "" });
      const note = (event) => {
        const label = el.labels && [...el.labels].some((l) => event.composedPath().includes(l));
        click.landed = label || event.composedPath().includes(el) ? "there" : "beside";
      };
      w.addEventListener("click", note, { capture: true, once: true });
      return { ...outcome(got), point: toTop(w, point.x, point.y) };
    },
    fill: async (request) => {
      const got = await awaited(request, (hit) => hit.at === "one" && !closed(hit.el));
      if (got.at !== "one") return outcome(got);
      const { el, w } = got;
      if (closed(el) || el.readOnly) return { ...outcome(got), at: "closed" };
      if (!el.matches("input,textarea")) return { ...outcome(got), at: "other", by: tag(el) };
      markAll();
      const point = aimAt(w, el);
      const covered = point ? cover(w, el, point) : "";
      if (covered && request.minding) return { ...outcome(got), at: "covered", by: covered };
      if (request.secret) hideText(el);
      const before = el.value;
      const dated = el.type === "date";
      if (dated) {
        el.focus();
        el.value = request.iso;
        el.dispatchEvent(new Event("input", { bubbles: true }));
      } else type(el, request.text);
      leaveField(el, before);
      const moved = await afterwards();
      return { ...outcome(got), value: el.value, dated, moved };
    },
    choose: async (request) => {
      const got = await awaited(request, (hit) => hit.at === "one" && !closed(hit.el));
      if (got.at !== "one") return outcome(got);
      const { el } = got;
      if (closed(el)) return { ...outcome(got), at: "closed" };
      if (tag(el) !== "select") return { ...outcome(got), at: "other", by: tag(el) };
      const options = [...el.options].map((option) => fold(option.text));
      const those = (passes) => options.flatMap((words, i) => (passes(words) ? [i] : []));
      const exact = those((words) => words === request.option);
      const fits = exact.length ? exact : those((words) => words.startsWith(`${request.option} `));
      if (fits.length !== 1) {
        return { ...outcome(got), fits: fits.length, options: options.slice(0, 12) };
      }
      markAll();
      if (el.selectedIndex !== fits[0]) {
        el.focus({ preventScroll: true });
        el.selectedIndex = fits[0];
        el.dispatchEvent(new Event("input", { bubbles: true }));
        el.dispatchEvent(new Event("change", { bubbles: true }));
        el.blur();
      }
      const moved = await afterwards();
      return { ...outcome(got), fits: 1, chosen: options[fits[0]], value: held(el), moved };
    },
    check: async (request) => {
      const got = await awaited(request, (hit) => hit.at === "one" && !closed(hit.el));
      if (got.at !== "one") return outcome(got);
      const { el } = got;
      if (closed(el)) return { ...outcome(got), at: "closed" };
      if (el.type !== "checkbox" && el.type !== "radio") {
        return { ...outcome(got), at: "other", by: tag(el) };
      }
      markAll();
      if (el.checked !== request.on) el.click();
      const moved = await afterwards();
      return { ...outcome(got), value: held(el), moved };
    },
    // Where all hits are, and what they are made of, for a pad of pictures.
    boxes: async (request) => {
      const got = await awaited(request, (hit) => hit.hits);
      if (!got.hits) return outcome(got);
      const boxes = got.hits.slice(0, 40).map((el) => {
        const r = el.getBoundingClientRect();
        return { ...toTop(got.w, r.left, r.top), width: r.width, height: r.height };
      });
      return { ...outcome(got), boxes };
    },
    table: async (request) => {
      const got = await awaited(request, (hit) => hit.hits);
      if (!got.hits) return outcome(got);
      const { hits, w } = got;
      const wanted = request.columns.filter((c) => c.heading).map((c) => c.heading);
      const skipped = request.skip.flatMap((finder) => find(w.document, finder));
      const rows = [];
      let heading = null;
      for (const row of hits.slice(0, request.limit)) {
        if (wanted.length && (!heading || !heading.table.contains(row))) {
          const found = headingRow(row, wanted);
          if (!found) {
            return { ...outcome(got), at: "no heading", missing: missingHeadings(hits, wanted) };
          }
          heading = { ...found, table: row.closest("table,[role=table],[role=grid]") };
        }
        if (heading && (row === heading.row || isBefore(row, heading.row))) continue;
        if (skipped.some((el) => row === el || row.contains(el))) continue;
        rows.push(readRow(row, heading, request.columns));
      }
      return { ...outcome(got), rows };
    },
    scroll: async (request) => {
      const got = resolve(request);
      if (!got.hits) return outcome(got);
      const last = got.hits[got.hits.length - 1];
      last.scrollIntoView({ block: "end", behavior: "instant" });
      for (let el = last.parentElement; el; el = el.parentElement) el.scrollTop = el.scrollHeight;
      got.w.scrollTo({ top: got.w.document.documentElement.scrollHeight, behavior: "instant" });
      return outcome(got);
    },
    more: async (request) => {
      const until = performance.now() + request.wait;
      for (;;) {
        const now = resolve(request);
        const count = now.hits ? now.hits.length : 0;
        const done = request.loaded.length
          ? Boolean(resolve({ frames: request.frames, finders: request.loaded }).hits)
          : false;
        if (count > request.count || done || performance.now() >= until) return { count, done };
        await new Promise((rest) => setTimeout(rest, 20));
      }
    },
    mask: async ({ secrets }) => {
      const found = windows(window);
      for (const w of found.own) maskIn(w.document, secrets);
      return { foreign: found.foreign };
    },
  };

  const isBefore = (row, other) => Boolean(row.compareDocumentPosition(other) & 4);
  const missingHeadings = (hits, wanted) => {
    const table = hits[0].closest("table,[role=table],[role=grid]");
    const words = table ? fold(table.textContent) : "";
    const gone = wanted.filter((heading) => !words.includes(heading));
    return gone.length ? gone : wanted;
  };
  const readRow = (row, heading, columns) => {
    const cells = heading ? spread(row) : [];
    return columns.map((column) => {
      const from = column.css
        ? row.querySelectorAll(column.css)
        : [cells[heading.heads.indexOf(column.heading)]].filter(Boolean);
      if (from.length !== 1) return null;
      const words = said(from[0]);
      if (words) return words;
      const control = controlIn(from[0]);
      return control ? fold(held(control)) : "";
    });
  };

  const maskIn = (doc, secrets) => {
    if (!doc.body) return;
    const holds = (text) => secrets.some((secret) => text.toLowerCase().includes(secret));
    for (const el of doc.querySelectorAll("input,textarea")) if (holds(el.value)) hideText(el);
    if (!holds(doc.body.textContent)) return;
    const texts = doc.createTreeWalker(doc.body, 4);
    while (texts.nextNode()) {
      const parent = texts.currentNode.parentElement;
      if (holds(texts.currentNode.data)) hideText(parent);
      else if (parent && /^(b|i|u|font|span|em|strong)$/i.test(parent.tagName)) {
        const around = parent.parentElement;
        if (around && around.textContent.length < 200 && holds(around.textContent)) {
          hideText(around);
        }
      }
    }
  };

  globalThis.clerk = async (op, request) => {
    try {
      return await OPS[op](request);
    } catch (problem) {
      return { at: "broken", by: String((problem && problem.name) || problem) };
    }
  };
})();
