// The list of indicators can be searched; the SQL of a page can be copied.
(function () {
  "use strict";
  const language = () => document.documentElement.dataset.lang;
  const plain = (text) => text.normalize("NFKC").toLowerCase();

  const form = document.querySelector(".finder");
  if (form) {
    const rows = [...document.querySelectorAll("tr[data-find]")].map((row) => ({ row, text: plain(row.dataset.find) }));
    const told = document.getElementById("shown");
    const none = document.getElementById("no-match");
    const field = form.elements.q;
    const show = () => {
      const words = plain(field.value).split(/\s+/).filter(Boolean);
      let shown = 0;
      for (const { row, text } of rows) {
        row.hidden = !words.every((word) => text.includes(word));
        if (!row.hidden) shown += 1;
      }
      for (const section of document.querySelectorAll("section.sector")) {
        section.hidden = !section.querySelector("tr[data-find]:not([hidden])");
      }
      none.hidden = shown > 0;
      told.textContent = told.dataset[language()].replace("{shown}", shown).replace("{all}", rows.length);
    };
    const keep = () => {
      const address = new URL(location.href);
      if (field.value.trim()) address.searchParams.set("q", field.value.trim()); else address.searchParams.delete("q");
      try { history.replaceState(null, "", address); } catch { /* some browsers refuse it for a file */ }
    };
    field.value = new URLSearchParams(location.search).get("q") ?? "";
    field.addEventListener("input", () => { show(); keep(); });
    form.addEventListener("submit", (event) => event.preventDefault());
    document.addEventListener("gwr:look", show);
    show();
  }

  for (const button of document.querySelectorAll("button[data-copy]")) {
    const source = document.getElementById(button.dataset.copy);
    const told = document.getElementById("copied");
    // A page opened from a folder may have no clipboard; the selection then is what can be copied.
    const select = () => {
      getSelection().selectAllChildren(source);
      return document.execCommand("copy");
    };
    button.addEventListener("click", async () => {
      let done = false;
      try { await navigator.clipboard.writeText(source.textContent); done = true; } catch { done = select(); }
      told.textContent = done ? told.dataset[language()] : "";
      button.classList.toggle("done", done);
    });
  }
})();
