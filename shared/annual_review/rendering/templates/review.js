"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const table = byId("letters");
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const buttons = [...table.tHead.querySelectorAll("button")];
  const chips = [...document.querySelectorAll(".chip input")];
  const narrow = matchMedia("screen and (max-width: 64rem)");
  const words = new Intl.Collator("en-GB", { numeric: true });
  for (const row of rows) {
    row.words = row.querySelector(".name").textContent.toLowerCase() + " " + row.id.toLowerCase();
  }

  const shown = () => [...body.rows].filter((row) => !row.hidden);

  function filter() {
    const sought = byId("search").value.trim().toLowerCase().split(/\s+/);
    const type = byId("type").value;
    const state = byId("state").value;
    const flags = chips.filter((chip) => chip.checked).map((chip) => chip.value);
    let count = 0;
    for (const row of rows) {
      const has = row.dataset.flags.split(" ").filter(Boolean);
      row.hidden = !(
        sought.every((word) => row.words.includes(word)) &&
        (!type || row.dataset.type === type) &&
        (!state || row.dataset.state === state) &&
        flags.every((flag) => (flag === "none" ? !has.length : has.includes(flag)))
      );
      count += !row.hidden;
    }
    byId("count").textContent = `${count} of ${rows.length} letters shown`;
    byId("nothing").hidden = count > 0;
    byId("read").disabled = !count;
    table.hidden = !count;
  }

  function sort(button) {
    const column = Number(button.dataset.column);
    const heading = button.closest("th");
    const up = heading.getAttribute("aria-sort") !== "ascending";
    for (const other of buttons) other.closest("th").removeAttribute("aria-sort");
    heading.setAttribute("aria-sort", up ? "ascending" : "descending");
    const key = (row) => row.cells[column].dataset.sort;
    // What has no figure comes last, whichever way the others go.
    const order = (a, b) =>
      (key(a) === "") - (key(b) === "") || words.compare(key(a), key(b)) * (up ? 1 : -1);
    body.append(...[...body.rows].sort(order));
  }

  function arrange() {
    table.classList.toggle("sheet", narrow.matches || byId("form").value === "sheet");
    byId("form").closest("label").hidden = narrow.matches;
  }

  const reader = byId("reader");
  let current = null;

  function read(row) {
    const list = readable();
    const place = list.indexOf(row);
    current = row;
    const name = row.querySelector(".name").textContent;
    const link = (kind) => row.querySelector(`.files a[href$=".${kind}"]`);
    byId("reader-name").textContent = name;
    byId("reader-place").textContent = `Letter ${place + 1} of ${list.length} · ${row.dataset.state}`;
    byId("reader-pdf").href = link("pdf").href;
    // A new frame for each letter: the one before can't be seen under this one's name.
    const frame = byId("reader-letter").cloneNode();
    frame.title = `The letter about ${name}`;
    frame.src = link("html").href;
    byId("reader-letter").replaceWith(frame);
    const copy = (into, found) => into.replaceChildren(...(found ? [found.cloneNode(true)] : []));
    copy(byId("reader-flags"), row.querySelector(".flags ul"));
    copy(byId("reader-difference"), row.querySelector(".difference"));
    byId("previous").disabled = place === 0;
    byId("next").disabled = place === list.length - 1;
    if (!reader.open) reader.showModal();
  }

  const readable = () => shown().filter((row) => row.querySelector(".open"));

  function step(by) {
    const list = readable();
    const next = list[list.indexOf(current) + by];
    if (next) read(next);
  }

  for (const button of buttons) {
    button.disabled = false;
    button.addEventListener("click", () => sort(button));
  }
  for (const button of document.querySelectorAll(".open")) {
    button.hidden = false;
    button.addEventListener("click", () => read(button.closest("tr")));
  }
  byId("controls").hidden = false;
  byId("controls").addEventListener("input", () => { filter(); arrange(); });
  byId("controls").addEventListener("submit", (event) => event.preventDefault());
  byId("controls").addEventListener("reset", () => setTimeout(() => { filter(); arrange(); }));
  byId("all").addEventListener("click", () => byId("controls").reset());
  byId("read").addEventListener("click", () => { const [first] = readable(); if (first) read(first); });
  byId("previous").addEventListener("click", () => step(-1));
  byId("next").addEventListener("click", () => step(1));
  byId("close").addEventListener("click", () => reader.close());
  reader.addEventListener("keydown", (event) => {
    if (event.key === "ArrowLeft") step(-1);
    if (event.key === "ArrowRight") step(1);
  });
  reader.addEventListener("close", () => {
    byId("reader-letter").removeAttribute("src");
    if (current) current.querySelector(".open").focus();
  });
  narrow.addEventListener("change", arrange);
  // Paper has room for the list.
  addEventListener("beforeprint", () => table.classList.remove("sheet"));
  addEventListener("afterprint", arrange);
  filter();
  arrange();
})();
