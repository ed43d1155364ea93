// An experiment explored. The server filters, ranks and samples; this asks and draws.
import { choice, h, options } from "./draw.js";
import { csv, fileButtons, save, saveSvg } from "./files.js";
import { host } from "./host.js";
import { newest } from "./matched.js";
import { without } from "./policies.js";
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

const room = h("gp-results", { "data-testid": "results" });
const find = (selector) => room.querySelector(selector);

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
  room.removeAttribute("aria-busy");
  refresh();
});

function ask(now = false) {
  asked += 1; // only the answer to the last is shown
  clearTimeout(timer);
  room.setAttribute("aria-busy", "true");
  timer = setTimeout(follow, now ? 0 : PAUSE);
}

function show(message) {
  opening = message;
  columns.clear();
  if (message.phase === "open") {
    for (const column of message.columns) columns.set(column.name, column);
    columns.get("policy").titles = message.titles;
    const { axes, x, y, metric } = message;
    query = { axes, x, y, metric, better: null, descending: false, filters: {} };
    ask(true);
  }
  build();
}

function complain(sentence) {
  room.removeAttribute("aria-busy");
  if (!find(".gr-said")) build();
  find(".gr-said").textContent = sentence;
}

// ---- the frame, built once an experiment

function build() {
  room.querySelectorAll(".gr-chart").forEach(dispose);
  room.dataset.phase = opening?.phase ?? "loading";
  room.replaceChildren(...content());
  refresh();
}

function content() {
  if (!opening)
    return [h("p.gg-empty", { role: "status" }, "Opening the experiment …"), h("p.gr-said", { role: "alert" })];
  if (opening.phase === "empty") return [empty()];
  return [h("div.gr-grid", title(), filters(), ranking(), parallel(), scatter(), list())];
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

const GROUPS = { key: "Runs", factor: "What varies", metric: "What came out" };
const named = (wanted) => [...columns.values()].filter(wanted).map(({ name, label }) => [name, label]);

function picker(id, label, value, groups, change) {
  const meaning = h("small", { id: `${id}-meaning` }, columns.get(value)?.meaning ?? "");
  const select = choice(
    "select.gg-select",
    { id, "data-testid": id, "aria-describedby": meaning.id },
    [],
    value,
    (name) => {
      meaning.textContent = columns.get(name).meaning;
      change(name);
    },
  );
  for (const group of groups) {
    const offered = named(({ group: own }) => own === group);
    select.append(h("optgroup", { label: GROUPS[group] }, ...options(offered, value)));
  }
  return h("div.gg-field", h("label", { for: id }, label), select, meaning);
}

function filters() {
  const add = (name) => {
    const column = columns.get(name);
    select.value = "";
    if (!column || query.filters[name]) return;
    query.filters[name] = column.values.length ? [...column.values] : [column.low, column.high];
    filled();
    find(`[data-filter="${CSS.escape(name)}"] input`)?.focus();
  };
  const rows = [["", "choose a column …"], ...named(() => true)];
  const select = choice("select.gg-select", { id: "gr-add", "data-testid": "results-add-filter" }, rows, "", add);
  return h(
    "section.gg-sheet.gr-filters",
    { "aria-label": "Filters" },
    h(
      "div.gg-bar",
      h("h3", "Filters"),
      h("button.gg-button.gg-quiet", { id: "gr-clear", onclick: () => filterBy({}) }, "Clear all"),
    ),
    h("div.gr-filter-rows"),
    h("label.gg-field", "Filter by", select),
  );
}

function filterBy(filters) {
  query.filters = filters;
  filled();
  ask(true);
}

// One row a filter: two numbers, or boxes to tick; the same ranges as brushes on the axes, for keyboards.
function filled() {
  const rows = Object.entries(query.filters).map(([name, wanted]) => {
    const column = columns.get(name);
    const remove = () => filterBy(without(query.filters, name));
    return h(
      "fieldset.gr-filter",
      { "data-filter": name, title: column.meaning },
      h("legend", column.label),
      column.values.length ? ticks(column, wanted) : ends(column, wanted),
      h("button.gg-button.gg-quiet", { "aria-label": `Remove the filter ${column.label}`, onclick: remove }, "×"),
    );
  });
  const none = h("p.gg-muted", "None: all runs are shown. Drag along an axis below, or choose a column.");
  find(".gr-filter-rows").replaceChildren(...(rows.length ? rows : [none]));
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
        query.filters[column.name] = query.filters[column.name].map((bound, i) => (i === at ? value : bound));
        ask();
      },
    });
  return h("span.gr-ends", end(0, "at least"), " to ", end(1, "at most"));
}

// A box to tick; `act` is given it.
function tick(words, checked, act, named = {}) {
  const box = h("input.gg-check", { type: "checkbox", checked, onchange: () => act(box) });
  return h("label", named, box, ` ${words}`);
}

// What is chosen, in order, once one more is or is not.
const toggled = (chosen, value, on) => (on ? [...chosen, value] : chosen.filter((one) => one !== value));

function ticks(column, wanted) {
  const box = (value) =>
    tick(column.titles?.[value] ?? value, wanted.includes(value), ({ checked }) => {
      const now = toggled(query.filters[column.name], value, checked);
      query.filters[column.name] = column.values.filter((one) => now.includes(one));
      ask();
    });
  return h("span.gr-ticks", ...column.values.map(box));
}

const [LEAST_AXES, MOST_AXES] = [2, 12];

function parallel() {
  const axis = ({ name, label, meaning }) => {
    const act = (box) => {
      const axes = toggled(query.axes, name, box.checked);
      if (axes.length >= LEAST_AXES && axes.length <= MOST_AXES) set({ axes });
      else box.checked = !box.checked;
    };
    return tick(label, query.axes.includes(name), act, { title: meaning });
  };
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
      h("div.gr-ticks.gr-axes", ...[...columns.values()].map(axis)),
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
  const chart = () => find(`[data-testid=results-${id}]`);
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
      picker("results-x", "Across", query.x, ["factor", "metric", "key"], (x) => set({ x })),
      picker("results-y", "Up", query.y, ["metric", "factor"], (y) => set({ y })),
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

// Ask for something else, at once.
function set(fields) {
  Object.assign(query, fields);
  ask(true);
}

function ranking() {
  const directions = [["", "what the coalition wants"], ...["more", "less"].map((way) => [way, way])];
  const now = { true: "more", false: "less" }[query.better] ?? "";
  return h(
    "section.gg-sheet.gr-ranking",
    { "aria-label": "Ranking" },
    h("h3", "Policies under the filter"),
    h(
      "div.gr-pickers",
      picker("results-metric", "Ranked by", query.metric, ["metric"], (metric) => set({ metric, better: null })),
      h(
        "label.gg-field",
        "Better is",
        choice("select.gg-select", { id: "gr-better", "data-testid": "results-better" }, directions, now, (better) =>
          set({ better: { more: true, less: false }[better] ?? null }),
        ),
      ),
    ),
    h("div.gr-table", { "data-testid": "results-ranking" }),
  );
}

function list() {
  const inOrder = () => (query.descending ? "Highest first" : "Lowest first");
  const turn = () => {
    set({ descending: !query.descending });
    order.textContent = inOrder();
  };
  const order = h("button.gg-button", { id: "gr-order", onclick: turn }, inOrder());
  return h(
    "section.gg-sheet",
    { "aria-label": "Runs" },
    h("div.gg-bar", h("h3", "Runs"), order),
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
  if (!head || opening?.phase !== "open") return;
  const put = (selector, ...children) => find(selector).replaceChildren(...children);
  room.dataset.runs = head.runs;
  put(
    ".gr-selected",
    head.runs === 0
      ? "No run passes these filters: loosen one."
      : `Selected: ${count(head.runs)} runs in ${count(head.worlds)} world${head.worlds === 1 ? "" : "s"}, ${head.whole === head.worlds ? "all complete" : `${count(head.whole)} of them complete`}.`,
  );
  put(".gr-said");
  put(
    ".gr-drawn",
    head.drawn < head.runs
      ? `Drawn: an even sample of ${count(head.drawn)} of the ${count(head.runs)} runs selected.`
      : `Drawn: all ${count(head.drawn)} runs selected.`,
    " Drag along an axis to filter; click the axis to let go.",
  );
  put(".gr-table", ...ranks(head.ranking, columns, opening.policies));
  put(".gr-list", runs(head.list, columns.get(query.metric), columns, { pick, replay }));
  if (!find(".gr-filter-rows").contains(document.activeElement)) filled();
  charts();
}

function charts() {
  if (!head) return;
  const common = { columns, data: head.columns, policies: opening.policies };
  const axes = query.axes.filter((name) => head.columns[name]);
  const parallelPlace = find(".gr-parallel");
  const scatterPlace = find(".gr-scatter");
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
  find(".gr-card").replaceChildren(...runCard(card, columns, replay));
  charts();
});

function pick(row) {
  picked = row;
  showPicked();
}

// Play a run again in the World tab; the state of the page becomes that of the run.
async function replay(row) {
  room.setAttribute("aria-busy", "true");
  const told = await answerTo({ do: "replay", row });
  room.removeAttribute("aria-busy");
  if (told) lab.change({ ...told.state, view: "world" });
}

export function resultsView() {
  document.addEventListener("gp-theme", () => opening?.phase === "open" && build());
  build();
  answerTo({ do: "begin" }).then((told) => told && show(told.show));
  return room;
}
