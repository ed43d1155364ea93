// <gp-table>: everything the charts show at the cursor as tables, for screen readers and tests; it takes no room.
import { Drawing, h, rungWords, table } from "./draw.js";

const COLUMNS = ["rung", "control", "stake", "sanctions", "presence", "aid", "deal", "war"];

class Table extends Drawing {
  build(p) {
    this.className = "gw-hidden";
    this.caption = h("caption");
    const blank = (column) => h("td", { "data-column": column });
    const places = p.theatres.map(({ id, name }) => ({
      "data-theatre": id,
      cells: [name, ...[...COLUMNS, "words"].map(blank)],
    }));
    const metrics = Object.keys(p.metrics).map((metric) => ({
      "data-metric": metric,
      cells: [p.metricLabels[metric].label, "", p.metricLabels[metric].unit],
    }));
    const [rungs, values] = [
      table(["theatre", ...COLUMNS, "in words"], places, { "data-testid": "rungs" }, this.caption),
      table(["metric", "value", "unit"], metrics, { "data-testid": "metrics" }, h("caption", "Metrics at the cursor")),
    ];
    [this.rows, this.values] = [rungs, values].map(({ tBodies: [body] }) => [...body.rows]);
    this.replaceChildren(rungs, values);
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
