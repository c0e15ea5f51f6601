// How Clerkwork reads tables: whole, by their headings, in slices that bound what is held at once.
(() => {
  const { find, fold, said, held, controlIn, headingRow, layout, under, ROWS } =
    globalThis.clerkFind;
  const { enter, resolve, outcome, awaited } = globalThis.clerkPage;

  const missingHeadings = (hits, wanted) => {
    const table = hits[0].closest(ROWS);
    const words = table ? fold(table.textContent.slice(0, 200000)) : "";
    const gone = wanted.filter((heading) => !words.includes(heading.split(" / ").pop()));
    return gone.length ? gone : wanted;
  };
  const isBefore = (row, other) => Boolean(row.compareDocumentPosition(other) & 4);
  const written = (el) => {
    const words = said(el);
    if (words) return words;
    const control = controlIn(el);
    return control ? fold(held(control)) : "";
  };
  const readRow = (row, heading, columns, cells) =>
    columns.map((column) => {
      if (column.css) {
        const from = row.querySelectorAll(column.css);
        return from.length === 1 ? written(from[0]) : null;
      }
      const from = under(cells, heading, column.heading);
      if (from.length === 1) return written(from[0]);
      return from.length ? fold(from.map(written).join(" ")) : null;
    });
  // Rows that are, or hold, what is to be skipped.
  const around = (elements) => {
    const all = new Set();
    for (const el of elements) {
      for (let at = el; at && !all.has(at); at = at.parentElement) all.add(at);
    }
    return all;
  };

  // The table that is being read, between one slice and the next.
  let reading = null;
  const slice = ({ columns, limit }) => {
    const { hits, skipped, wanted } = reading;
    const rows = [];
    for (; reading.at < hits.length && rows.length < limit; reading.at++) {
      const row = hits[reading.at];
      if (!row.isConnected) return { at: "changed" };
      if (wanted.length) {
        const { heading, laid } = reading;
        if (!heading || !laid.table.contains(row)) {
          const table = row.closest(ROWS);
          const made = table && layout(table);
          const found = made && headingRow(row, wanted, made);
          if (!found) return { at: "no heading", missing: missingHeadings([row], wanted) };
          if (found.twice.length) return { at: "twice", twice: found.twice };
          Object.assign(reading, { heading: found, laid: made });
        }
        if (row === reading.heading.row || isBefore(row, reading.heading.row)) continue;
      }
      if (skipped.has(row)) continue;
      const cells = reading.laid ? reading.laid.cells(row) : [];
      const read = readRow(row, reading.heading, columns, cells);
      const again = (text, i) => !columns[i].heading || text === columns[i].heading;
      // A heading that is repeated further down is no row of data.
      if (!(wanted.length > 1 && read.every(again))) rows.push(read);
    }
    const more = reading.at < hits.length;
    if (!more) reading = null;
    return { rows, more };
  };

  const table = async (request) => {
    if (request.on) return reading ? { at: "many", ...slice(request) } : { at: "changed" };
    reading = null;
    const got = await awaited(request, (hit) => hit.hits);
    if (!got.hits) return outcome(got);
    if (got.hits.length > request.most) return { ...outcome(got), at: "too many" };
    const skipped = request.skip.flatMap((finder) => find(got.w.document, finder));
    const wanted = request.columns.filter((c) => c.heading).map((c) => c.heading);
    reading = { hits: got.hits, at: 0, skipped: around(skipped), wanted };
    return { ...outcome(got), ...slice(request) };
  };

  Object.assign(globalThis.clerkActs, {
    // From the first row on, or `on` from where the last slice ended. Asked `aside`, it leaves
    // alone what is being read, and is no answer where one slice is not all.
    table: async (request) => {
      if (!request.aside) return table(request);
      const before = reading;
      const got = await table(request);
      const whole = !reading;
      reading = before;
      return whole ? got : { at: "long" };
    },
    // Whether a table has these headings, and no row under them but such as is one cell wide.
    headed: ({ frames, headings }) => {
      const w = enter(frames);
      const isEmpty = (table) => {
        const laid = layout(table);
        const { rows, cells } = laid;
        const found = rows.length && headingRow(rows[rows.length - 1], headings, laid);
        if (!found) return false;
        const below = rows.slice(rows.indexOf(found.row) + 1);
        return !below.some((row) => new Set(cells(row)).size > 1 && !row.closest("tfoot"));
      };
      return { empty: Boolean(w) && [...w.document.querySelectorAll(ROWS)].some(isEmpty) };
    },
    // Waits until no row has come for a while.
    calm: async (request) => {
      const until = performance.now() + request.wait;
      let count = -1;
      let since = performance.now();
      for (;;) {
        const got = resolve(request);
        const now = got.hits ? got.hits.length : 0;
        if (now !== count) since = performance.now();
        count = now;
        if (performance.now() - since >= request.calm) return { count, still: true };
        if (performance.now() >= until) return { count, still: false };
        await new Promise((rest) => setTimeout(rest, 50));
      }
    },
  });
})();
