"use strict";
{
  // Where each column stands; all else is read from the table.
  const YEAR = 1, AGENCY = 2, FINDINGS = { error: 3, warning: 4, info: 5 };
  const FIRST = 200; // rows that are laid out at once
  const NUMBERS = new Set([1, 3, 4, 5, 6]);
  const form = document.getElementById("filters");
  const table = document.querySelector("table");

  if (table) {
    const body = table.tBodies[0];
    const heads = [...table.tHead.rows[0].cells];
    const collator = new Intl.Collator("zh-CN", { numeric: true });
    const rows = [...body.rows].map((row) => {
      const cells = [...row.cells].map((cell) => cell.textContent.trim());
      return { row, cells, text: cells.join("\n").toLowerCase() };
    });
    const more = document.getElementById("more");
    let sorted = rows; // in the order that was asked for
    let rest = []; // what fits too, but is not in the table yet

    const lay = (items) => {
      body.replaceChildren(...items.slice(0, FIRST).map((item) => item.row));
      rest = items.slice(FIRST).map((item) => item.row);
      more.hidden = !rest.length;
      more.textContent = `显示其余 ${rest.length} 份`;
    };

    const layRest = () => {
      body.append(...rest);
      rest = [];
      more.hidden = true;
    };

    const number = (text) => (text === "—" ? -1 : Number(text));
    const count = (item, kind) => number(item.cells[FINDINGS[kind]]);

    const found = (item, asked) =>
      item.text.includes(asked.q.trim().toLowerCase()) &&
      (!asked.status || item.row.classList.contains(asked.status)) &&
      (!asked.year || item.cells[YEAR] === asked.year) &&
      (!asked.findings ||
        (asked.findings === "none"
          ? Object.keys(FINDINGS).every((kind) => count(item, kind) === 0)
          : count(item, asked.findings) > 0));

    const show = () => {
      const asked = Object.fromEntries(new FormData(form));
      const shown = sorted.filter((item) => found(item, asked));
      lay(shown);
      form.elements.shown.value = `${shown.length} / ${rows.length} 份`;
      document.getElementById("nothing").hidden = shown.length > 0;
      // A page that is loaded anew, or sent on, keeps what was chosen.
      const chosen = new URLSearchParams(Object.entries(asked).filter(([, value]) => value));
      if (location.hash || `${chosen}`) history.replaceState(null, "", `#${chosen}`);
    };

    const order = (column) =>
      NUMBERS.has(column)
        ? (a, b) => number(a.cells[column]) - number(b.cells[column])
        : (a, b) => collator.compare(a.cells[column], b.cells[column]);

    // The first click on a number shows the largest; the third gives the order of the file back.
    const sort = (column) => {
      const before = heads[column].getAttribute("aria-sort");
      const [first, second] = NUMBERS.has(column) ? ["descending", "ascending"] : ["ascending", "descending"];
      const now = before === null ? first : before === first ? second : null;
      heads.forEach((head) => head.removeAttribute("aria-sort"));
      sorted = rows;
      if (now) {
        heads[column].setAttribute("aria-sort", now);
        const compare = order(column);
        sorted = rows.slice().sort((a, b) => (now === "ascending" ? compare(a, b) : compare(b, a)));
      }
      show();
    };

    heads.forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      button.addEventListener("click", () => sort(column));
      head.append(button);
    });
    more.addEventListener("click", () => {
      const first = rest[0].cells[AGENCY];
      layRest();
      first.tabIndex = -1;
      first.focus(); // the button is gone, and reading goes on here
    });
    addEventListener("beforeprint", layRest);
    form.addEventListener("input", show);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", () => setTimeout(show));
    document.documentElement.classList.add("sorts");
    form.hidden = false;
    for (const [name, value] of new URLSearchParams(location.hash.slice(1)))
      if (form.elements[name]) form.elements[name].value = value;
    show();
  }
}
