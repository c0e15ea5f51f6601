// Which rows of a table are totals rather than data, and how the one of the whole is written.
(() => {
  const { find, fold, spread, visible } = globalThis.clerkFind;
  const TOTAL =
    "(?:(?:sub|grand |eind|saldo )?(?:totals?|totaal|totale)|summe|gesamt(?:summe|betrag|saldo)?|somme|suma)";
  const WORDS = new RegExp(`^${TOTAL}(?![\\p{L}\\d])`, "iu");
  const JUST_WORDS = new RegExp(`^${TOTAL}[: ]*$`, "iu");
  const AMOUNT =
    /^\(?(?:[A-Z]{3}|[^\w\s(]{1,3})?\s?[-+\u2212]?\s?\d[\d.,'\u00a0\u202f ]*[.,]\d{2}\s?-?\)?\s?(?:[A-Z]{3}|\p{Sc})?$/u;

  const said = (cell) => fold(cell.textContent);
  const isAmount = (cell) => AMOUNT.test(said(cell));
  const centsOf = (cell) => {
    const words = said(cell);
    return Number(words.replace(/\D/g, "")) * (/[-\u2212(]/.test(words) ? -1 : 1);
  };
  // What the rows add up to in a column; nothing where it holds other things than amounts.
  const sumOf = (rows, at) => {
    const filled = rows.map((row) => spread(row)[at]).filter((cell) => cell && said(cell));
    if (!filled.length || !filled.every(isAmount)) return null;
    return filled.reduce((sum, cell) => sum + centsOf(cell), 0);
  };
  const columnsThatTie = (row, above) =>
    spread(row).flatMap((cell, at) =>
      isAmount(cell) && sumOf(above, at) === centsOf(cell) ? [at] : [],
    );
  const wordsOf = (row) => [...row.cells].map(said).find((words) => WORDS.test(words)) || "";

  // A debtor may be called 'Total Energies', and one item may be worth the others: a total says
  // less than a row of data does, or nothing but that it is one.
  const isTotal = (row, rows, width) => {
    if (![...row.cells].some(isAmount)) return false;
    if (row.closest("tfoot")) return true;
    const others = rows.filter((other) => other !== row && other.cells.length === width);
    const lacks = (cell, at) => !said(cell) && others.every((other) => said(other.cells[at]));
    const saysLess =
      row.cells.length !== width || (others.length > 1 && [...row.cells].some(lacks));
    const isLast = row === rows.at(-1) && others.length > 1;
    const ties = isLast && columnsThatTie(row, others).length > 0;
    const words = wordsOf(row);
    return saysLess ? Boolean(words) || ties : ties && JUST_WORDS.test(words);
  };
  // What a total calls itself, if that is the same each day.
  const nameOf = (row) => [...row.cells].map(said).find((words) => /^\D*\p{L}\D*$/u.test(words)) || "";
  // The cell by what stands before it: its place in the table changes with each item.
  const waysTo = (cell, row, base) => {
    const words = nameOf(row);
    const beside = `following-sibling::*[${cell.cellIndex - [...row.cells].findIndex((c) => said(c) === words)}]`;
    const ways = words ? [{ kind: "near", text: words }] : [];
    if (words && !words.includes("'")) {
      ways.push({ kind: "xpath", text: `//tr/*[normalize-space()='${words}']/${beside}` });
    }
    if (row.closest("tfoot")) {
      ways.push({ kind: "css", text: `${base} tfoot tr > :nth-child(${cell.cellIndex + 1})` });
    }
    const hitsIt = (way) => {
      const hits = find(document, way);
      return hits.length === 1 && hits[0] === cell;
    };
    return ways.filter(hitsIt);
  };

  // Of the rows below a heading: those that are totals, and the whole's amount with its column.
  // Where there are more pages, what ties with this one alone is no total of them all.
  const totalsOf = (rows, head, base, paged) => {
    const width = head.cells.length;
    const plain = spread(head).length === width;
    const shown = rows.filter(visible);
    const totals = plain ? shown.filter((row) => isTotal(row, shown, width)) : [];
    const data = shown.filter((row) => !totals.includes(row) && row.cells.length === width);
    for (const row of [...totals].reverse()) {
      const tying = columnsThatTie(row, data);
      const amounts = spread(row).flatMap((cell, at) => (isAmount(cell) ? [at] : []));
      const open = paged && !tying.length && amounts.length === 1 && wordsOf(row);
      const at = open ? amounts[0] : paged ? undefined : tying.at(-1);
      if (at === undefined || at >= width) continue;
      const cell = spread(row)[at];
      const finders = waysTo(cell, row, base);
      const decimal = said(cell).replace(/[^.,]/g, "").at(-1);
      if (finders.length) return { totals, finders, at, decimal };
    }
    return { totals, finders: [], at: -1, decimal: "" };
  };

  globalThis.clerkTotals = { totalsOf, nameOf };
})();
