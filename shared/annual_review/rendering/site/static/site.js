// Without this script every page is whole: lists, links and tables. It adds a search over the
// names, sorting of tables, and arrow keys on the map.
"use strict";

const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/[^a-z0-9]+/g, " ");

for (const box of document.querySelectorAll("[data-search]")) {
  const input = box.querySelector("input");
  const found = box.querySelector(".found");
  const names = [...document.querySelectorAll(".names li")].map((item) => ({ item, text: ` ${plain(item.textContent)}` }));
  box.hidden = false;
  input.addEventListener("input", () => {
    const words = plain(input.value).split(" ").filter(Boolean);
    let shown = 0;
    for (const { item, text } of names) {
      item.hidden = !words.every((word) => text.includes(` ${word}`));
      shown += item.hidden ? 0 : 1;
    }
    for (const group of document.querySelectorAll(".group")) {
      group.hidden = !group.querySelector("li:not([hidden])");
    }
    // What was found stands right below the search.
    for (const other of document.querySelectorAll("[data-away]")) { other.hidden = words.length > 0; }
    found.textContent = words.length ? `${shown} of ${names.length} authorities, listed below` : "";
  });
  input.addEventListener("keydown", (event) => {
    const first = document.querySelector(".names li:not([hidden]) a");
    if (event.key === "Enter" && input.value.trim() && first) { location.href = first.href; }
  });
}

for (const table of document.querySelectorAll("table.sortable")) {
  const body = table.tBodies[0];
  const value = (row, column) => row.cells[column].dataset.sort ?? row.cells[column].textContent.trim();
  const compare = (a, b) => (isNaN(a) || isNaN(b) ? a.localeCompare(b, "en") : a - b);
  [...table.tHead.rows[0].cells].forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      for (const other of table.tHead.rows[0].cells) { other.removeAttribute("aria-sort"); }
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const rows = [...body.rows].sort((a, b) => compare(value(a, column), value(b, column)) * (down ? -1 : 1));
      body.append(...rows);
    });
  });
}

for (const form of document.querySelectorAll("[data-filters]")) {
  const table = document.getElementById(form.dataset.filters);
  const heads = [...table.tHead.rows[0].cells].map((head) => head.textContent.trim());
  const selects = [...form.querySelectorAll("select")];
  const told = form.querySelector(".found");
  form.hidden = false;
  form.addEventListener("change", () => {
    let shown = 0;
    for (const row of table.tBodies[0].rows) {
      row.hidden = selects.some((select) => select.value
        && row.cells[heads.indexOf(select.dataset.column)].textContent.trim() !== select.value);
      shown += row.hidden ? 0 : 1;
    }
    told.textContent = `${shown} of ${table.tBodies[0].rows.length} shown`;
  });
}

for (const map of document.querySelectorAll("[data-map]")) {
  const cells = [...map.querySelectorAll("a[data-q]")];
  const panel = document.querySelector("[data-panel]");
  const spot = (cell) => ({ x: 2 * cell.dataset.q + 1 * cell.dataset.r, y: 1.75 * cell.dataset.r });
  const ways = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };
  // One tab stop for the whole map; the arrow keys take it from cell to cell.
  cells.forEach((cell, index) => cell.setAttribute("tabindex", index ? "-1" : "0"));
  const show = (event) => {
    const cell = event.target.closest("a[data-q]");
    if (cell) { panel.textContent = cell.getAttribute("aria-label"); }
  };
  map.addEventListener("pointerover", show);
  map.addEventListener("focusin", (event) => {
    for (const cell of cells) { cell.setAttribute("tabindex", cell === event.target ? "0" : "-1"); }
    show(event);
  });
  map.addEventListener("keydown", (event) => {
    const here = event.target.closest("a[data-q]");
    const way = ways[event.key];
    if (!here || !way) { return; }
    event.preventDefault();
    const from = spot(here);
    let best = null;
    let least = Infinity;
    for (const cell of cells) {
      const dx = spot(cell).x - from.x;
      const dy = spot(cell).y - from.y;
      const ahead = dx * way[0] + dy * way[1];
      const aside = Math.abs(dx * way[1]) + Math.abs(dy * way[0]);
      if (ahead > 0 && aside <= ahead && ahead + aside / 2 < least) { least = ahead + aside / 2; best = cell; }
    }
    if (best) { best.focus(); }
  });
}

for (const box of document.querySelectorAll("[data-choose]")) {
  const most = 5;
  const input = box.querySelector("input");
  const list = box.querySelector(".chosen");
  const told = box.querySelector(".found");
  const rows = [...document.querySelectorAll("[data-rows] tbody tr")];
  const name = (row) => row.cells[0].textContent;
  const known = new Set(rows.map((row) => row.dataset.code));
  const asked = (new URLSearchParams(location.search).get("authorities") ?? "").toLowerCase().split(",");
  let chosen = [...new Set(asked)].filter((code) => known.has(code)).slice(0, most);
  const button = (text, act) => {
    const item = document.createElement("li");
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = text;
    made.addEventListener("click", act);
    item.append(made);
    return item;
  };
  const show = () => {
    for (const row of rows) { row.hidden = chosen.length > 0 && !chosen.includes(row.dataset.code); }
    const words = plain(input.value).split(" ").filter(Boolean);
    const open = words.length && chosen.length < most;
    const matching = rows.filter((row) => open && !chosen.includes(row.dataset.code)
      && words.every((word) => ` ${plain(name(row))}`.includes(` ${word}`))).slice(0, 8);
    list.replaceChildren(
      ...chosen.map((code) => button(`Remove ${name(rows.find((row) => row.dataset.code === code))}`, () => change(chosen.filter((each) => each !== code)))),
      ...matching.map((row) => button(`Add ${name(row)}`, () => change([...chosen, row.dataset.code]))),
    );
    told.textContent = chosen.length ? `${chosen.length} of at most ${most} chosen` : "All authorities are shown";
  };
  const change = (codes) => {
    chosen = codes;
    input.value = "";
    history.replaceState(null, "", codes.length ? `?authorities=${codes.join(",")}` : location.pathname);
    show();
    input.focus();
  };
  input.addEventListener("input", show);
  box.hidden = false;
  show();
}
