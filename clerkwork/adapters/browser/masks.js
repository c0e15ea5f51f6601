// Covers what no picture may show, before there is one. Nothing of the page is altered: each document
// lays a box of its own over itself by a style sheet that no element and no script of it sees.
(() => {
  const { find, headingRow, layout, under, ROWS } = globalThis.clerkFind;
  const { windows, enter } = globalThis.clerkPage;
  const { found, likely, LINE } = globalThis.clerkPatterns;
  const HIDDEN =
    "input[type=password],[autocomplete~=current-password i],[autocomplete~=new-password i]," +
    "[autocomplete~=one-time-code i],[autocomplete~=cc-number i],[autocomplete~=cc-csc i]";
  const ON_TOP = ":modal,:popover-open,:fullscreen";
  const [INLINE, SILENT, FIELD] = ["inline", "silent", "field"];
  const KINDS = new Map(
    Object.entries({
      [INLINE]:
        "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr q s samp small span " +
        "strike strong sub sup time tt u var wbr slot",
      [SILENT]: "script style noscript template head title option optgroup iframe frame",
      [FIELD]: "input textarea select",
    }).flatMap(([kind, names]) => names.split(" ").map((name) => [name, kind])),
  );
  const NO_WORDS = new Set("hidden checkbox radio file range color image".split(" "));
  // Of a page's own rules none is as specific as four ids that no page has.
  const above = (which) => `:is(${which},#c#c#c#c)::after`;
  const MOST_FRAMES = 200;
  const GREY = "#8c8c8c";
  const UNUSED = 2000;

  // Fields into which a secret was typed, or that hid what they hold: also once they show it.
  const secretive = new WeakSet();
  globalThis.clerkSecretive = (el) => secretive.add(el);

  const upFrom = (el) => el.assignedSlot || el.parentElement || (el.getRootNode() || {}).host || null;
  const EVERYWHERE = [-Infinity, -Infinity, Infinity, Infinity];
  const within = (box, edge) => box.map((side, i) => (i < 2 ? Math.max : Math.min)(side, edge[i]));
  const boxOf = (el) => {
    const r = el.getBoundingClientRect();
    return [r.left, r.top, r.right, r.bottom];
  };

  // What is to be covered in one window, in pixels of its view.
  class Sheet {
    constructor(w, request) {
      Object.assign(this, { w, request, boxes: [], roots: [w.document], shown: new Set() });
      this.clips = new Map();
      // Texts that belong together; those of the block that is walked through come last.
      this.runs = [[]];
    }
    // What its scrolling surroundings let be seen of what lies in an element.
    clipOf(el) {
      const { body, documentElement } = this.w.document;
      if (!el || el === body || el === documentElement) return EVERYWHERE;
      if (!this.clips.has(el)) this.clips.set(el, this.clipNow(el));
      return this.clips.get(el);
    }
    clipNow(el) {
      const style = this.w.getComputedStyle(el);
      if (style.position === "fixed" || style.position === "absolute") return EVERYWHERE;
      const around = this.clipOf(upFrom(el));
      if (style.overflowX === "visible" && style.overflowY === "visible") return around;
      if (style.display === "inline" || style.display === "contents") return around;
      return within(boxOf(el), around);
    }
    add(box, from) {
      if (!(box[2] > box[0] && box[3] > box[1])) return;
      const seen = within(box, this.clipOf(from));
      if (!(seen[2] > seen[0] && seen[3] > seen[1])) return;
      this.boxes.push(seen.map((edge, i) => (i < 2 ? Math.floor(edge) : Math.ceil(edge))));
    }
    whole(el) {
      this.add(boxOf(el), upFrom(el));
    }
    // The words of one block end: what is to be covered may run over several texts of it.
    flush() {
      const run = this.runs[this.runs.length - 1];
      const texts = run.filter((node) => !node.ends);
      if (texts.length < 2) run.splice(0, run.length, ...texts);
      if (!run.length) return;
      if (run.length > 1) for (const node of texts) this.runs.push([node]);
      this.runs.push([]);
    }
    judge() {
      const { runs, request } = this;
      const texts = runs.map((nodes) => (nodes.length === 1 ? nodes[0].data : nodes.map(({ data }) => data).join("")));
      for (const number of likely(texts, request)) this.mark(runs[number], texts[number]);
    }
    // What is to be shown may stand beside what is not: each is asked about by its own rule.
    mark(nodes, words) {
      const shown = nodes.map((node) => this.isShown(node));
      for (const rule of new Set(shown)) {
        for (const [from, to] of found(words, this.request, rule)) {
          let at = 0;
          nodes.forEach((node, i) => {
            const [begin, end] = [Math.max(from - at, 0), Math.min(to - at, node.data.length)];
            at += node.data.length;
            if (begin < end && shown[i] === rule && !node.ends) this.cover(node, begin, end);
          });
        }
      }
    }
    cover(node, begin, end) {
      const range = this.w.document.createRange();
      range.setStart(node, begin);
      range.setEnd(node, end);
      for (const r of range.getClientRects()) {
        // Letters reach a little over their boxes.
        this.add([r.left - 1, r.top - 1, r.right + 1, r.bottom + 1], node.parentElement);
      }
    }
    isShown(node) {
      if (!this.shown.size) return false;
      for (let el = node.parentElement; el; el = upFrom(el)) if (this.shown.has(el)) return true;
      return false;
    }
    field(el) {
      if (el.matches(HIDDEN)) secretive.add(el);
      if (secretive.has(el)) return this.whole(el);
      if (NO_WORDS.has(el.type)) return;
      const words =
        el.localName !== "select" ? el.value || el.placeholder || ""
        : el.size > 1 || el.multiple ? [...el.options].map((option) => option.text).join(LINE)
        : [...el.selectedOptions].map((option) => option.text).join(LINE);
      if (words && found(words.replace(/\n/g, LINE), this.request, this.shown.has(el)).length) this.whole(el);
    }
    walk(parent) {
      for (let node = parent.firstChild; node; node = node.nextSibling) {
        const type = node.nodeType;
        if (type === 3) this.runs[this.runs.length - 1].push(node);
        if (type !== 1) continue;
        // A number may go on behind the end of a line.
        if (node.localName === "br") {
          this.runs[this.runs.length - 1].push({ data: LINE, parentElement: node.parentElement, ends: true });
          continue;
        }
        const kind = KINDS.get(node.localName);
        if (kind === SILENT) continue;
        if (kind !== INLINE) this.flush();
        if (kind === FIELD) this.field(node);
        else {
          const shadow = node.shadowRoot;
          if (shadow) {
            this.roots.push(shadow);
            this.flush();
            this.walk(shadow);
            this.flush();
          }
          this.walk(node);
        }
        if (kind !== INLINE) this.flush();
      }
    }
  }

  // Things that the selectors file names, wherever they are to be seen.
  const namedIn = (entries) =>
    entries.flatMap(({ frames, finders }) => {
      const w = enter(frames);
      if (!w || !w.document.body) return [];
      for (const finder of finders) {
        const hits = find(w.document, finder);
        if (hits.length) return hits.map((el) => [w, el]);
      }
      return [];
    });
  // What was used instead of what is written, which is covered as well: nobody has looked at it yet.
  const alsoIn = (name, instead) => (instead.has(name) ? namedIn([instead.get(name)]) : []);
  // What is sensitive, the name of each that is gone where most of its section is there.
  const sensitiveIn = (entries, instead, gone) =>
    entries.flatMap((entry) => {
      const { name, frames, beside } = entry;
      const hits = [...namedIn([entry]), ...alsoIn(name, instead)];
      if (!hits.length && beside.length) {
        const there = beside.filter((finders) => namedIn([{ frames, finders }]).length);
        if (there.length * 2 > beside.length) gone.add(name);
      }
      return hits;
    });
  // The cells under headings of a table; the name of a heading that is gone, where the others are there.
  const columnsIn = (tables, instead, gone) =>
    tables.flatMap(({ name, frames, rows, columns, others }) => {
      const all = [...namedIn([{ frames, finders: rows }]), ...alsoIn(`${name}.rows`, instead)];
      return columns.flatMap(({ key, heading, css }) => {
        if (css) {
          const cells = all.flatMap(([w, row]) => [...row.querySelectorAll(css)].map((el) => [w, el]));
          // A row of headings, or one that says that there is nothing, holds no such cell.
          const told = all.some(([, row]) => row.localName !== "tr" || row.querySelectorAll("td").length > 1);
          if (!cells.length && told) gone.add(`${name}.${key}`);
          return cells;
        }
        return all.flatMap(([w, row]) => {
          const table = row.closest(ROWS);
          const head = table && headingRow(row, [heading]);
          if (!head) {
            const there = others.filter((each) => table && headingRow(row, [each]));
            // With no other heading to tell it by, the table is there if its rows are.
            if (there.length * 2 > others.length || (table && !others.length)) gone.add(`${name}.${key}`);
            return [];
          }
          return head.row === row ? [] : under(layout(table).cells(row), head, heading).map((el) => [w, el]);
        });
      });
    });

  // A box that is as large as the document, of which only what is to be covered is cut out.
  const laid = (position, left, top, width, height, boxes) => {
    const path = boxes.map(([l, t, r, b]) => `M${l} ${t}H${r}V${b}H${l}Z`).join("");
    return (
      `{all:initial!important;content:""!important;display:block!important;position:${position}!important;` +
      `left:${left}px!important;top:${top}px!important;width:${width}px!important;height:${height}px!important;` +
      `background:${GREY}!important;clip-path:path("${path}")!important;z-index:2147483647!important;` +
      `pointer-events:none!important;visibility:visible!important;transition:none!important;animation:none!important}`
    );
  };
  const isLaid = ({ w }) => {
    const html = w.document.documentElement;
    const style = w.getComputedStyle(html, "::after");
    const [position, opacity, layer] = [style.position, style.opacity, style.zIndex];
    return (
      style.content === '""' && position === "absolute" && opacity === "1" && layer === "2147483647" &&
      style.display === "block" && style.visibility === "visible" && style.clipPath.startsWith("path(") &&
      style.backgroundColor === "rgb(140, 140, 140)" && style.backgroundImage === "none" && style.maskImage === "none" &&
      style.transform === "none" && style.filter === "none" && style.mixBlendMode === "normal"
    );
  };
  const holds = (style) =>
    style.transform !== "none" || style.perspective !== "none" || style.filter !== "none" ||
    style.translate !== "none" || style.scale !== "none" || style.rotate !== "none" ||
    style.backdropFilter !== "none" || /transform|filter|perspective/.test(style.willChange) ||
    /paint|layout|strict|content/.test(style.contain) || style.containerType !== "normal";
  const moves = (w, el) => {
    const style = w.getComputedStyle(el);
    const matrix = new w.DOMMatrixReadOnly(style.transform);
    const still = [matrix.a, matrix.d].every((one) => one === 1) && !matrix.b && !matrix.c && matrix.is2D;
    return still && style.scale === "none" && style.rotate === "none" && style.perspective === "none";
  };
  const rulesFor = (sheet) => {
    const { w, boxes } = sheet;
    const html = w.document.documentElement;
    const style = w.getComputedStyle(html);
    const zoom = html.currentCSSZoom || 1;
    if (!moves(w, html)) return { gap: "a page that is turned or scaled cannot be covered" };
    const edge = html.getBoundingClientRect();
    const inside = style.position !== "static" || holds(style);
    const [ox, oy] = inside ? [edge.left + html.clientLeft, edge.top + html.clientTop] : [-w.scrollX, -w.scrollY];
    const size = w.document.scrollingElement || html;
    // Where words run from the right, the page goes on to the left of where it begins, and a box paints
    // nothing outside itself.
    const begins = (at, scrolled) => Math.min(0, ...boxes.map((box) => box[at] + scrolled));
    const [fx, fy] = [begins(0, w.scrollX), begins(1, w.scrollY)];
    const [left, top] = [fx - w.scrollX - ox, fy - w.scrollY - oy];
    const [width, height] = [size.scrollWidth - fx, size.scrollHeight - fy];
    const scaled = (list, dx, dy) =>
      list.map(([l, t, r, b]) => [l + dx, t + dy, r + dx, b + dy].map((edge) => edge / zoom));
    const own = scaled(boxes, w.scrollX - fx, w.scrollY - fy);
    let css =
      above(":root") + laid("absolute", left / zoom, top / zoom, width / zoom, height / zoom, own);
    const onTop = sheet.roots.flatMap((root) => [...root.querySelectorAll(ON_TOP)]);
    const shifted = onTop.filter((el) => holds(w.getComputedStyle(el)));
    if (shifted.length && (onTop.length > 1 || !moves(w, shifted[0]))) {
      return { gap: "a window within the page cannot be covered" };
    }
    const [el] = shifted;
    const at = el ? el.getBoundingClientRect() : { left: 0, top: 0 };
    const [dx, dy] = el
      ? [at.left + el.clientLeft - el.scrollLeft, at.top + el.clientTop - el.scrollTop]
      : [0, 0];
    if (onTop.length) {
      const view = [w.innerWidth, w.innerHeight].map((side) => side / zoom);
      css += above(ON_TOP) + laid("fixed", -dx / zoom, -dy / zoom, ...view, scaled(boxes, 0, 0));
    }
    return { css, everywhere: onTop.length > 0 };
  };

  // All that is to be covered, window by window; a gap where something cannot be told.
  const survey = (request) => {
    const { own, foreign } = windows(window);
    if (own.length + foreign > MOST_FRAMES) return { gap: "the page has too many frames to look through" };
    const told = globalThis.clerkTerms.masks;
    const sheets = new Map(own.map((w) => [w, new Sheet(w, request)]));
    const gone = new Set();
    const { instead } = request;
    const sensitive = [...sensitiveIn(told.sensitive, instead, gone), ...columnsIn(told.tables, instead, gone)];
    for (const [w, el] of sensitive) sheets.get(w).whole(el);
    if (gone.size) return { gap: `${[...gone].join(", ")} is not where it was, so that it cannot be covered` };
    for (const [w, el] of [...namedIn(told.shown), ...columnsIn(told.shownTables, new Map(), new Set())]) {
      sheets.get(w).shown.add(el);
    }
    let strange = 0;
    for (const [w, sheet] of sheets) {
      if (!w.document.documentElement) continue;
      sheet.walk(w.document);
      sheet.flush();
      sheet.judge();
      for (const root of sheet.roots) {
        for (const frame of root.querySelectorAll("iframe,frame,object,embed")) {
          if (frame.contentDocument || !frame.contentWindow) continue;
          strange += 1;
          sheet.whole(frame);
        }
      }
      if (request.names) {
        for (const [left, top, width, height] of globalThis.clerkNames(w, new Set(request.names))) {
          sheet.add([left, top, left + width, top + height], null);
        }
      }
    }
    if (strange < foreign) return { gap: "a frame of another site could not be looked through" };
    return { sheets: [...sheets.values()] };
  };
  const asText = (sheets) => JSON.stringify(sheets.map(({ boxes }) => boxes));

  // Those of the window itself, as far as its view shows them, and not what it scrolls with.
  const seenBoxes = (sheets) => {
    const own = sheets.find(({ w }) => w === window);
    const html = document.documentElement;
    const rtl = getComputedStyle(html).direction === "rtl";
    const bar = Math.max(0, innerWidth - html.clientWidth);
    const view = [rtl ? bar : 0, 0, rtl ? innerWidth : innerWidth - bar, html.clientHeight];
    return (own ? own.boxes : []).map((box) => within(box, view)).filter(([l, t, r, b]) => r > l && b > t);
  };

  // Whether this page's covers were looked for in a picture; once is enough for one that lies still, is
  // read from the left, and has not been scrolled sideways.
  let looked = false;
  const isOdd = () => {
    const html = document.documentElement;
    const style = getComputedStyle(html);
    const { direction } = getComputedStyle(document.body || html);
    const zoomed = html.currentCSSZoom && html.currentCSSZoom !== 1;
    return direction === "rtl" || style.direction === "rtl" || scrollX !== 0 || zoomed || holds(style);
  };

  // What covers the page now, until it is lifted.
  let cover = null;
  const strip = () => {
    for (const [root, sheet] of cover.put) {
      root.adoptedStyleSheets = root.adoptedStyleSheets.filter((each) => each !== sheet);
    }
    cover.put = [];
  };
  const lift = () => {
    if (!cover) return;
    clearTimeout(cover.unused);
    for (const watch of cover.watches) watch.disconnect();
    strip();
    cover = null;
  };
  globalThis.clerkUncover = lift;
  const put = () => {
    const seen = survey(cover.request);
    cover.puts += 1;
    strip();
    cover.gap = cover.gap || seen.gap || "";
    if (cover.gap) return;
    cover.boxes = asText(seen.sheets);
    cover.documents = seen.sheets.map(({ w }) => w.document);
    for (const sheet of seen.sheets) {
      watch(sheet);
      if (!sheet.boxes.length) continue;
      const { css, everywhere, gap } = rulesFor(sheet);
      if (gap) {
        cover.gap = gap;
        return;
      }
      for (const root of everywhere ? sheet.roots : [sheet.w.document]) {
        const made = new sheet.w.CSSStyleSheet();
        made.replaceSync(css);
        root.adoptedStyleSheets = [...root.adoptedStyleSheets, made];
        cover.put.push([root, made]);
      }
      if (!isLaid(sheet)) cover.gap = "the page's own style keeps it from being covered";
    }
  };
  // What changes while the page is covered is covered before it is drawn.
  const watch = ({ w, roots }) => {
    for (const root of roots) {
      if (cover.watched.has(root)) continue;
      cover.watched.add(root);
      const watching = new w.MutationObserver(() => cover && put());
      watching.observe(root, { subtree: true, childList: true, characterData: true, attributes: true });
      cover.watches.push(watching);
    }
  };

  Object.assign(globalThis.clerkActs, {
    // `secrets` are covered wherever they stand, of `names` all but these words, and what is sensitive
    // also where it was found `instead` of where it is written to be. With `longest`,
    // nothing is where it takes several parts to show what was acted on last. Asked `aside`, for a
    // picture that may not be taken, it lasts no longer than that would take.
    mask: async ({ secrets, names, longest, aside, instead = [] }) => {
      lift();
      const parts = longest ? await globalThis.clerkActs.parts({ longest }) : { seen: true };
      if (!parts.seen) return parts;
      const { rules, known } = globalThis.clerkTerms.masks;
      cover = {
        request: {
          ...globalThis.clerkPatterns.sought(secrets, rules, known),
          names,
          instead: new Map(instead.map((one) => [one.name, one])),
        },
        ...{ put: [], watches: [], watched: new Set(), boxes: "", documents: [], gap: "", puts: 0 },
      };
      try {
        put();
      } catch (problem) {
        lift();
        throw problem;
      }
      const { gap } = cover;
      if (gap) lift();
      else if (aside) cover.unused = setTimeout(lift, UNUSED);
      return { at: "masked", gap };
    },
    uncover: async () => ({ at: "bare" }),
    // Whether all was covered for as long as it was to be: else the picture is none.
    unmask: async () => {
      if (!cover) return { at: "unmasked", held: false };
      const { request, boxes, documents, gap } = cover;
      const intact = cover.put.every(([root, sheet]) => root.adoptedStyleSheets.includes(sheet));
      try {
        const { sheets } = survey(request);
        const same = Boolean(sheets) && sheets.every(({ w }, i) => w.document === documents[i]);
        const held = same && !gap && intact && sheets.length === documents.length && asText(sheets) === boxes;
        const look = held && (!looked || cover.puts > 1 || isOdd());
        looked = looked || held;
        return { at: "unmasked", held, boxes: look ? seenBoxes(sheets) : [], width: window.innerWidth };
      } finally {
        lift();
      }
    },
  });
})();
