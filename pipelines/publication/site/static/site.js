// Language, colours, and the charts of a page. Pages work without it; charts then are their tables.
(function () {
  "use strict";
  const root = document.documentElement;
  const keep = (name, value) => { try { localStorage.setItem(name, value); } catch { /* a folder may keep nothing */ } };
  const isDark = () => root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;

  function speak(language) {
    root.dataset.lang = language;
    root.lang = language === "zh" ? "zh-Hans" : "en";
    document.title = document.body.dataset[language === "zh" ? "titleZh" : "titleEn"];
    for (const name of ["aria-label", "placeholder", "title"]) {
      for (const element of document.querySelectorAll(`[data-${language}-${name}]`)) {
        element.setAttribute(name, element.getAttribute(`data-${language}-${name}`));
      }
    }
    for (const option of document.querySelectorAll("option[data-zh]")) option.textContent = option.dataset[language];
  }

  function announce() { document.dispatchEvent(new CustomEvent("gwr:look")); }

  document.getElementById("switch-language").addEventListener("click", () => {
    const next = root.dataset.lang === "zh" ? "en" : "zh";
    keep("gwr-language", next);
    speak(next);
    announce();
  });
  document.getElementById("switch-theme").addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    keep("gwr-theme", root.dataset.theme);
    announce();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", announce);
  speak(root.dataset.lang);

  // Charts: the shapes are in assets/charts.js, drawn by assets/vega.js; both come only to pages with a chart.
  const figures = [...document.querySelectorAll("figure[data-chart]")];
  if (!figures.length) return;
  const load = (name) => new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = `${document.body.dataset.root}assets/${name}`;
    script.onload = resolve;
    script.onerror = reject;
    document.head.append(script);
  });

  const language = () => root.dataset.lang;
  // A text of a shape is {"zh": ..., "en": ...}; a name in braces is a value of the figure, itself such a pair or plain.
  function said(node, values) {
    if (Array.isArray(node)) return node.map((part) => said(part, values));
    if (node && typeof node === "object") {
      if (Object.keys(node).length === 2 && "zh" in node && "en" in node) return said(node[language()], values);
      return Object.fromEntries(Object.entries(node).map(([key, part]) => [key, said(part, values)]));
    }
    if (typeof node === "string") {
      return node.replace(/\{(\w+)\}/g, (whole, name) => Object.hasOwn(values, name) ? said(values[name], values) : whole);
    }
    return node;
  }
  const colour = (name) => getComputedStyle(root).getPropertyValue(name).trim();
  function look() {
    const [ink, faint, line] = [colour("--ink"), colour("--ink-2"), colour("--line")];
    return {
      background: "transparent", font: getComputedStyle(document.body).fontFamily,
      axis: { labelColor: faint, titleColor: faint, gridColor: line, domainColor: line, tickColor: line, labelFontSize: 12, titleFontSize: 12, titleFontWeight: "normal" },
      legend: { labelColor: ink, titleColor: faint, labelFontSize: 12 },
      title: { color: ink }, text: { color: ink }, header: { labelColor: ink, titleColor: faint },
      view: { stroke: null },
    };
  }
  // A colour of a shape is the name of a custom property: the same palette as the page's, in light and dark.
  function painted(node) {
    if (Array.isArray(node)) return node.map(painted);
    if (node && typeof node === "object") return Object.fromEntries(Object.entries(node).map(([key, part]) => [key, painted(part)]));
    return typeof node === "string" && node.startsWith("--") ? colour(node) : node;
  }
  // Words beside a mark may leave a narrow chart: they are moved back into it, with an edge of paper round them.
  function keepInside(picture) {
    const frame = picture.getBoundingClientRect();
    for (const text of picture.querySelectorAll("text")) {
      Object.assign(text.style, { translate: "", stroke: "" });
      const box = text.getBoundingClientRect();
      const by = Math.max(frame.left - box.left, 0) || Math.min(frame.right - box.right, 0);
      if (!by) continue;
      text.style.translate = `${by}px 0`;
      Object.assign(text.style, { stroke: "var(--paper)", strokeWidth: "3px", strokeLinejoin: "round", paintOrder: "stroke" });
    }
  }
  async function draw(figure) {
    const read = (name) => JSON.parse(figure.querySelector(`script.${name}`).textContent);
    const shape = window.gwrCharts[figure.dataset.chart];
    const values = read("values");
    const spec = painted(said(shape, values));
    spec.datasets = { ...(spec.datasets || {}), rows: said(read("rows"), {}) };
    spec.autosize = { type: "fit-x", contains: "padding" };
    if (values.height) spec.height = values.height; // as many rows as the page has
    if (!("width" in spec) && !spec.facet && !spec.hconcat) spec.width = "container";
    await window.vegaEmbed(figure.querySelector(".drawing"), spec, { actions: false, renderer: "svg", config: look(), tooltip: { theme: isDark() ? "dark" : "light" } });
    // The drawing is one image with a label of its own and a table behind it; its parts have no names.
    for (const picture of figure.querySelectorAll(".drawing svg")) {
      picture.setAttribute("aria-hidden", "true");
      new ResizeObserver(() => keepInside(picture)).observe(picture);
      keepInside(picture);
    }
    figure.classList.add("drawn");
  }
  const drawAll = () => Promise.all(figures.map(draw)).then(() => root.classList.add("charts-drawn"));
  load("charts.js").then(() => load("vega.js")).then(drawAll);
  document.addEventListener("gwr:look", () => { if (window.vegaEmbed) drawAll(); });
})();
