// The list of targets: filter, search and sort, kept in the address; the rows that are shown as CSV.
(function () {
  "use strict";
  const table = document.getElementById("targets");
  if (!table) return;
  const csv = JSON.parse(document.getElementById("csv").textContent);
  const place = Object.fromEntries(csv.columns.map((name, index) => [name, index]));
  const plain = (text) => text.normalize("NFKC").toLowerCase();
  const rows = [...table.tBodies].map((body, index) => {
    const values = csv.rows[index];
    return { body, index, get: (name) => values[place[name]], values, text: plain(`${body.textContent} ${values.join(" ")}`) };
  });
  const form = document.getElementById("filters");
  const count = document.getElementById("count");
  const none = document.getElementById("no-match");
  const language = () => document.documentElement.dataset.lang;

  // Field of the form and name in the address -> column.
  const columns = { outcome: "outcome", sector: "sector", type: "target_type", commitment: "commitment", set: "set_year", due: "year" };
  const ranks = {
    commitment: ["ensure", "strive", "plain"],
    outcome: ["met", "met_within_tolerance", "missed", "not_comparable", "no_observation", "pending"],
  };
  const ranked = (name, value) => value === null ? null : ranks[name].indexOf(value);
  // What a column is sorted by. Values of different units are no order: they are grouped by unit.
  const keys = {
    indicator: (row) => [row.body.querySelector(`th .${language()}`)?.textContent ?? row.body.querySelector("th").textContent.trim()],
    target: (row) => [row.get("unit_measure"), row.get("obs_value")],
    commitment: (row) => [ranked("commitment", row.get("commitment"))],
    set: (row) => [row.get("set_year")],
    due: (row) => [row.get("year")],
    actual: (row) => [row.get("actual_value") === null ? null : row.get("unit_measure"), row.get("actual_value")],
    gap: (row) => [row.get("gap_share")],
    outcome: (row) => [ranked("outcome", row.get("outcome"))],
  };
  let sort = "";
  let down = false;
  let shown = rows;

  function compare(left, right) {
    for (const [index, one] of left.entries()) {
      const other = right[index];
      if (one === other) continue;
      if (one === null) return 1;
      if (other === null) return -1;
      const order = typeof one === "string" ? one.localeCompare(other, language() === "zh" ? "zh-Hans" : "en") : one - other;
      if (order) return down ? -order : order;
    }
    return 0;
  }

  function tell() {
    count.textContent = count.dataset[language()].replace("{shown}", shown.length).replace("{all}", rows.length);
  }

  function order() {
    const head = [...table.tHead.rows[0].cells];
    for (const cell of head) {
      if (cell.dataset.sort === sort) cell.setAttribute("aria-sort", down ? "descending" : "ascending");
      else cell.removeAttribute("aria-sort");
    }
    const sorted = rows.map((row) => ({ row, key: sort ? keys[sort](row) : [] }));
    sorted.sort((left, right) => compare(left.key, right.key) || left.row.index - right.row.index);
    table.append(...sorted.map((entry) => entry.row.body));
    return sorted.map((entry) => entry.row);
  }

  function show() {
    const asked = Object.entries(columns).filter(([field]) => form.elements[field]?.value);
    const words = plain(form.elements.q.value).split(/\s+/).filter(Boolean);
    shown = order().filter((row) => {
      const fits = asked.every(([field, column]) => String(row.get(column)) === form.elements[field].value)
        && words.every((word) => row.text.includes(word));
      row.body.hidden = !fits;
      return fits;
    });
    none.hidden = shown.length > 0;
    tell();
  }

  function keep() {
    const address = new URL(location.href);
    for (const name of ["q", ...Object.keys(columns)]) {
      const value = form.elements[name]?.value.trim();
      if (value) address.searchParams.set(name, value); else address.searchParams.delete(name);
    }
    if (sort) address.searchParams.set("sort", down ? `-${sort}` : sort); else address.searchParams.delete("sort");
    try { history.replaceState(null, "", address); } catch { /* some browsers refuse it for a file */ }
    // The other pages of a place open with the same filters.
    for (const link of document.querySelectorAll("a.portion")) link.search = address.search;
  }

  function read() {
    const asked = new URLSearchParams(location.search);
    form.elements.q.value = asked.get("q") ?? "";
    for (const name of Object.keys(columns)) {
      const field = form.elements[name];
      const value = asked.get(name) ?? "";
      if (!field) continue;
      // A value that no row here has is asked for all the same: the answer is none, not all.
      if (value && ![...field.options].some((option) => option.value === value)) field.add(new Option(value, value));
      field.value = value;
    }
    const wanted = asked.get("sort") ?? "";
    down = wanted.startsWith("-");
    sort = wanted.replace(/^-/, "") in keys ? wanted.replace(/^-/, "") : "";
  }

  for (const cell of table.querySelectorAll("th[data-sort]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...cell.childNodes);
    cell.append(button);
    button.addEventListener("click", () => {
      down = sort === cell.dataset.sort ? !down : false;
      sort = cell.dataset.sort;
      show();
      keep();
    });
  }
  form.addEventListener("input", () => { show(); keep(); });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => { sort = ""; setTimeout(() => { show(); keep(); }); });
  document.addEventListener("gwr:look", () => { tell(); if (sort === "indicator") order(); });

  // Quoted when it must be. A text that a spreadsheet would take for a formula gets an apostrophe in front;
  // numbers stay numbers.
  function cell(value) {
    if (value === null || value === undefined) return "";
    if (typeof value === "number" || typeof value === "boolean") return String(value);
    const safe = /^[\s]*[=+\-@\t\r]/.test(value) ? `'${value}` : value;
    return /[",\r\n']|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  }
  document.getElementById("download").addEventListener("click", () => {
    const quotes = ["sentence_text", "actual_sentence_text"];
    const lines = [[...csv.columns, ...quotes]];
    for (const row of shown) {
      lines.push([...row.values, ...quotes.map((name) => row.body.querySelector(`[data-column="${name}"]`)?.textContent ?? null)]);
    }
    const text = `\ufeff${lines.map((line) => line.map(cell).join(",")).join("\r\n")}\r\n`;
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
    link.download = `${csv.file}.csv`;
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  });

  read();
  show();
  // A row that the address names is opened, so that its sources are seen at once.
  const named = location.hash.startsWith("#t-") && document.getElementById(location.hash.slice(1));
  if (named) { named.querySelector("details").open = true; named.scrollIntoView(); }
})();
