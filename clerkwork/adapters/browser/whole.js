// Shows a form or a table that is larger than what is seen of it part by part, as scrolling does.
(() => {
  const THINGS = "form,fieldset,table,dialog,[role=form],[role=dialog],[role=table],[role=grid]";
  // What was filled, chosen or ticked last: a picture is about what it belongs to.
  let last = null;
  globalThis.clerkActed = (el) => (last = new WeakRef(el));

  const thingOf = (el) => el.form || el.closest(THINGS);
  const scrollerOf = (el) => {
    const w = el.ownerDocument.defaultView;
    const page = el.ownerDocument.scrollingElement;
    for (let at = el.parentElement; at && at !== page; at = at.parentElement) {
      const how = w.getComputedStyle(at).overflowY;
      if (at.scrollHeight > at.clientHeight && (how === "auto" || how === "scroll")) return at;
    }
    return page;
  };
  const edgeOf = (scroller) =>
    scroller === scroller.ownerDocument.scrollingElement ? 0 : scroller.getBoundingClientRect().top + scroller.clientTop;

  let shown = null;
  Object.assign(globalThis.clerkActs, {
    // How many parts it takes to show whole what was acted on last; 1 where all of it is seen.
    parts: async ({ longest }) => {
      const el = last && last.deref();
      const thing = el && el.isConnected && thingOf(el);
      const scroller = thing && scrollerOf(thing);
      shown = null;
      if (!scroller) return { at: "parts", seen: true };
      const height = scroller.clientHeight;
      const box = thing.getBoundingClientRect();
      const top = box.top - edgeOf(scroller);
      if (!height || (top >= 0 && top + box.height <= height)) return { at: "parts", seen: true };
      const tall = Math.min(box.height, longest);
      shown = { scroller, height, from: top + scroller.scrollTop, before: scroller.scrollTop };
      return {
        at: "parts",
        count: Math.max(1, Math.ceil(tall / height)),
        beyond: Math.round(Math.max(0, box.height - Math.ceil(tall / height) * height)),
      };
    },
    part: async ({ number }) => {
      if (shown) {
        const { scroller, from, height } = shown;
        scroller.scrollTo({ top: from + number * height, behavior: "instant" });
      }
      return { at: "part" };
    },
    // Back to where it was.
    parted: async () => {
      if (shown) shown.scroller.scrollTo({ top: shown.before, behavior: "instant" });
      shown = null;
      return { at: "parted" };
    },
  });
})();
