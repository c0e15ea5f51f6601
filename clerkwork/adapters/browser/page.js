// The frames of a portal's page: which there are, when they stand still, and what is in them.
(() => {
  const { find, said } = globalThis.clerkFind;
  const MOST_FRAMES = 200;
  const tick = () => new Promise((done) => setTimeout(done, 0));
  // The same in a long chain, where the browser holds timers back by 4 ms each.
  const turns = new MessageChannel();
  const waiting = [];
  turns.port1.onmessage = () => waiting.shift()();
  const turn = () =>
    new Promise((done) => {
      waiting.push(done);
      turns.port2.postMessage(0);
    });

  // The frames of a page that can be looked into, outermost first.
  const windows = (from, into = { own: [], foreign: 0 }) => {
    if (into.own.length + into.foreign > MOST_FRAMES) return into;
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

  // What lies at the points where a thing was seen, given in pixels of the window.
  const seenAt = (points, which) => {
    const found = points.flatMap(({ x, y }) => {
      let w = window;
      let at = { x, y };
      for (;;) {
        const el = w.document.elementFromPoint(at.x, at.y);
        let inner = null;
        try {
          inner = el && /^i?frame$/i.test(el.tagName) && el.contentWindow.document && el.contentWindow;
        } catch {
          inner = null;
        }
        if (!inner) return el ? [{ el, w, spot: { x, y } }] : [];
        const box = el.getBoundingClientRect();
        at = { x: at.x - box.left - el.clientLeft, y: at.y - box.top - el.clientTop };
        w = inner;
      }
    });
    if (!found.length) return null;
    const hits = found.map(({ el }) => el);
    return { at: hits.length > 1 ? "many" : "one", hits, which, ...found[0] };
  };

  // The first strategy that hits; two hits are an answer, not a reason to try the next.
  const resolve = ({ frames, finders }) => {
    const w = enter(frames);
    if (!w) return { at: "no frame" };
    if (!w.document.body && !w.document.documentElement) return { at: "none" };
    for (let which = 0; which < finders.length; which++) {
      if (finders[which].kind === "point") {
        const seen = seenAt(finders[which].points, which);
        if (seen) return seen;
        continue;
      }
      const hits = find(w.document, finders[which]);
      if (hits.length) {
        return { at: hits.length > 1 ? "many" : "one", hits, el: hits[0], which, w };
      }
    }
    return { at: "none" };
  };
  // Whether something shows that says the page is still at work.
  const spinning = () =>
    globalThis.clerkTerms.busy.some(({ frames, finders }) => {
      const where = frames.length ? [enter(frames)].filter(Boolean) : windows(window).own;
      return where.some((w) => w.document.body && finders.some((f) => find(w.document, f).length));
    });
  const outcome = ({ at, hits, which }) => ({ at, which, count: hits ? hits.length : 0 });

  // Waits for a thing to be there alone, no longer than one slice of the caller's patience.
  const awaited = async (request, enough = (got) => got.at === "one") => {
    const until = performance.now() + (request.wait || 0);
    for (;;) {
      const got = spinning() ? { at: "busy" } : resolve(request);
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

  const click = { last: null };

  // Waits until every frame has arrived where it was going.
  const settle = async ({ wait, impatient, watch, all }) => {
    const begun = performance.now();
    let calm = 0;
    let waited = false;
    let found;
    while (calm < 4) {
      found = windows(window);
      if (found.own.length + found.foreign > MOST_FRAMES) {
        return { state: "crowded", frames: MOST_FRAMES };
      }
      const busy = found.own
        .filter((w) => mark(w).left || loading(w, impatient))
        .map((w) => nameOfFrame(w) || "the page");
      if (!busy.length && spinning()) busy.push("what it is busy with");
      calm = busy.length ? 0 : calm + 1;
      waited = waited || busy.length > 0;
      if (busy.length && performance.now() - begun > wait) {
        return { state: "slow", busy };
      }
      if (calm < 4) await (waited && !busy.length ? turn() : tick());
    }
    const fresh = found.own.filter((w) => !mark(w).judged);
    for (const w of fresh) mark(w).judged = true;
    const looked = all ? found.own : fresh;
    return {
      state: "ready",
      moved: fresh.length,
      anew: fresh.includes(window),
      foreign: found.foreign,
      failed: fresh.map(judge).filter(({ status }) => status >= 500),
      error: window.location.protocol === "chrome-error:",
      seen: looked.flatMap((w) => watchIn(w, watch, found.own.indexOf(w))),
      landed: click.last ? click.last.landed : "",
    };
  };

  globalThis.clerkPage = {
    windows, enter, nameOfFrame, mark, markAll, leaving, spinning, resolve, outcome, awaited, settle, click,
    tick,
  };
})();
