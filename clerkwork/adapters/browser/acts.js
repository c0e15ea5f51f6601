// What Clerkwork does inside a portal's page. It runs in an isolated world: the page's own
// scripts neither see it nor can alter what it uses. Each request is one round trip.
(() => {
  const { fold, tag, said, held } = globalThis.clerkFind;
  const { windows, enter, mark, markAll, leaving, spinning, resolve, outcome, awaited, settle, click, tick } =
    globalThis.clerkPage;

  const closed = (el) => el.disabled || el.getAttribute("aria-disabled") === "true";
  // What leads to another page is often greyed out by its looks alone.
  const off = (el) => closed(el) || /(^|\s|-)disabled(\s|$)/.test(el.className);
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
  // A field that would show what may only be typed where it is hidden.
  const shows = (request, el) => Boolean(request.hidden) && el.type !== "password";
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
    return leaving() || spinning();
  };

  // Gets an element ready to be clicked: in view, not covered, and listened to.
  const aim = (got) => {
    const { el, w } = got;
    if (closed(el)) return { ...outcome(got), at: "closed" };
    markAll();
    const point = got.spot || aimAt(w, el);
    if (!point) return { ...outcome(got), at: "none" };
    const covered = got.spot ? "" : cover(w, el, point);
    if (covered) return { ...outcome(got), at: "covered", by: covered };
    const made = (click.last = { landed: "" });
    const note = (event) => {
      const label = el.labels && [...el.labels].some((l) => event.composedPath().includes(l));
      made.landed = label || event.composedPath().includes(el) ? "there" : "beside";
    };
    w.addEventListener("click", note, { capture: true, once: true });
    return { ...outcome(got), point: got.spot || toTop(w, point.x, point.y) };
  };
  // Which options are meant by some words: just those, or a code before its name.
  const fitting = (options, wanted) => {
    const those = (passes) => options.flatMap((words, i) => (passes(words) ? [i] : []));
    const exact = those((words) => words === wanted);
    const code = (words) => /^(\s|--|:|\()/.test(words.slice(wanted.length));
    return exact.length ? exact : those((words) => words.startsWith(wanted) && code(words));
  };
  globalThis.clerkAim = { aim, fitting, closed, shows };

  // Of several hits, those that say just these words.
  const only = (got, words) => {
    if (!words || !got.hits) return got;
    const hits = got.hits.filter((el) => said(el) === words);
    const at = { 0: "none", 1: "one" }[hits.length] || "many";
    return { ...got, at, hits, el: hits[0] };
  };

  const OPS = (globalThis.clerkActs = {
    settle,
    name: async () => ({ name: window.name }),
    mark: async () => markAll(),
    stay: async () => {
      for (const w of windows(window).own) mark(w).left = false;
    },
    look: async (request) => {
      const got = await awaited(request);
      if (got.at !== "one") return outcome(got);
      if (shows(request, got.el)) return { ...outcome(got), at: "shown" };
      const editable = got.el.matches("input,textarea") && !got.el.readOnly;
      return { ...outcome(got), text: said(got.el), value: held(got.el), editable };
    },
    each: async ({ groups }) => ({
      answers: groups.map((group) => {
        const got = resolve(group);
        if (got.at !== "one") return outcome(got);
        const field = got.el.matches("input,select,textarea");
        return { ...outcome(got), value: field ? held(got.el) : said(got.el) };
      }),
    }),
    count: async (request) => outcome(await awaited(request, (got) => got.hits)),
    enabled: async (request) => {
      const got = only(resolve(request), request.saying);
      return { ...outcome(got), enabled: Boolean(got.el) && !off(got.el) };
    },
    any: async ({ groups, wait }) => {
      const until = performance.now() + wait;
      for (;;) {
        const which = spinning() ? -1 : groups.findIndex((group) => resolve(group).hits);
        if (which >= 0 || performance.now() >= until) return { which };
        await new Promise((done) => setTimeout(done, 20));
      }
    },
    aim: async (request) => {
      const meant = (hits) => only(hits, request.saying);
      const ready = (hit) => hit.at === "one" && !closed(hit.el);
      const got = meant(await awaited(request, (hits) => ready(meant(hits))));
      if (got.at !== "one") return outcome(got);
      return request.enabled && off(got.el) ? { ...outcome(got), at: "closed" } : aim(got);
    },
    fill: async (request) => {
      const got = await awaited(request, (hit) => hit.at === "one" && !closed(hit.el));
      if (got.at !== "one") return outcome(got);
      const { el, w } = got;
      if (shows(request, el)) return { ...outcome(got), at: "shown" };
      if (closed(el) || el.readOnly) return { ...outcome(got), at: "closed" };
      if (!el.matches("input,textarea")) return { ...outcome(got), at: "other", by: tag(el) };
      markAll();
      const point = aimAt(w, el);
      const covered = point ? cover(w, el, point) : "";
      if (covered && request.minding) return { ...outcome(got), at: "covered", by: covered };
      if (request.secret) globalThis.clerkSecretive(el);
      globalThis.clerkActed(el);
      const before = el.value;
      const native = { date: request.iso, number: request.plain }[el.type];
      if (native !== undefined) {
        el.focus({ preventScroll: true });
        el.value = native;
        el.dispatchEvent(new Event("input", { bubbles: true }));
      } else type(el, request.text);
      leaveField(el, before);
      const moved = await afterwards();
      return { ...outcome(got), value: held(el), moved };
    },
    leave: async (request) => {
      const got = await awaited(request);
      if (got.at !== "one") return outcome(got);
      got.el.blur();
      const moved = await afterwards();
      return { ...outcome(got), value: held(got.el), moved };
    },
    choose: async (request) => {
      const got = await awaited(request, (hit) => hit.at === "one" && !closed(hit.el));
      if (got.at !== "one") return outcome(got);
      const { el } = got;
      if (closed(el)) return { ...outcome(got), at: "closed" };
      if (tag(el) !== "select") return { ...outcome(got), at: "other", by: tag(el) };
      const options = [...el.options].map((option) => fold(option.text));
      const fits = fitting(options, request.option);
      if (fits.length !== 1) {
        return { ...outcome(got), fits: fits.length, options: options.slice(0, 12) };
      }
      markAll();
      globalThis.clerkActed(el);
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
      globalThis.clerkActed(el);
      if (el.checked !== request.on) el.click();
      const moved = await afterwards();
      return { ...outcome(got), value: held(el), moved };
    },
    // The part of a frame that is in sight: in pixels of the window, and of the whole page.
    box: async ({ frames }) => {
      const w = enter(frames);
      if (!w) return { at: "no frame" };
      const from = toTop(w, 0, 0);
      const to = { x: from.x + w.innerWidth, y: from.y + w.innerHeight };
      const x = Math.max(0, from.x);
      const y = Math.max(0, from.y);
      const width = Math.min(window.innerWidth, to.x) - x;
      const height = Math.min(window.innerHeight, to.y) - y;
      if (width < 1 || height < 1) return { at: "none" };
      return { at: "one", x, y, width, height, left: x + window.scrollX, top: y + window.scrollY };
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
  });

  // Whether an answer says that what was asked for is there, and the page fit to be asked more.
  const done = ({ at, moved }) => at === "one" && !moved;
  const THERE = {
    fill: done,
    choose: (got) => done(got) && got.fits === 1,
    check: done,
    mask: ({ at, gap }) => at === "masked" && !gap,
    settle: ({ state, error, failed, seen }) =>
      state === "ready" && !error && !failed.length && !seen.length,
    any: ({ which }) => which >= 0,
    count: ({ at }) => at === "one" || at === "many",
    look: ({ at }) => at === "one",
    table: ({ rows }) => Boolean(rows),
    grids: ({ at }) => at === "grids",
  };
  // A request with those that will be next, as far as each finds what it asks for.
  globalThis.clerkAlong = async (op, request, along) => {
    let got = await globalThis.clerk(op, request);
    const first = got;
    const answers = [];
    for (const [next, asked] of along) {
      if (got.at === "broken" || !THERE[op](got)) break;
      op = next;
      got = await globalThis.clerk(op, { ...asked, wait: 0, aside: true });
      answers.push(got);
    }
    if (answers.length && (got.at === "broken" || !THERE[op](got))) answers.pop();
    return { ...first, along: answers };
  };

  globalThis.clerk = async (op, request) => {
    try {
      if (window.closed) return { at: "gone" };
      // Nothing is read or done on a page that is covered: a picture that was foreseen is not taken.
      if (op !== "unmask") globalThis.clerkUncover();
      return await OPS[op](request);
    } catch (problem) {
      return { at: "broken", by: String((problem && problem.name) || problem) };
    }
  };
})();
