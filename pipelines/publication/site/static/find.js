// A list of places: what is typed is looked for in their names and codes, and a year in their reports.
(function () {
  "use strict";
  const field = document.querySelector("form.find input");
  if (!field) return;
  const output = field.form.querySelector("output");
  const rows = [...document.querySelectorAll("tr[data-words]")].map((row) => ({
    row, place: row.dataset.words.toLowerCase(), years: row.querySelectorAll("ul.years > li"),
  }));
  const hasYears = rows.some((row) => row.years.length);
  function find() {
    const asked = field.value.trim().toLowerCase().split(/[\s,，、]+/).filter(Boolean);
    const years = asked.filter((word) => hasYears && /^\d{4}$/.test(word));
    const names = asked.filter((word) => !years.includes(word));
    let shown = 0;
    for (const { row, place, years: items } of rows) {
      let left = 0;
      for (const item of items) {
        const fits = years.every((year) => item.firstElementChild.textContent === year);
        item.hidden = !fits;
        left += fits;
      }
      row.hidden = (hasYears && !left) || !names.every((name) => place.includes(name));
      shown += !row.hidden;
    }
    output.textContent = output.dataset[document.documentElement.dataset.lang]
      .replace("{shown}", shown).replace("{all}", rows.length);
  }
  field.addEventListener("input", find);
  field.form.addEventListener("submit", (event) => event.preventDefault());
  document.addEventListener("gwr:look", find);
  find();
})();
