// Where a page may tell of people: words in rows of data, and words that stand in fields.
// Amounts, days and short numbers are nobody's name, and show which column is which.
(() => {
  const { fold, tag, held, visible } = globalThis.clerkFind;
  const like = globalThis.clerkLikeness;
  const TYPED = "input:not([type=checkbox]):not([type=radio]):not([type=submit])" +
    ":not([type=button]):not([type=reset]),textarea";

  const isPlain = (text) => {
    const words = text.replace(/^[A-Z]{3} | [A-Z]{3}$/g, "");
    if (/\p{L}/u.test(words)) return /^(?=.*\d)\S{1,11}$/.test(words);
    return words.replace(/\D/g, "").length < 9 || /[.,]\d\d\s?-?$/.test(words);
  };
  const ownWords = (el) =>
    fold([...el.childNodes].map((node) => (node.nodeType === 3 ? node.data : "")).join(" "));
  const boxOf = (it) => {
    const { left, top, width, height } = it.getBoundingClientRect();
    return [left, top, width, height].map(Math.round);
  };
  const wordsIn = (el) => {
    const range = el.ownerDocument.createRange();
    range.selectNodeContents(el);
    return range;
  };
  const isSeen = ([left, top, width, height], w) =>
    width > 0 && height > 0 && left < w.innerWidth && top < w.innerHeight && left + width > 0 && top + height > 0;
  // The cell of data that a thing stands in; where nothing heads the rows, the first is a label.
  const cellOf = (el, heads) => {
    const row = like.rowOf(el, 2);
    if (!row) return null;
    const cells = like.cellsIn(row);
    const key = row.parentElement;
    if (!heads.has(key)) heads.set(key, new Map());
    const known = heads.get(key);
    const menus = heads.menus;
    if (!known.has(cells.length)) known.set(cells.length, like.gridOf(row).head);
    // Of two columns, words alone head nothing: they are labels with what they label.
    const told = known.get(cells.length);
    const head = told && (cells.length > 2 || told.querySelector("th,[role=columnheader]")) ? told : null;
    const cell = cells.find((each) => each.contains(el));
    if (!head && el.closest("a,button")) {
      if (!menus.has(key)) menus.set(key, isMenu(row));
      if (menus.get(key)) return null;
    }
    return row === head || (!head && cell === cells[0]) ? null : cell;
  };

  // What only leads on, row for row, and to many pages, is a menu: rows of data have numbers, in
  // their words or where they lead, and lead to one page.
  const isMenu = (row) => {
    const { rows } = like.gridOf(row);
    const bare = (words) => fold(words).replace(/ /g, "");
    const leads = rows.map((each) => {
      const links = [...each.querySelectorAll("a,button")];
      const said = links.map((el) => bare(el.textContent)).join("");
      const to = links.map((el) => el.getAttribute("href") || "").join(" ");
      return said && bare(each.textContent) === said && !/\d/.test(said + to) ? to.split("?")[0] : null;
    });
    return !leads.includes(null) && new Set(leads).size * 2 >= rows.length;
  };

  const namesIn = (w, known) => {
    const boxes = [];
    const heads = Object.assign(new Map(), { menus: new Map() });
    const walk = (el) => {
      const box = boxOf(el);
      if (tag(el) === "tr" && !isSeen(box, w)) return;
      if (el.matches("iframe,frame")) {
        // What lies in a frame of another site cannot be told.
        if (!el.contentDocument && isSeen(box, w)) boxes.push(box);
        return;
      }
      if (el.matches("script,style,button,option,select")) return;
      const words = el.matches(TYPED) ? fold(held(el)) : ownWords(el);
      const isLabel = known.has(words) && !el.matches(TYPED);
      const tells = words && !isLabel && !isPlain(words) && isSeen(box, w) && visible(el);
      const place = tells && (el.matches(TYPED) ? el : cellOf(el, heads));
      // Of the whole cell: how long a name is tells something, too.
      // And what runs over the edge of its cell.
      if (place) boxes.push(boxOf(place), boxOf(wordsIn(el)));
      for (const child of el.children) walk(child);
    };
    if (w.document.documentElement) walk(w.document.documentElement);
    return boxes;
  };
  // Boxes (left, top, width, height) in one window's view of what may be a name. `known` are words that
  // the selectors file says: they are nobody's name.
  globalThis.clerkNames = namesIn;
})();
