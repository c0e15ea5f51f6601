// What is picked rather than typed: drop-downs made of other things than <select>, trees, files.
(() => {
  const { fold, said, visible } = globalThis.clerkFind;
  const { markAll, outcome, awaited, enter } = globalThis.clerkPage;
  const { aim, fitting, closed, shows } = globalThis.clerkAim;

  const SEARCHED = 5000;
  const own = (el) =>
    fold([...el.childNodes].map((node) => (node.nodeType === 3 ? node.data : "")).join(""));
  // What a branch says by itself: its own words, or those of an element that holds just them.
  const saying = (el, words) =>
    own(el) === words || (!el.children.length && fold(el.textContent) === words);
  const labels = (elements, words) => elements.filter((el) => saying(el, words) && visible(el));
  // What belongs to a branch: what is in its item, or else what stands below and further in.
  const below = (label) => {
    const item = label.closest("li,[role=treeitem]");
    if (item) return [...item.querySelectorAll("*")].filter((el) => el !== label);
    const { left, bottom } = label.getBoundingClientRect();
    const walker = label.ownerDocument.createTreeWalker(label.ownerDocument.body, 1);
    walker.currentNode = label;
    const found = [];
    for (let i = 0; i < SEARCHED && walker.nextNode(); i++) {
      const el = walker.currentNode;
      if (label.contains(el) || !own(el) || !visible(el)) continue;
      const box = el.getBoundingClientRect();
      if (box.top < bottom - 2) continue;
      if (box.left <= left) break;
      found.push(el);
    }
    return found;
  };
  // How far a path of branches can be followed; a branch that is closed ends it.
  const followed = (doc, path) => {
    let hits = labels([...doc.querySelectorAll("body *")], path[0]);
    let depth = 0;
    for (; depth < path.length - 1 && hits.length === 1; depth++) {
      const next = labels(below(hits[0]), path[depth + 1]);
      if (!next.length) break;
      hits = next;
    }
    return { hits, depth };
  };
  globalThis.clerkFind.FIND.tree = (doc, { path, text }) => {
    const { hits, depth } = followed(doc, [...path, text]);
    return depth === path.length ? hits : [];
  };

  const fileField = (el) => {
    if (el.type === "file") return el;
    if (el.control && el.control.type === "file") return el.control;
    const inside = el.querySelectorAll("input[type=file]");
    return inside.length === 1 ? inside[0] : null;
  };

  Object.assign(globalThis.clerkActs, {
    // The branch of a tree to click next, further out than which nothing needs to be clicked.
    branch: async (request) => {
      const { kind, path, text } = request.finders[0];
      // One that was found elsewhere has no branches above it.
      if (kind !== "tree") return { ...outcome(await awaited(request)), done: true };
      const until = performance.now() + (request.wait || 0);
      for (;;) {
        const w = enter(request.frames);
        const { hits, depth } =
          w && w.document.body ? followed(w.document, [...path, text]) : { hits: [], depth: 0 };
        const at = { 0: "none", 1: "one" }[hits.length] || "many";
        const done = at === "one" && depth === path.length;
        if (at === "one" && (done || depth > request.beyond)) {
          const got = { at, hits, el: hits[0], which: 0, w };
          return done ? { ...outcome(got), done } : { ...aim(got), done, depth };
        }
        if (performance.now() >= until) {
          return w ? { ...outcome({ at, hits, which: 0 }), at: at === "one" ? "none" : at }
            : { at: "no frame" };
        }
        await new Promise((rest) => setTimeout(rest, 20));
      }
    },
    // The options that a list offers, and which of them is meant.
    offers: async (request) => {
      const got = await awaited(request, (hit) => hit.hits);
      if (!got.hits) return outcome(got);
      const options = got.hits.map(said);
      const fits = fitting(options, request.option);
      const chosen = options[fits[0]];
      const listed = { fits: fits.length, chosen, options: options.slice(0, 12) };
      return { ...outcome(got), at: "one", ...listed };
    },
    offer: async (request) => {
      const got = await awaited(request);
      if (got.at !== "one") return outcome(got);
      const field = fileField(got.el);
      const offered = (globalThis.clerkOffered = { el: field, name: "", size: 0 });
      const hear = (event) => {
        const [file] = (event.target && event.target.files) || [];
        if (file) Object.assign(offered, { name: file.name, size: file.size });
      };
      got.w.addEventListener("change", hear, { capture: true, once: true });
      if (!field) return { ...aim(got), is_field: false };
      if (closed(field)) return { ...outcome(got), at: "closed" };
      markAll();
      return { ...outcome(got), is_field: true };
    },
    offered: async () => {
      const { name, size } = globalThis.clerkOffered || { name: "", size: 0 };
      return { at: "one", name, size };
    },
    focus: async (request) => {
      const got = await awaited(request, (hit) => hit.at === "one" && !closed(hit.el));
      if (got.at !== "one") return outcome(got);
      if (shows(request, got.el)) return { ...outcome(got), at: "shown" };
      markAll();
      got.el.focus({ preventScroll: true });
      if (got.el.select) got.el.select();
      return outcome(got);
    },
  });
})();
