// A published page: the answer that was found, then one history that follows every move of a lever, and both policies'
// histories on the same luck that fill in behind. Everything it needs is in the page; histories are played in a worker.
import { figure, h, svg } from "./draw.js";
import { askers, columnOf, difference, Matched, mean, newest } from "./matched.js";
import { bounded, nice, yearTicks } from "./plot.js";
import "./question.js";

const given = JSON.parse(document.getElementById("given").textContent);
const find = (id) => document.getElementById(id);
const STILL = 150; // ms without a move, after which ensembles are played
const MOVED = ["mean_severity", "order"]; // outcomes of which a lever says how far it moves them

// --- The worker

const source = URL.createObjectURL(new Blob([given.worker], { type: "text/javascript" }));
const asks = askers(() => new Worker(source));
const [ask] = asks;
const [matched, effects] = [new Matched(asks), new Matched(asks)];
const bytes = Uint8Array.from(atob(given.engine), (character) => character.charCodeAt(0));
const told = Promise.all(asks.map((each) => each("begin", { bytes, data: given.world }))).then(([first]) => first);
const choiceOf = (policy, levers = {}) => ({ policy, levers });

// For the console: the whole record of a history, arrays by name; `await greatpowers.told` names their columns.
globalThis.greatpowers = {
  told,
  play: async (policy, seed = 0, levers = {}) => {
    await told;
    return ask("play", { choice: choiceOf(policy, levers), seed });
  },
};

// --- Words and tables

function shown(value) {
  return Number.isNaN(value) ? "–" : figure(value).replace("-", "−");
}

function counted(number, noun) {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

function row(kind, cells) {
  return h("tr", {}, ...cells.map((cell, i) => h(i === 0 ? "th" : kind, i === 0 ? { scope: "row" } : {}, cell)));
}

function table(heads, rows) {
  const head = h("tr", {}, ...heads.map((text) => h("th", { scope: "col" }, text)));
  return h("table", {}, h("thead", {}, head), h("tbody", {}, ...rows.map((cells) => row("td", cells))));
}

// --- What is chosen

const levers = {};

function chosen() {
  return choiceOf(find("policy").value, { ...levers });
}

function nameOf({ policy, levers: moved }) {
  const title = given.policies.find(({ name }) => name === policy).title;
  return Object.keys(moved).length > 0 ? `${title}, changed` : title;
}

function layOutLevers() {
  const start = given.policies.find(({ name }) => name === find("policy").value).levers;
  for (const name of Object.keys(levers)) delete levers[name];
  find("levers").replaceChildren(
    ...given.levers.map(({ name, label, low, high, step }) => {
      const { mean, alike } = start[name];
      const value = h("output", {}, alike ? shown(mean) : "differs");
      const slider = h("input", { type: "range", min: low, max: high, step, value: mean, id: `lever-${name}` });
      slider.addEventListener("input", () => {
        levers[name] = slider.valueAsNumber;
        value.textContent = `${shown(slider.valueAsNumber)} everywhere`;
        playAnew();
      });
      const effect = h("small", { id: `effect-${name}` });
      return h("label", { for: `lever-${name}` }, h("span", {}, label), slider, value, effect);
    }),
  );
}

// --- One history

const [LEFT, TOP, ROW, WIDTH] = [150, 4, 18, 900];

// One path a rung, one row a place, one step a quarter.
function ladder(rungs, rounds) {
  const places = given.theatres.length;
  const wide = WIDTH / rounds;
  const paths = given.rungs.map(() => "");
  rungs.forEach((rung, at) => {
    const [round, place] = [Math.floor(at / places), at % places];
    paths[rung] +=
      `M${(LEFT + round * wide).toFixed(2)} ${TOP + place * ROW}h${wide.toFixed(2)}v${ROW - 2}h-${wide.toFixed(2)}z`;
  });
  const labels = given.theatres.map((name, place) =>
    svg(
      "text",
      { x: LEFT - 8, y: TOP + place * ROW + 12, "text-anchor": "end" },
      name.length > 20 ? `${name.slice(0, 19)}…` : name,
    ),
  );
  const years = [];
  for (let round = 0; round < rounds; round += Math.max(4, 4 * Math.ceil(rounds / 40))) {
    years.push(svg("text", { x: LEFT + round * wide, y: TOP + places * ROW + 14 }, given.quarters[round]));
  }
  return svg(
    "svg",
    {
      viewBox: `0 0 ${LEFT + WIDTH + 4} ${TOP + places * ROW + 20}`,
      role: "img",
      "aria-label": "Rung by place and quarter",
    },
    ...paths.map((d, rung) => svg("path", { d, class: `rung-${rung}` })),
    ...labels,
    ...years,
  );
}

// Escalation by quarter, and dashed that of the same luck under the policy as it came.
function curve(lines) {
  const [width, height, left, below] = [560, 150, 40, 18];
  const top = nice(Math.max(...lines.flat()));
  const x = (round) => left + (round / Math.max(1, lines[0].length - 1)) * (width - left - 6);
  const y = (value) => 6 + (1 - value / top) * (height - below - 6);
  const path = (line) => `M${line.map((value, r) => `${x(r).toFixed(1)},${y(value).toFixed(1)}`).join("L")}`;
  return svg(
    "svg",
    { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": "Escalation in the world by quarter" },
    ...[0, top / 2, top].flatMap((value) => [
      svg("path", { class: "grid", d: `M${left},${y(value)}H${width}` }),
      svg("text", { x: left - 5, y: y(value) + 4, "text-anchor": "end" }, shown(value)),
    ]),
    ...yearTicks(given.quarters, x, height - 4, width - left),
    ...lines.map((line, which) => svg("path", { class: which ? "before" : "now", d: path(line) })),
  );
}

let ghost = { of: "", line: [] };

const playOne = newest(async () => {
  const [choice, seed] = [chosen(), find("seed").value];
  try {
    await told;
    show(choice, seed, await ask("play", { choice, seed }), await ghostOf(choice, seed));
  } catch (error) {
    find("told").textContent = error.message;
  }
});

async function ghostOf({ policy, levers: moved }, seed) {
  if (Object.keys(moved).length === 0) return [];
  const of = `${policy} ${seed}`;
  if (ghost.of !== of) ghost = { of, line: await escalation(await ask("play", { choice: choiceOf(policy), seed })) };
  return [ghost.line];
}

async function escalation(history) {
  return columnOf((await told).columns["track.metrics"], history["track.metrics"], "mean_severity");
}

async function show(choice, seed, history, before) {
  const { columns, severity } = await told;
  const rungs = columnOf(columns["track.theatres"], history["track.theatres"], "rung");
  const wars = columnOf(columns["track.theatres"], history["track.theatres"], "war");
  const total = (name) => columnOf(columns["track.metrics"], history["track.metrics"], name);
  const line = total("mean_severity");
  find("told").textContent =
    `${nameOf(choice)}, seed ${seed}: escalation ${shown(mean(line))} on average, ` +
    `${counted(
      total("wars_begun").reduce((a, b) => a + b, 0),
      "war",
    )} begun, order ${shown(total("order").at(-1))} at the end.`;
  find("curve").replaceChildren(curve([line, ...before]));
  find("ladder").replaceChildren(ladder(rungs, line.length));
  const places = given.theatres.length;
  const rows = given.theatres.map((name, place) => {
    const here = rungs.filter((_, at) => at % places === place);
    const atWar = wars.filter((_, at) => at % places === place);
    const grave = mean(here.map((rung, round) => (atWar[round] > 0 ? 1 : severity[rung])));
    return [name, shown(grave), given.rungs[Math.max(...here)], String(atWar.filter((war) => war > 0).length)];
  });
  find("places").replaceChildren(table(["Place", "Escalation", "Highest rung", "Quarters at war"], rows));
  document.body.dataset.played = `${choice.policy} ${seed}`;
}

// --- Many histories

// Both policies' histories, until something else is wanted.
async function playMany() {
  const { summary } = await told;
  const choices = [chosen(), choiceOf(find("other").value)];
  try {
    const all = await matched.fill(choices, given.runs.count, (runs, parts) => {
      find("progress").value = runs;
      if (runs % given.runs.step === 0) tell(choices, parts, runs, summary.columns);
    });
    if (!all) return;
    document.body.dataset.compared = choices.map(({ policy }) => policy).join(" ");
    await playEffects(choices[0]);
  } catch (error) {
    find("compared").replaceChildren(error.message);
  }
}

function tell(choices, parts, runs, columns) {
  const rows = given.runs.headlines.map(({ metric, label, unit, isSwitch }) => {
    const [one, other] = parts.map(({ values }) => columnOf(columns, values, metric, runs));
    const [apart, low, high] = difference(one, other, isSwitch, given.runs);
    const half = (high - low) / 2;
    const said = `${bounded(apart, half, true)} (${bounded(low, half, true)} to ${bounded(high, half, true)})`;
    const measured = isSwitch ? "share of histories" : unit;
    return [`${label}, ${measured}`, bounded(mean(one), half), bounded(mean(other), half), said];
  });
  find("compared").replaceChildren(table(["", ...choices.map(nameOf), "Difference (95%)"], rows));
}

// How far each lever moves outcomes from one end to the other, the others as they are; unless something else is wanted.
async function playEffects({ policy, levers: moved }) {
  const { columns } = (await told).summary;
  for (const { name, low, high } of given.levers) {
    const choices = [high, low].map((value) => choiceOf(policy, { ...moved, [name]: value }));
    let found = [];
    const all = await effects.fill(choices, given.runs.few, (_, parts) => {
      found = parts;
    });
    if (!all) return;
    const parts = MOVED.map((metric) => {
      const [one, other] = found.map(({ values }) => columnOf(columns, values, metric));
      const { label } = given.runs.headlines.find((headline) => headline.metric === metric);
      const [apart, from] = difference(one, other, false, given.runs);
      const half = apart - from;
      return `${label.toLowerCase()} ${bounded(apart, half / 10, true)} ± ${bounded(half, half / 10)}`;
    });
    find(`effect-${name}`).textContent = `From ${low} to ${high}: ${parts.join(", ")}`;
  }
  document.body.dataset.effects = policy;
}

let still = 0;

function playAnew() {
  playOne();
  matched.stop();
  effects.stop();
  delete document.body.dataset.compared;
  delete document.body.dataset.effects;
  for (const { name } of given.levers) find(`effect-${name}`).textContent = "";
  find("progress").value = 0;
  clearTimeout(still);
  still = setTimeout(playMany, STILL);
}

// --- Beginning

for (const id of ["policy", "other"]) {
  find(id).replaceChildren(...given.policies.map(({ name, title }) => h("option", { value: name }, title)));
}
find("policy").value = given.asked[0];
find("other").value = given.asked[1];
find("rungs").replaceChildren(
  ...given.rungs.map((name, rung) => h("span", {}, h("i", { class: `rung-${rung}` }), name)),
);
for (const [id, kind] of [
  ["policy", "change"],
  ["back", "click"],
]) {
  find(id).addEventListener(kind, () => {
    layOutLevers();
    playAnew();
  });
}
find("seed").addEventListener("change", playOne);
find("next").addEventListener("click", () => {
  find("seed").value = Number(find("seed").value) + 1;
  playOne();
});
find("other").addEventListener("change", playAnew);
addEventListener("gp-why", () => find("ladder").scrollIntoView());
addEventListener("gp-what-if", () => find("levers").querySelector("input").focus());
window.gpQuestion.show(given.answer);
layOutLevers();
playAnew();
