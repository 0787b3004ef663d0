// The report, read: a mark shows its rows beside the text. The rows are those of the tables at the page's end.
(function () {
  "use strict";
  const root = document.documentElement;
  const article = document.querySelector("article.text");
  const panel = document.querySelector(".panel");
  const reading = document.querySelector(".reading");
  const form = document.querySelector("form.filters");
  const table = document.querySelector("table.statements");
  const [bar, shown, hint] = [".bar", ".rows", ".hint"].map((name) => panel.querySelector(name));
  const close = panel.querySelector(".close");
  const position = panel.querySelector(".position");
  const aloud = panel.querySelector(".aloud");
  const links = [...article.querySelectorAll("mark a, a.refused")];
  const refusals = links.filter((link) => link.classList.contains("refused"));
  const marks = links.filter((link) => !link.classList.contains("refused"));
  const idsOf = (link) => (link.dataset.ids || link.hash.slice(3)).split(" ");
  const rowOf = (id) => document.getElementById(`r-${id}`) || document.getElementById(`s-${id}`);
  const rows = table ? [...table.tBodies[0].rows] : [];
  const idOfRow = (row) => row.id.slice(2);
  const order = new Map(rows.map((row, index) => [idOfRow(row), index]));
  // One stop a statement or group of statements: a span cut into pieces is one stop.
  const stops = marks.filter((link) => link.tabIndex === 0);
  let passing = new Set(order.keys());
  let current = null;

  const language = () => root.dataset.lang;
  const said = (element, values) => element.dataset[language()].replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
  function address(change) {
    try { history.replaceState(null, "", change); } catch { /* a page opened from a folder may not change its address */ }
  }

  // The rows of the panel: a heading made of the first cells, then a list of what is there.
  function copyOf(cell, name) {
    const made = document.createElement(name);
    for (const node of cell.childNodes) made.append(node.cloneNode(true));
    return made;
  }
  function labelled(cells, heads) {
    const list = document.createElement("dl");
    cells.forEach((cell, index) => {
      if (!cell.textContent.trim() || cell.textContent.trim() === "—") return;
      const pair = document.createElement("div");
      pair.append(copyOf(heads[index], "dt"), copyOf(cell, "dd"));
      list.append(pair);
    });
    return list;
  }
  function card(row, id, prefix) {
    const made = document.createElement("div");
    made.className = `card ${row.dataset.kind || "refused"}`;
    const cells = [...row.cells];
    const heads = [...row.closest("table").tHead.rows[0].cells];
    if (prefix === "s") {
      const [, name, value, kind] = cells;
      const tag = copyOf(kind, "p");
      tag.className = "tag";
      const big = copyOf(value, "p");
      big.className = "big";
      const title = copyOf(name, "p");
      title.className = "name";
      made.append(tag, title, big, labelled([cells[0], ...cells.slice(4)], [heads[0], ...heads.slice(4)]));
    } else {
      made.append(labelled(cells, heads));
    }
    for (const inner of made.querySelectorAll("dl a[href^='#']")) inner.replaceWith(...inner.childNodes);
    made.append(permalink(`${prefix}-${id}`));
    return made;
  }
  function permalink(hash) {
    const made = document.querySelector("template.copy").content.cloneNode(true).firstElementChild;
    const link = made.querySelector("a");
    link.href = `#${hash}`;
    link.textContent = `#${hash}`;
    made.querySelector("button").addEventListener("click", async () => {
      const url = `${location.href.split(/[?#]/)[0]}#${hash}`;
      let done = true;
      try { await navigator.clipboard.writeText(url); } catch { done = byHand(url); }
      made.querySelector(".done").replaceChildren(
        document.querySelector(done ? "template.copied" : "template.not-copied").content.cloneNode(true));
      if (!done) link.textContent = url;
    });
    return made;
  }
  // Pages from a folder have no clipboard; browsers still copy what is selected.
  function byHand(text) {
    const field = document.createElement("textarea");
    field.value = text;
    field.className = "aside";
    document.body.append(field);
    field.select();
    let done = false;
    try { done = document.execCommand("copy"); } catch { /* not allowed here */ }
    field.remove();
    return done;
  }

  function count() {
    const at = current && !current.classList.contains("refused")
      ? stops.filter(passes).indexOf(current) + 1 : 0;
    position.textContent = at ? `${at} / ${stops.filter(passes).length}` : "";
  }
  function show(link, { id = null, scroll = true, focus = false } = {}) {
    for (const other of article.querySelectorAll(".chosen")) other.classList.remove("chosen");
    const ids = idsOf(link);
    const refused = link.classList.contains("refused");
    for (const other of links) if (idsOf(other).some((one) => ids.includes(one))) other.classList.add("chosen");
    current = refused ? link : stops.find((stop) => idsOf(stop).some((one) => ids.includes(one))) || link;
    const prefix = refused ? "n" : "s";
    const found = ids.map((one) => [one, refused ? document.getElementById(`x-${one}`) : rowOf(one)]);
    shown.replaceChildren(...found.filter(([, row]) => row).map(([one, row]) => {
      const made = card(row, one, prefix);
      if (id === one && ids.length > 1) made.setAttribute("aria-current", "true");
      return made;
    }));
    hint.hidden = true;
    close.hidden = false;
    panel.classList.add("open");
    panel.scrollTop = 0;
    count();
    address(`${location.pathname}${location.search}#${prefix}-${id || ids[0]}`);
    aloud.textContent = [...shown.querySelectorAll(".name, .big, dd")].slice(0, 3).map((part) => part.innerText).join(", ");
    if (scroll) bring(link);
    if (focus) link.focus({ preventScroll: true });
  }
  function hide() {
    for (const other of article.querySelectorAll(".chosen")) other.classList.remove("chosen");
    shown.replaceChildren();
    hint.hidden = false;
    close.hidden = true;
    panel.classList.remove("open");
    const was = current;
    current = null;
    count();
    address(location.pathname + location.search);
    if (was && panel.contains(document.activeElement)) was.focus({ preventScroll: true });
  }

  function bring(link) {
    const far = Math.abs(link.getBoundingClientRect().top) > 2 * innerHeight;
    const sheet = getComputedStyle(panel).position === "fixed";
    link.scrollIntoView({ block: sheet ? "start" : "center", behavior: far ? "instant" : "auto" });
  }

  const passes = (link) => idsOf(link).some((id) => passing.has(id));
  function step(by, focus) {
    const open = stops.filter(passes);
    if (!open.length) return;
    let next;
    const at = open.indexOf(current);
    if (at >= 0) next = (at + by + open.length) % open.length;
    else if (!current) next = by > 0 ? open.findIndex((stop) => stop.getBoundingClientRect().top > 0) : open.length - 1;
    else {
      const after = open.findIndex((stop) => current.compareDocumentPosition(stop) & Node.DOCUMENT_POSITION_FOLLOWING);
      next = by > 0 ? after : (after < 0 ? open.length : after) - 1;
    }
    show(open[Math.max(next, 0)], { focus });
  }

  article.addEventListener("click", (event) => {
    const link = event.target.closest("mark a, a.refused");
    if (!link || !link.hasAttribute("href") || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    show(link, { scroll: false });
    // Enter on a mark leads on to its rows; a pointer stays in the text.
    if (event.detail === 0) panel.focus({ preventScroll: true });
    keepInSight(link);
  });
  // The sheet on a phone must not cover the mark that it speaks of.
  function keepInSight(link) {
    const box = link.getBoundingClientRect();
    const sheet = panel.getBoundingClientRect();
    if (getComputedStyle(panel).position === "fixed" && box.bottom > sheet.top) bring(link);
  }
  bar.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button === close) hide();
    else step(Number(button.dataset.step), false);
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.target.closest("input, select, textarea, .scroll, .top")) return;
    if (event.key === "Escape" && current) { hide(); return; }
    const by = { ArrowRight: 1, ArrowLeft: -1, j: 1, k: -1 }[event.key];
    if (!by || !stops.length) return;
    // Letters only where the text or the panel has the focus: speech input types letters into the page.
    if (event.key.length === 1 && !reading.contains(event.target)) return;
    event.preventDefault();
    step(by, !panel.contains(document.activeElement));
  });

  // Filters: what does not pass fades in the text and leaves the table; the address keeps them.
  function filter() {
    const wanted = [...form.querySelectorAll("select")].filter((select) => select.value);
    passing = new Set(rows.filter((row) => wanted.every((select) => row.dataset[select.name] === select.value)).map(idOfRow));
    for (const row of rows) row.hidden = !passing.has(idOfRow(row));
    for (const link of marks) link.parentElement.classList.toggle("faded", !passes(link));
    form.querySelector("[type=reset]").hidden = !wanted.length;
    tell();
    count();
  }
  function tell() {
    const output = form.querySelector("output");
    output.textContent = said(output, { shown: passing.size, all: rows.length });
  }
  function keep() {
    const query = new URLSearchParams(location.search);
    for (const select of form.querySelectorAll("select")) {
      if (select.value) query.set(select.name, select.value);
      else query.delete(select.name);
    }
    const text = query.toString();
    address(`${location.pathname}${text ? `?${text}` : ""}${location.hash}`);
  }
  function refusalsShown(on) {
    article.classList.toggle("with-refused", on);
    root.classList.toggle("with-refused", on);
    for (const link of refusals) {
      if (on) link.setAttribute("href", `#x-${idsOf(link)[0]}`);
      else link.removeAttribute("href");
    }
    if (!on && current && current.classList.contains("refused")) hide();
  }
  if (form) {
    const query = new URLSearchParams(location.search);
    for (const select of form.querySelectorAll("select")) {
      const asked = query.get(select.name);
      if ([...select.options].some((option) => option.value === asked)) select.value = asked;
    }
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("change", (event) => {
      if (event.target.name === "refused") refusalsShown(event.target.checked);
      else { filter(); keep(); }
    });
    form.addEventListener("reset", () => setTimeout(() => {
      refusalsShown(Boolean(form.elements.refused && form.elements.refused.checked));
      filter();
      keep();
      form.querySelector("select, input").focus();
    }));
    refusalsShown(Boolean(form.elements.refused && form.elements.refused.checked));
    filter();
    document.addEventListener("gwr:look", tell);
  }

  function follow() {
    const [, kind, id] = /^#([snrx])-(.+)$/.exec(location.hash) || [];
    if (!id) return;
    const refused = kind === "n" || kind === "x";
    const link = (refused ? refusals : marks).find((one) => idsOf(one).includes(id));
    if (!link) return;
    if (refused && form.elements.refused) {
      form.elements.refused.checked = true;
      refusalsShown(true);
    }
    show(link, { id, focus: true });
  }
  addEventListener("hashchange", follow);
  follow();
  // The browser goes to the fragment once more when all is loaded, and takes the focus away.
  addEventListener("load", () => setTimeout(() => {
    if (current && document.activeElement === document.body) current.focus({ preventScroll: true });
  }));

  // A long table of contents is closed where it would push the text away.
  const contents = document.querySelector(".contents details");
  if (contents && matchMedia("(max-width: 77.99rem)").matches) contents.open = false;
})();
