// Texts to copy, a filter over the columns of a table, and the picture of the lineage.
(function () {
  "use strict";

  async function copied(element) {
    try {
      await navigator.clipboard.writeText(element.textContent);
      return true;
    } catch {
      // Some browsers give a page from a folder no clipboard: then the text is marked and copied the old way.
      const range = document.createRange();
      range.selectNodeContents(element);
      const selection = getSelection();
      selection.removeAllRanges();
      selection.addRange(range);
      return document.execCommand("copy");
    }
  }
  for (const button of document.querySelectorAll("button.copy")) {
    button.addEventListener("click", async () => {
      if (!(await copied(document.getElementById(button.dataset.copies)))) return;
      const [before, after] = [button.querySelector(".before"), button.querySelector(".after")];
      before.hidden = true;
      after.hidden = false;
      setTimeout(() => { before.hidden = false; after.hidden = true; }, 2000);
    });
  }

  const find = document.getElementById("find");
  if (find) {
    const rows = [...document.getElementById(find.dataset.finds).tBodies[0].rows].map((row) => [row, row.textContent.toLowerCase()]);
    find.addEventListener("input", () => {
      const wanted = find.value.trim().toLowerCase();
      let shown = 0;
      for (const [row, text] of rows) {
        row.hidden = !text.includes(wanted);
        shown += !row.hidden;
      }
      document.getElementById("found").textContent = shown;
    });
  }

  const picture = document.querySelector(".lineage");
  if (!picture) return;
  const edges = [...picture.querySelectorAll(".edges path")];
  const nodes = [...picture.querySelectorAll(".node")];
  function reach(start, from, to) {
    const seen = new Set([start]);
    const lines = new Set();
    const next = [start];
    while (next.length) {
      const at = next.pop();
      for (const edge of edges) {
        if (edge.dataset[from] !== at) continue;
        lines.add(edge);
        if (!seen.has(edge.dataset[to])) { seen.add(edge.dataset[to]); next.push(edge.dataset[to]); }
      }
    }
    return [seen, lines];
  }
  function pick(node) {
    const [below, down] = reach(node.dataset.node, "from", "to");
    const [above, up] = reach(node.dataset.node, "to", "from");
    for (const other of nodes) other.classList.toggle("lit", below.has(other.dataset.node) || above.has(other.dataset.node));
    for (const edge of edges) edge.classList.toggle("lit", down.has(edge) || up.has(edge));
    picture.classList.add("picked");
  }
  const drop = () => picture.classList.remove("picked");
  for (const node of nodes) {
    node.addEventListener("mouseenter", () => pick(node));
    node.addEventListener("mouseleave", drop);
    node.addEventListener("focusin", () => pick(node));
    node.addEventListener("focusout", drop);
  }
  // Drag to pan with a mouse; fingers and wheels scroll by themselves.
  let held = null;
  picture.addEventListener("pointerdown", (event) => {
    if (event.pointerType !== "mouse" || event.button !== 0 || event.target.closest("a")) return;
    held = [event.clientX + picture.scrollLeft, event.clientY + picture.scrollTop];
    picture.classList.add("dragged");
    picture.setPointerCapture(event.pointerId);
  });
  picture.addEventListener("pointermove", (event) => {
    if (!held) return;
    picture.scrollLeft = held[0] - event.clientX;
    picture.scrollTop = held[1] - event.clientY;
  });
  for (const end of ["pointerup", "pointercancel"]) {
    picture.addEventListener(end, () => { held = null; picture.classList.remove("dragged"); });
  }
})();
