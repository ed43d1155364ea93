// Tables of the results: policies ranked, runs listed, and the numbers of one run.
import { figure, h, percent } from "./draw.js";
import { colourOf } from "./results_charts.js";

// A policy as people call it.
function titled(columns, policy) {
  return columns.get("policy").titles?.[policy] ?? policy;
}

export function count(number) {
  return number.toLocaleString("en");
}

export function ranks(found, columns, policies) {
  if (!found) return [h("p", { class: "gg-muted" }, "Nothing is selected.")];
  const metric = columns.get(found.metric);
  const cell = (label, value, note) => h("td", { "data-label": label }, value, note ? h("small", {}, note) : null);
  return [
    h(
      "table",
      { class: "gg-table" },
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          ...["Policy", `Mean (${metric.unit})`, "Best in", `Difference from ${titled(columns, found.baseline)}`].map(
            (text) => h("th", { scope: "col" }, text),
          ),
        ),
      ),
      h(
        "tbody",
        {},
        ...found.ranks.map((rank) =>
          h(
            "tr",
            { "data-policy": rank.policy },
            h(
              "th",
              { scope: "row" },
              h("span", {
                class: "gr-swatch",
                style: `background:${colourOf(policies.indexOf(rank.policy))}`,
              }),
              titled(columns, rank.policy),
            ),
            cell("Mean", number(rank.mean), `${count(rank.runs)} runs`),
            rank.best === null
              ? cell("Best in", "–")
              : cell(
                  "Best in",
                  percent(rank.best),
                  `of ${found.worlds === 1 ? "histories" : "worlds"}; ${percent(rank.best_low)} to ${percent(rank.best_high)}`,
                ),
            rank.difference === null
              ? cell("Difference", "–")
              : cell("Difference", signed(rank.difference), `${signed(rank.low)} to ${signed(rank.high)}`),
          ),
        ),
      ),
    ),
    h(
      "p",
      { class: "gg-muted", "data-testid": "results-matched" },
      found.worlds
        ? `Differences and shares are of ${count(found.worlds)} world${found.worlds === 1 ? "" : "s"} in which every policy met the same ${count(found.seeds)} seeds; 95% intervals.`
        : `No differences: ${found.note}`,
    ),
  ];
}

function number(value) {
  return value === null ? "–" : figure(value);
}

function signed(value) {
  return value === null ? "–" : `${value < 0 ? "−" : "+"}${figure(Math.abs(value))}`;
}

export function runs(list, metric, columns, { pick, replay }) {
  return h(
    "table",
    { class: "gg-table" },
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        ...["Row", "Policy", "World", "Seed", metric.label, "Again"].map((text) => h("th", { scope: "col" }, text)),
      ),
    ),
    h(
      "tbody",
      {},
      ...list.map((run) =>
        h(
          "tr",
          { "data-row": run.row },
          h(
            "th",
            { scope: "row" },
            h(
              "button",
              {
                type: "button",
                class: "gg-place",
                "aria-label": `Numbers of run ${run.row}`,
                onclick: () => pick(run.row),
              },
              String(run.row),
            ),
          ),
          h("td", { "data-label": "Policy" }, titled(columns, run.policy)),
          h("td", { "data-label": "World" }, String(run.point)),
          h("td", { "data-label": "Seed" }, String(run.seed)),
          h("td", { "data-label": metric.label }, number(run.value)),
          h(
            "td",
            { "data-label": "Again" },
            h(
              "button",
              {
                type: "button",
                class: "gg-button",
                "aria-label": `Replay run ${run.row}`,
                onclick: () => replay(run.row),
              },
              "Replay",
            ),
          ),
        ),
      ),
    ),
  );
}

export function runCard(told, columns, replay) {
  return [
    h("h3", {}, `Run ${told.row}`),
    h("p", { class: "gg-muted" }, `${titled(columns, told.policy)}, world ${told.point}, seed ${told.seed}`),
    h(
      "dl",
      { class: "gg-facts" },
      ...told.numbers.map(({ name, label, unit, value }) =>
        h(
          "div",
          {},
          h("dt", {}, label),
          h("dd", { "data-metric": name, "data-value": value }, number(value), h("small", {}, unit)),
        ),
      ),
    ),
    h(
      "div",
      { class: "gg-go" },
      h(
        "button",
        { type: "button", id: "gr-replay", class: "gg-button gg-main", onclick: () => replay(told.row) },
        "Play it again in World",
      ),
    ),
  ];
}
