// The overview: places by name, province and level. Without it the table shows them all.
(function () {
  "use strict";
  const form = document.getElementById("find-places");
  const table = document.getElementById("all-places");
  if (!form || !table) return;
  const found = document.getElementById("found");
  const groups = [...table.tBodies].map((body) => ({
    body,
    head: body.querySelector(".group"),
    rows: [...body.querySelectorAll(".place")].map((row) => ({ row, text: row.cells[0].textContent.toLowerCase() })),
  }));

  function apply() {
    const name = form.elements.name.value.trim().toLowerCase();
    const province = form.elements.province.value;
    const level = form.elements.level ? form.elements.level.value : "";
    let count = 0;
    for (const group of groups) {
      let shown = 0;
      for (const { row, text } of group.rows) {
        const fits = (!province || group.body.dataset.province === province)
          && (!level || row.dataset.level === level) && (!name || text.includes(name));
        row.hidden = !fits;
        if (fits) shown += 1;
      }
      group.body.hidden = !shown;
      count += shown;
    }
    const language = document.documentElement.dataset.lang === "en" ? "en" : "zh";
    const nothing = found.dataset[language === "en" ? "nothingEn" : "nothingZh"];
    found.textContent = count ? found.dataset[language].replace("{count}", count) : nothing;
  }

  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  document.addEventListener("gwr:look", apply);
  apply();
})();
