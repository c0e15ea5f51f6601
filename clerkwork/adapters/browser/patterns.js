// Which words of a text no picture may show: secrets, and numbers that are somebody's.
(() => {
  const LENGTHS = Object.fromEntries(
    ("AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 " +
      "ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 " +
      "LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 " +
      "PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30")
      .split(" ")
      .map((each) => [each.slice(0, 2), Number(each.slice(2))]),
  );
  const GAP = "[\\s\\u00ad\\u200b-\\u200d\\u2060\\ufeff]*";
  // White space as a page shows it: however much of it is one blank, and what has no width is none. Lines
  // that the page itself parts (LINE) stay parted: figures one under the other are no number.
  const LINE = "\u2028";
  const SPACE = /[\s\u00ad\u200b-\u200d\u2060\ufeff]+/g;
  const UNSEEN = /[\u00ad\u200b-\u200d\u2060\ufeff]/g;
  const blank = (space) => {
    const seen = space.replace(UNSEEN, "");
    if (!seen) return "";
    if (seen.includes(LINE)) return LINE;
    return /^\u00a0+$/.test(seen) ? "\u00a0" : " ";
  };
  // The text as it is shown, and where each letter of it stood; its length is where the last one ended.
  const shownText = (text) => {
    const spaces = [...text.matchAll(SPACE)].filter(([space]) => space !== blank(space));
    if (!spaces.length) return { plain: text, at: null };
    let plain = "";
    const at = [];
    const keep = (from, to) => {
      for (let i = from; i < to; i++) at.push(i);
      plain += text.slice(from, to);
    };
    let end = 0;
    for (const { index, 0: space } of spaces) {
      keep(end, index);
      const one = blank(space);
      if (one) at.push(index);
      plain += one;
      end = index + space.length;
    }
    keep(end, text.length);
    return { plain, at };
  };
  const BETWEEN = /[\s.\-\u00ad\u200b-\u200d\u2060\ufeff]/;
  const IBAN = /(?<![A-Z0-9])[A-Z]{2}\d\d(?=[\s.\-\u00ad\u200b-\u200d\u2060\ufeff]?[A-Z0-9])/gi;
  const DIGITS = /(?<![\p{L}\d])\d(?:[ \u00a0-]?\d){12,}(?![\p{L}])/gu;
  const BSN =
    /(?<![\p{L}\d]|\d[.,\-/])(?:\d{9}|\d{4}([. \u00a0])\d{2}\1\d{3}|\d{3}([ \u00a0])\d{3}\2\d{3})(?![\p{L}\d]|[.,\-/]\d)/gu;
  const MAIL = /[\p{L}\d.!#$%&'*+/=?^_`{|}~-]+@[\p{L}\d](?:[\p{L}\d-]*[\p{L}\d])?(?:\.[\p{L}\d](?:[\p{L}\d-]*[\p{L}\d])?)+/gu;
  // Who issues cards, by how their numbers begin; a tenth of all other numbers passes the test, too.
  const ISSUED = /^(?:4|5[1-5]|5018|5020|5038|6304|67|2(?:22[1-9]|2[3-9]|[3-6]|7[01]|720)|3[47]|3(?:0[0-5]|[689])|35|6(?:011|4[4-9]|5|2)|9792)/;

  const remainder = (digits, by) => {
    let rest = 0;
    for (const digit of digits) rest = (rest * 10 + Number(digit)) % by;
    return rest;
  };
  // ISO 13616: moved round and with letters as numbers, the remainder by 97 is 1.
  const isIban = (plain) => {
    const turned = plain.slice(4) + plain.slice(0, 4);
    return remainder(turned.replace(/[A-Z]/g, (letter) => String(letter.charCodeAt(0) - 55)), 97) === 1;
  };
  // ISO/IEC 7812-1: every second digit doubled, from the right.
  const isLuhn = (digits) => {
    const sum = [...digits].reverse().reduce((total, digit, i) => {
      const weighed = Number(digit) * (i % 2 ? 2 : 1);
      return total + (weighed > 9 ? weighed - 9 : weighed);
    }, 0);
    return sum % 10 === 0;
  };
  // The eleven test of the citizen service number: weights 9 to 2, and minus 1.
  const isBsn = (digits) => {
    const sum = [...digits].reduce((total, digit, i) => total + Number(digit) * (i < 8 ? 9 - i : -1), 0);
    return sum % 11 === 0 && Number(digits) > 0;
  };

  function* ibans(text) {
    for (const { index } of text.matchAll(IBAN)) {
      const length = LENGTHS[text.slice(index, index + 2).toUpperCase()];
      let plain = "";
      let end = index;
      for (let between = 0; length && end < text.length && plain.length < length && between < 2; end++) {
        if (BETWEEN.test(text[end])) between += 1;
        else if (/[A-Z0-9]/i.test(text[end])) {
          plain += text[end].toUpperCase();
          between = 0;
        } else break;
      }
      if (length && plain.length === length && isIban(plain)) yield [index, end];
    }
  }
  function* passing(text, pattern, passes) {
    for (const hit of text.matchAll(pattern)) {
      if (passes(hit[0].replace(/\D/g, ""))) yield [hit.index, hit.index + hit[0].length];
    }
  }
  // A card's number may stand beside other numbers, with no more between than within.
  function* cards(text) {
    for (const hit of text.matchAll(DIGITS)) {
      const groups = [...hit[0].matchAll(/\d+/g)];
      for (let from = 0; from < groups.length; from++) {
        let digits = "";
        for (let to = from; to < groups.length && digits.length < 19; to++) {
          digits += groups[to][0];
          if (digits.length < 13 || digits.length > 19 || !ISSUED.test(digits) || !isLuhn(digits)) continue;
          yield [hit.index + groups[from].index, hit.index + groups[to].index + groups[to][0].length];
          from = to;
          break;
        }
      }
    }
  }
  const KINDS = {
    iban: ibans,
    bsn: (text) => passing(text, BSN, isBsn),
    card: cards,
    email: (text) => passing(text, MAIL, () => true),
  };
  // With which any of them begins or what it holds, whatever stands around it: few texts of a page.
  const LIKELY =
    /@|[A-Za-z][\u00ad\u200b-\u200d\u2060\ufeff]*[A-Za-z][\u00ad\u200b-\u200d\u2060\ufeff]*\d[\u00ad\u200b-\u200d\u2060\ufeff]*\d|(?:\d[\s.\-\u00ad\u200b-\u200d\u2060\ufeff]*){8}\d/g;
  const squeezed = (text) => text.replace(/[\s.\-\u00ad\u200b-\u200d\u2060\ufeff]/g, "").toLowerCase();
  // Where the last four letters or digits begin.
  const lastFour = (text, from, to) => {
    let kept = 0;
    for (let at = to; at > from; at--) {
      if (!BETWEEN.test(text[at - 1]) && ++kept === 4) return at - 1;
    }
    return from;
  };

  globalThis.clerkPatterns = {
    squeezed,
    LINE,
    // What `found` is asked with. All secrets are one expression, however they are spaced; digits
    // alone are sought only where they stand alone.
    sought: (secrets, rules, known) => {
      const each = secrets.map((secret) => {
        const letters = [...secret.replace(/\s/g, "")].map((c) => c.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&"));
        const words = letters.join(GAP);
        return /^\d+$/.test(secret) ? `(?<!\\d)${words}(?!\\d)` : words;
      });
      const written = each.filter(Boolean).join("|");
      return {
        secrets: written ? new RegExp(written, "giu") : null,
        kinds: Object.entries(rules),
        known: new Set(known.map(squeezed)),
      };
    },
    // The numbers of those of many texts in which there may be something: all are looked through at once.
    likely: (texts, { secrets }) => {
      const all = texts.join("\0");
      const numbers = new Set();
      for (const pattern of secrets ? [secrets, LIKELY] : [LIKELY]) {
        let [number, end] = [-1, 0];
        for (const { index } of all.matchAll(pattern)) {
          while (index >= end) end += texts[++number].length + 1;
          numbers.add(number);
        }
      }
      return numbers;
    },
    // From and to of all that is to be covered; of what is `shown`, secrets alone.
    found: (text, { secrets, kinds, known }, shown) => {
      const hits = [];
      if (secrets) for (const hit of text.matchAll(secrets)) hits.push([hit.index, hit.index + hit[0].length]);
      if (shown) return hits;
      const { plain, at } = shownText(text);
      if (!/\d\D{0,2}\d\D{0,2}\d|@/.test(plain)) return hits;
      for (const [kind, how] of kinds) {
        for (const [from, to] of KINDS[kind](plain)) {
          if (known.has(squeezed(plain.slice(from, to)))) continue;
          const end = how === "last four" ? lastFour(plain, from, to) : to;
          if (end > from) hits.push(at ? [at[from], at[end - 1] + 1] : [from, end]);
        }
      }
      return hits;
    },
  };
})();
