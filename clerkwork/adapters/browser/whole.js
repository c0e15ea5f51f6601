// Shows a form or a table that is longer or wider than what is seen of it part by part, as scrolling does.
(() => {
  const THINGS = "form,fieldset,table,dialog,[role=form],[role=dialog],[role=table],[role=grid]";
  // What was filled, chosen or ticked last: a picture is about what it belongs to.
  let last = null;
  globalThis.clerkActed = (el) => (last = new WeakRef(el));

  const thingOf = (el) => el.form || el.closest(THINGS);
  const MORE = { y: ["scrollHeight", "clientHeight", "overflowY"], x: ["scrollWidth", "clientWidth", "overflowX"] };
  const scrollerOf = (el, along) => {
    const [whole, seen, how] = MORE[along];
    const w = el.ownerDocument.defaultView;
    const page = el.ownerDocument.scrollingElement;
    for (let at = el.parentElement; at && at !== page; at = at.parentElement) {
      if (at[whole] > at[seen] && /^(auto|scroll)$/.test(w.getComputedStyle(at)[how])) return at;
    }
    return page;
  };
  const edgeOf = (scroller, along) => {
    if (scroller === scroller.ownerDocument.scrollingElement) return 0;
    const box = scroller.getBoundingClientRect();
    return along === "y" ? box.top + scroller.clientTop : box.left + scroller.clientLeft;
  };
  // How a thing lies in what scrolls, downwards or sideways, and in how many parts it is seen whole.
  const axisOf = (thing, along, longest) => {
    const scroller = scrollerOf(thing, along);
    const box = thing.getBoundingClientRect();
    const [begins, size, seen, before] =
      along === "y"
        ? [box.top, box.height, scroller.clientHeight, scroller.scrollTop]
        : [box.left, box.width, scroller.clientWidth, scroller.scrollLeft];
    const start = begins - edgeOf(scroller, along);
    // What cannot be scrolled to is not seen in any part.
    const stuck = along === "x" && scroller.scrollWidth <= scroller.clientWidth;
    const whole = !seen || stuck || (start >= -1 && start + size <= seen + 1);
    const count = whole ? 1 : Math.max(1, Math.ceil(Math.min(size, longest) / seen));
    const beyond = whole ? 0 : Math.round(Math.max(0, size - count * seen));
    return { scroller, along, seen, before, whole, count, beyond, from: start + before };
  };
  const scroll = ({ scroller, along }, to) =>
    scroller.scrollTo({ [along === "y" ? "top" : "left"]: to, behavior: "instant" });

  // A picture that is asked for at once may still be of the frame before a scrolled one: one is waited
  // for, as long as a page takes that draws any.
  const LONGEST = 500;
  const drawn = () =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, LONGEST);
      requestAnimationFrame(() => requestAnimationFrame(() => (clearTimeout(timer), resolve())));
    });

  let shown = null;
  Object.assign(globalThis.clerkActs, {
    // How many parts it takes to show whole what was acted on last; 1 where all of it is seen. They go
    // from the left to the right, and then downwards.
    parts: async ({ longest }) => {
      const el = last && last.deref();
      const thing = el && el.isConnected && thingOf(el);
      shown = null;
      if (!thing || !thing.ownerDocument.scrollingElement) return { at: "parts", seen: true };
      const [y, x] = [axisOf(thing, "y", longest), axisOf(thing, "x", longest)];
      if (y.whole && x.whole) return { at: "parts", seen: true };
      shown = [y, x];
      return { at: "parts", count: y.count * x.count, beyond: y.beyond, aside: x.beyond };
    },
    part: async ({ number }) => {
      if (shown) {
        const [y, x] = shown;
        if (!y.whole) scroll(y, y.from + Math.floor(number / x.count) * y.seen);
        if (!x.whole) scroll(x, x.from + (number % x.count) * x.seen);
        await drawn();
      }
      return { at: "part" };
    },
    // Back to where it was.
    parted: async () => {
      if (shown) for (const axis of shown) scroll(axis, axis.before);
      shown = null;
      return { at: "parted" };
    },
  });
})();
