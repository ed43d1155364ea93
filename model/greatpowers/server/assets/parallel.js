// <gp-results>: an experiment explored. The server filters, ranks and samples; this asks and draws.
import { h } from "./draw.js";
import { csv, fileButtons, save, saveSvg } from "./files.js";
import { host } from "./host.js";
import { newest } from "./matched.js";
import { chartPng, chartSvg, colourOf, dispose, drawParallel, drawScatter } from "./results_charts.js";
import { count, ranks, runCard, runs } from "./results_tables.js";
import { lab } from "./store.js";

const PAUSE = 250; // ms of rest after which a changed filter is asked for
let opening = null;
let head = null;
let card = null;
let picked = null;
let query = null;
let timer = null;
let asked = 0;
const columns = new Map();

const place = () => document.querySelector("gp-results");

// What the server answers; null if it refuses, which is said, or if nobody wants to know any more.
async function answerTo(message, isWanted = () => true) {
  try {
    const answer = await host.json("results", { message });
    return isWanted() ? answer : null;
  } catch (error) {
    if (isWanted()) complain(error.message);
    return null;
  }
}

const follow = newest(async () => {
  const turn = asked;
  const told = await answerTo({ do: "ask", ...query }, () => turn === asked);
  if (!told) return;
  head = told.answer;
  place()?.removeAttribute("aria-busy");
  refresh();
});

function ask(now = false) {
  asked += 1; // only the answer to the last is shown
  clearTimeout(timer);
  place()?.setAttribute("aria-busy", "true");
  timer = setTimeout(follow, now ? 0 : PAUSE);
}

function show(message) {
  opening = message;
  columns.clear();
  if (message.phase === "open") {
    for (const column of message.columns) columns.set(column.name, column);
    columns.get("policy").titles = message.titles;
    query = {
      axes: message.axes,
      x: message.x,
      y: message.y,
      metric: message.metric,
      better: null,
      descending: false,
      filters: {},
    };
    ask(true);
  }
  build();
}

function complain(sentence) {
  const box = place();
  box?.removeAttribute("aria-busy");
  if (!box?.querySelector(".gr-said")) build();
  const notice = place()?.querySelector(".gr-said");
  if (notice) notice.textContent = sentence;
}

// ---- the frame, built once an experiment

function build() {
  const box = place();
  if (!box) return;
  box.querySelectorAll(".gr-chart").forEach(dispose);
  box.dataset.phase = opening?.phase ?? "loading";
  if (!opening)
    box.replaceChildren(
      h("p.gg-empty", { role: "status" }, "Opening the experiment …"),
      h("p.gr-said", { role: "alert" }),
    );
  else if (opening.phase === "empty") box.replaceChildren(empty());
  else {
    box.replaceChildren(h("div.gr-grid", title(), filters(), ranking(), parallel(), scatter(), list()));
    if (head) refresh();
  }
}

function empty() {
  return h(
    "div.gg-sheet.gg-empty",
    { "data-testid": "results-empty" },
    h("h2", "No experiment is open"),
    h(
      "p",
      "An experiment plays thousands of histories over policies, parameters and luck. Make one, then open it here:",
    ),
    h(
      "pre.gg-explain",
      { tabindex: 0 },
      "greatpowers batch policy-comparison-2017 --out results\ngreatpowers serve results",
    ),
    h("p", "Then filter worlds, rank policies under the filter, see which parameters matter, and play any run again."),
  );
}

function title() {
  const { done, total } = opening;
  return h(
    "header.gg-sheet.gr-wide",
    h("h2", opening.title),
    opening.question ? h("p", opening.question) : null,
    h(
      "p.gg-muted",
      `${count(done)} runs${done < total ? ` of ${count(total)} so far` : ""}: ${opening.policies.length} polic${opening.policies.length === 1 ? "y" : "ies"} in ${count(opening.worlds)} world${opening.worlds === 1 ? "" : "s"} on ${count(opening.seeds)} seeds.`,
    ),
    h("p.gr-selected", { "data-testid": "results-selected", role: "status" }, "Counting …"),
    h("p.gr-said", { role: "alert" }),
  );
}

function picker(id, label, value, groups, change) {
  const named = { key: "Runs", factor: "What varies", metric: "What came out" };
  const meaning = h("small", { id: `${id}-meaning` }, columns.get(value)?.meaning ?? "");
  const changed = (event) => {
    meaning.textContent = columns.get(event.target.value).meaning;
    change(event.target.value);
  };
  return h(
    "div.gg-field",
    h("label", { for: id }, label),
    h(
      "select.gg-select",
      { id, "data-testid": id, "aria-describedby": meaning.id, onchange: changed },
      ...groups.map((group) =>
        h(
          "optgroup",
          { label: named[group] },
          ...[...columns.values()]
            .filter((column) => column.group === group)
            .map((column) => h("option", { value: column.name, selected: column.name === value }, column.label)),
        ),
      ),
    ),
    meaning,
  );
}

function filters() {
  return h(
    "section.gg-sheet.gr-filters",
    { "aria-label": "Filters" },
    h(
      "div.gg-bar",
      h("h3", "Filters"),
      h(
        "button.gg-button.gg-quiet",
        {
          type: "button",
          id: "gr-clear",
          onclick: () => {
            query.filters = {};
            filled();
            ask(true);
          },
        },
        "Clear all",
      ),
    ),
    h("div.gr-filter-rows"),
    h(
      "label.gg-field",
      "Filter by",
      h(
        "select.gg-select",
        {
          id: "gr-add",
          "data-testid": "results-add-filter",
          onchange: (event) => {
            const column = columns.get(event.target.value);
            event.target.value = "";
            if (!column || query.filters[column.name]) return;
            query.filters[column.name] = column.values.length ? [...column.values] : [column.low, column.high];
            filled();
            place()
              .querySelector(`[data-filter="${CSS.escape(column.name)}"] input`)
              ?.focus();
          },
        },
        h("option", { value: "" }, "choose a column …"),
        ...[...columns.values()].map((column) => h("option", { value: column.name }, column.label)),
      ),
    ),
  );
}

// One row a filter: two numbers, or boxes to tick; the same ranges as brushes on the axes, for keyboards.
function filled() {
  const rows = Object.entries(query.filters).map(([name, wanted]) => {
    const column = columns.get(name);
    const remove = h(
      "button.gg-button.gg-quiet",
      {
        type: "button",
        "aria-label": `Remove the filter ${column.label}`,
        onclick: () => {
          delete query.filters[name];
          filled();
          ask(true);
        },
      },
      "×",
    );
    return h(
      "fieldset.gr-filter",
      { "data-filter": name, title: column.meaning },
      h("legend", column.label),
      column.values.length ? ticks(column, wanted) : ends(column, wanted),
      remove,
    );
  });
  place()
    ?.querySelector(".gr-filter-rows")
    ?.replaceChildren(
      ...(rows.length
        ? rows
        : [h("p.gg-muted", "None: all runs are shown. Drag along an axis below, or choose a column.")]),
    );
}

function ends(column, wanted) {
  const end = (at, word) =>
    h("input.gg-select", {
      type: "number",
      step: "any",
      value: Number(wanted[at].toPrecision(6)),
      "aria-label": `${column.label}, ${word}`,
      onchange: (event) => {
        const value = Number(event.target.value);
        if (event.target.value === "" || !Number.isFinite(value)) return;
        const range = [...query.filters[column.name]];
        range[at] = value;
        query.filters[column.name] = range;
        ask();
      },
    });
  return h("span.gr-ends", end(0, "at least"), " to ", end(1, "at most"));
}

function ticks(column, wanted) {
  return h(
    "span.gr-ticks",
    ...column.values.map((value) =>
      h(
        "label",
        h("input.gg-check", {
          type: "checkbox",
          checked: wanted.includes(value),
          onchange: (event) => {
            const now = new Set(query.filters[column.name]);
            if (event.target.checked) now.add(value);
            else now.delete(value);
            query.filters[column.name] = column.values.filter((one) => now.has(one));
            ask();
          },
        }),
        ` ${column.titles?.[value] ?? value}`,
      ),
    ),
  );
}

function parallel() {
  return h(
    "section.gg-sheet.gr-wide",
    { "aria-label": "Parallel coordinates" },
    h(
      "div.gg-bar",
      h("h3", "Every line a run"),
      chartFiles("parallel", () => query.axes.filter((name) => head.columns[name])),
    ),
    h("p.gg-muted.gr-drawn", { "data-testid": "results-drawn" }),
    h(
      "details.gg-details",
      h("summary", "Choose the axes"),
      h(
        "div.gr-ticks.gr-axes",
        ...[...columns.values()].map((column) =>
          h(
            "label",
            { title: column.meaning },
            h("input.gg-check", {
              type: "checkbox",
              checked: query.axes.includes(column.name),
              onchange: (event) => {
                const chosen = new Set(query.axes);
                if (event.target.checked) chosen.add(column.name);
                else chosen.delete(column.name);
                if (chosen.size < 2 || chosen.size > 12) {
                  event.target.checked = !event.target.checked;
                  return;
                }
                query.axes = [...chosen];
                ask(true);
              },
            }),
            ` ${column.label}`,
          ),
        ),
      ),
    ),
    legend(),
    h("div.gr-chart.gr-parallel", { role: "img", "data-testid": "results-parallel" }),
  );
}

function legend() {
  return h(
    "ul.gr-legend",
    ...opening.policies.map((name, at) =>
      h("li", h("span.gr-swatch", { style: `background:${colourOf(at)}` }), opening.titles[name] ?? name),
    ),
  );
}

// Pictures of a chart, and the runs it is drawn from over some columns.
function chartFiles(id, names) {
  const chart = () => place().querySelector(`[data-testid=results-${id}]`);
  const file = (kind) => `greatpowers-${opening.name}-${id}.${kind}`;
  const rows = () => {
    const shown = ["policy", ...names().filter((name) => name !== "policy")];
    const word = (name, value) => (columns.get(name).values.length ? columns.get(name).values[value] : value);
    return [
      ["row", ...shown],
      ...head.rows.map((row, i) => [row, ...shown.map((name) => word(name, head.columns[name][i]))]),
    ];
  };
  return fileButtons(`results-${id}`, {
    PNG: () => chartPng(chart(), (blob) => save(file("png"), blob)),
    SVG: async () => saveSvg(file("svg"), { text: await chartSvg(chart()) }),
    CSV: () => save(file("csv"), csv(rows())),
  });
}

function scatter() {
  return h(
    "section.gg-sheet",
    { "aria-label": "Scatter" },
    h(
      "div.gg-bar",
      h("h3", "Every point a run"),
      chartFiles("scatter", () => [query.x, query.y]),
    ),
    h(
      "div.gr-pickers",
      picker("results-x", "Across", query.x, ["factor", "metric", "key"], (value) => {
        query.x = value;
        ask(true);
      }),
      picker("results-y", "Up", query.y, ["metric", "factor"], (value) => {
        query.y = value;
        ask(true);
      }),
    ),
    h("div.gr-chart.gr-scatter", { role: "img", "data-testid": "results-scatter" }),
    h(
      "div.gr-card",
      { "data-testid": "results-run", "aria-live": "polite" },
      ...(card
        ? runCard(card, columns, replay)
        : [h("p.gg-muted", "Click a point, or choose a run from the list, to see its numbers and to play it again.")]),
    ),
  );
}

function ranking() {
  return h(
    "section.gg-sheet.gr-ranking",
    { "aria-label": "Ranking" },
    h("h3", "Policies under the filter"),
    h(
      "div.gr-pickers",
      picker("results-metric", "Ranked by", query.metric, ["metric"], (value) => {
        query.metric = value;
        query.better = null;
        ask(true);
      }),
      h(
        "label.gg-field",
        "Better is",
        h(
          "select.gg-select",
          {
            id: "gr-better",
            "data-testid": "results-better",
            onchange: (event) => {
              query.better = { more: true, less: false }[event.target.value] ?? null;
              ask(true);
            },
          },
          h("option", { value: "" }, "what the coalition wants"),
          h("option", { value: "more" }, "more"),
          h("option", { value: "less" }, "less"),
        ),
      ),
    ),
    h("div.gr-table", { "data-testid": "results-ranking" }),
  );
}

function list() {
  return h(
    "section.gg-sheet",
    { "aria-label": "Runs" },
    h(
      "div.gg-bar",
      h("h3", "Runs"),
      h(
        "button.gg-button",
        {
          type: "button",
          id: "gr-order",
          onclick: (event) => {
            query.descending = !query.descending;
            event.target.textContent = query.descending ? "Highest first" : "Lowest first";
            ask(true);
          },
        },
        "Lowest first",
      ),
    ),
    h("div.gr-list", {
      tabindex: 0,
      role: "region",
      "aria-label": "List of runs",
      "data-testid": "results-list",
    }),
  );
}

// ---- what changes with every answer

function refresh() {
  const box = place();
  if (!box || !head || opening?.phase !== "open") return;
  const set = (selector, ...children) => box.querySelector(selector)?.replaceChildren(...children);
  box.dataset.runs = head.runs;
  set(
    ".gr-selected",
    head.runs === 0
      ? "No run passes these filters: loosen one."
      : `Selected: ${count(head.runs)} runs in ${count(head.worlds)} world${head.worlds === 1 ? "" : "s"}, ${head.whole === head.worlds ? "all complete" : `${count(head.whole)} of them complete`}.`,
  );
  set(".gr-said");
  set(
    ".gr-drawn",
    head.drawn < head.runs
      ? `Drawn: an even sample of ${count(head.drawn)} of the ${count(head.runs)} runs selected.`
      : `Drawn: all ${count(head.drawn)} runs selected.`,
    " Drag along an axis to filter; click the axis to let go.",
  );
  set(".gr-table", ...ranks(head.ranking, columns, opening.policies));
  set(".gr-list", runs(head.list, columns.get(query.metric), columns, { pick, replay }));
  if (!box.querySelector(".gr-filter-rows")?.contains(document.activeElement)) filled();
  charts();
}

function charts() {
  const box = place();
  if (!box || !head) return;
  const common = { columns, data: head.columns, policies: opening.policies };
  const axes = query.axes.filter((name) => head.columns[name]);
  const parallelPlace = box.querySelector(".gr-parallel");
  const scatterPlace = box.querySelector(".gr-scatter");
  parallelPlace.setAttribute(
    "aria-label",
    `Parallel coordinates of ${head.drawn} runs over ${axes.map((name) => columns.get(name).label).join(", ")}.`,
  );
  scatterPlace.setAttribute(
    "aria-label",
    `Scatter of ${head.drawn} runs: ${columns.get(query.y).label} by ${columns.get(query.x).label}.`,
  );
  drawParallel(parallelPlace, { ...common, axes, filters: query.filters }, brushed);
  if (head.columns[query.x] && head.columns[query.y])
    drawScatter(scatterPlace, { ...common, x: query.x, y: query.y, rows: head.rows, chosen: card?.row }, pick);
}

function brushed(name, range) {
  const column = columns.get(name);
  const before = JSON.stringify(query.filters[name] ?? null);
  if (!range) delete query.filters[name];
  else
    query.filters[name] = column.values.length
      ? column.values.filter((_, at) => at >= range[0] && at <= range[1])
      : range;
  if (JSON.stringify(query.filters[name] ?? null) !== before) {
    filled();
    ask();
  }
}

const showPicked = newest(async () => {
  const row = picked;
  const told = await answerTo({ do: "run", row }, () => row === picked);
  if (!told) return;
  card = told.run;
  place()
    ?.querySelector(".gr-card")
    ?.replaceChildren(...runCard(card, columns, replay));
  charts();
});

function pick(row) {
  picked = row;
  showPicked();
}

// Play a run again in the World tab; the state of the page becomes that of the run.
async function replay(row) {
  place()?.setAttribute("aria-busy", "true");
  const told = await answerTo({ do: "replay", row });
  place()?.removeAttribute("aria-busy");
  if (told) lab.change({ ...told.state, view: "world" });
}

class Results extends HTMLElement {
  connectedCallback() {
    build();
    if (!opening) answerTo({ do: "begin" }).then((told) => told && show(told.show));
  }

  disconnectedCallback() {
    this.querySelectorAll(".gr-chart").forEach(dispose);
  }
}

document.addEventListener("gp-theme", () => opening?.phase === "open" && build());
customElements.define("gp-results", Results);
