// <gp-table>: everything the charts show at the cursor as tables, for screen readers and tests; it takes no room.
import { Drawing, h, rungWords } from "./draw.js";

const COLUMNS = ["rung", "control", "stake", "sanctions", "presence", "aid", "deal", "war"];

class Table extends Drawing {
  build(p) {
    this.className = "gw-hidden";
    this.caption = h("caption");
    this.rows = p.theatres.map((theatre) =>
      h(
        "tr",
        { "data-theatre": theatre.id },
        h("th", { scope: "row" }, theatre.name),
        ...COLUMNS.map((column) => h("td", { "data-column": column })),
        h("td", { "data-column": "words" }),
      ),
    );
    this.values = Object.keys(p.metrics).map((metric) =>
      h(
        "tr",
        { "data-metric": metric },
        h("th", { scope: "row" }, p.metricLabels[metric].label),
        h("td"),
        h("td", p.metricLabels[metric].unit),
      ),
    );
    this.replaceChildren(
      h(
        "table",
        { "data-testid": "rungs" },
        this.caption,
        h("thead", h("tr", ...["theatre", ...COLUMNS, "in words"].map((name) => h("th", { scope: "col" }, name)))),
        h("tbody", ...this.rows),
      ),
      h("table", { "data-testid": "metrics" }, h("caption", "Metrics at the cursor"), h("tbody", ...this.values)),
    );
  }

  update(p, round) {
    this.dataset.round = round;
    this.dataset.key = p.key;
    this.caption.textContent = `Theatres, ${p.quarters[round]}`;
    this.rows.forEach((row, k) => {
      COLUMNS.forEach((column, i) => {
        set(row.children[i + 1], p.theatre[column][round][k]);
      });
      set(row.lastElementChild, rungWords(p, k, round));
    });
    Object.keys(p.metrics).forEach((metric, i) => {
      set(this.values[i].children[1], p.metrics[metric][round]);
    });
  }
}

// Text that has not changed is left alone: most has not.
function set(cell, value) {
  const text = String(value);
  if (cell.textContent !== text) cell.textContent = text;
}

customElements.define("gp-table", Table);
