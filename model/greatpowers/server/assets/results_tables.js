// Tables of the results: policies ranked, runs listed, and the numbers of one run.
import { figure, h, percent, table } from "./draw.js";
import { colourOf } from "./results_charts.js";

// A policy as people call it.
function titled(columns, policy) {
  return columns.get("policy").titles?.[policy] ?? policy;
}

export function count(number) {
  return number.toLocaleString("en");
}

export function ranks(ranking, columns, policies) {
  if (!ranking) return [h("p.gg-muted", "Nothing is selected.")];
  const metric = columns.get(ranking.metric);
  const noted = (value, note) => [value, h("small", note)];
  const rows = ranking.ranks.map((rank) => {
    const swatch = h("span.gr-swatch", { style: `background:${colourOf(policies.indexOf(rank.policy))}` });
    const between = `${percent(rank.best_low)} to ${percent(rank.best_high)}`;
    const cells = [
      [swatch, titled(columns, rank.policy)],
      noted(number(rank.mean), `${count(rank.runs)} runs`),
      rank.best === null
        ? "–"
        : noted(percent(rank.best), `of ${ranking.worlds === 1 ? "histories" : "worlds"}; ${between}`),
      rank.difference === null ? "–" : noted(signed(rank.difference), `${signed(rank.low)} to ${signed(rank.high)}`),
    ];
    return { "data-policy": rank.policy, cells };
  });
  const heads = [
    "Policy",
    [`Mean (${metric.unit})`, "Mean"],
    "Best in",
    [`Difference from ${titled(columns, ranking.baseline)}`, "Difference"],
  ];
  return [
    table(heads, rows, { class: "gg-table" }),
    h(
      "p.gg-muted",
      { "data-testid": "results-matched" },
      ranking.worlds
        ? `Differences and shares are of ${count(ranking.worlds)} world${ranking.worlds === 1 ? "" : "s"} in which every policy met the same ${count(ranking.seeds)} seeds; 95% intervals.`
        : `No differences: ${ranking.note}`,
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
  const button = (kind, label, text, onclick) => h("button", { class: kind, "aria-label": label, onclick }, text);
  const rows = list.map((run) => ({
    "data-row": run.row,
    cells: [
      button("gg-place", `Numbers of run ${run.row}`, String(run.row), () => pick(run.row)),
      titled(columns, run.policy),
      String(run.point),
      String(run.seed),
      number(run.value),
      button("gg-button", `Replay run ${run.row}`, "Replay", () => replay(run.row)),
    ],
  }));
  return table(["Row", "Policy", "World", "Seed", metric.label, "Again"], rows, { class: "gg-table" });
}

export function runCard(run, columns, replay) {
  return [
    h("h3", `Run ${run.row}`),
    h("p.gg-muted", `${titled(columns, run.policy)}, world ${run.point}, seed ${run.seed}`),
    h(
      "dl.gg-facts",
      ...run.numbers.map(({ name, label, unit, value }) =>
        h(
          "div",
          h("dt", label),
          h("dd", { "data-metric": name, "data-value": value }, number(value), h("small", unit)),
        ),
      ),
    ),
    h(
      "div.gg-go",
      h("button.gg-button.gg-main", { id: "gr-replay", onclick: () => replay(run.row) }, "Play it again in World"),
    ),
  ];
}
