// A published page: the answer that was found, then one history that follows every move of a lever, and both policies'
// histories on the same luck that fill in behind. Everything it needs is in the page; histories are played in a worker.
import { bus } from "./bus.js";
import { reading, setter } from "./dials.js";
import { counted, figure, h, rungColour, TOP, table } from "./draw.js";
import { askers, columnOf, difference, drawable, Matched, mean, newest, spreads } from "./matched.js";
import { headlines, toldOf } from "./odds_drawings.js";
import { bounded } from "./plot.js";
import "./question.js";
import "./series.js";
import "./strip.js";

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

// --- Words

function shown(value) {
  return Number.isNaN(value) ? "–" : figure(value).replace("-", "−");
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
  const groups = [...new Set(given.levers.map(({ group }) => group))];
  const shut = new Set([...find("levers").children].flatMap((one, at) => (one.open ? [] : groups[at])));
  if (find("levers").children.length === 0) shut.add(groups.at(-1));
  find("levers").replaceChildren(
    ...groups.map((title) => {
      const dials = given.levers.filter(({ group }) => group === title);
      const rows = dials.map((dial) => lever(dial, start[dial.name]));
      return h("details", { open: !shut.has(title) }, h("summary", title), ...rows);
    }),
  );
}

// A lever; `apart` is how many places or times differ from the `value` that most have.
function lever(dial, { value, apart }) {
  const id = `lever-${dial.name}`;
  const reach = h("span", apart ? " · in most places" : "");
  const moved = (to) => {
    levers[dial.name] = to;
    reach.textContent = " · everywhere";
    playAnew();
  };
  const { input, output } = setter(dial, id, value, { moved });
  const label = h("label", { for: id, title: dial.meaning }, dial.label, " ", h("small", dial.term, reach));
  return h("div.lever", label, output, input, h("small", { id: `effect-${dial.name}` }));
}

// --- One history

// What stays the same of every history, and the names of the columns that are drawn.
const drawn = {
  ...given.drawn,
  key: "",
  rounds: given.drawn.quarters.length,
  states: [],
  state: {},
  theatre: { rung: null, war: null, great_power_war: null },
  metrics: Object.fromEntries(Object.keys(given.drawn.metricLabels).map((name) => [name, null])),
  events: [],
};

let ghost = { of: "", history: null }; // the history before its levers were moved

const playOne = newest(async () => {
  const [choice, seed] = [chosen(), find("seed").value];
  try {
    const { columns, severity } = await told;
    const played = async (one) => drawable(drawn, await ask("play", { choice: one, seed }), columns);
    const history = await played(choice);
    const of = `${choice.policy} ${seed}`;
    const moved = Object.keys(choice.levers).length > 0;
    if (ghost.of !== of) {
      ghost = { of, history: moved ? await played(choiceOf(choice.policy)) : history };
      bus.setPayload(ghost.history);
    }
    bus.setFlight(moved ? history : null, "a");
    say(choice, seed, history, severity);
  } catch (error) {
    find("told").textContent = error.message;
  }
});

function say(choice, seed, { metrics, theatre }, severity) {
  const begun = metrics.wars_begun.reduce((a, b) => a + b, 0);
  find("told").textContent =
    `${nameOf(choice)}, seed ${seed}: escalation ${shown(mean(metrics.mean_severity))} on average, ` +
    `${counted(begun, "war")} begun, order ${shown(metrics.order.at(-1))} at the end.`;
  const rows = drawn.theatres.map(({ name }, place) => {
    const [rungs, wars] = [theatre.rung, theatre.war].map((rounds) => rounds.map((row) => Number(row[place])));
    const grave = mean(rungs.map((rung, round) => (wars[round] > 0 ? 1 : severity[rung])));
    const highest = drawn.ladder[wars.some(Boolean) ? TOP : Math.max(...rungs)].name;
    return [name, shown(grave), highest, String(wars.filter(Boolean).length)];
  });
  find("places").replaceChildren(table(["Place", "Escalation", "Highest rung", "Quarters at war"], rows));
  document.body.dataset.played = `${choice.policy} ${seed}`;
}

// The quarter that the curves are read at.
bus.on("cursor", when);
bus.on("payload", when);
function when() {
  find("when").textContent =
    `Values of ${drawn.quarters[bus.cursor()]}; press on a curve or a row to read another quarter.`;
}

// --- Many histories

// Both policies' histories, until something else is wanted.
async function playMany() {
  const { summary } = await told;
  const choices = [choiceOf(find("other").value), chosen()]; // the one compared with first
  try {
    const tell = (count, parts) => {
      find("progress").value = count;
      if (count % given.runs.step !== 0) return;
      const fans = parts.map(({ series }) => spreads(series.slice(0, count), given.runs));
      const all = { key: drawn.key, count, titles: choices.map(nameOf), parts, spreads: fans, runs: given.runs };
      find("compared").replaceChildren(headlines(toldOf({ ...all, columns: summary.columns })));
      bus.setBand({ key: drawn.key, runs: count, metrics: fans[1] });
    };
    const all = await matched.fill(choices, given.runs.count, tell, given.runs.series);
    if (!all) return;
    document.body.dataset.compared = `${choices[1].policy} ${choices[0].policy}`;
    await playEffects(choices[1]);
  } catch (error) {
    find("compared").replaceChildren(error.message);
  }
}

// How far each lever moves outcomes from one end to the other, the others as they are; unless something else is wanted.
async function playEffects({ policy, levers: moved }) {
  const { columns } = (await told).summary;
  for (const dial of given.levers) {
    const { name, low, high } = dial;
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
    find(`effect-${name}`).textContent = `From ${reading(dial, low)} to ${reading(dial, high)}: ${parts.join(", ")}`;
  }
  document.body.dataset.effects = policy;
}

let still = 0;

function playAnew() {
  playOne();
  bus.setBand(null);
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
  ...drawn.ladder.map(({ name }, rung) => h("span", h("i", { style: `background:${rungColour(rung)}` }), name)),
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
addEventListener("gp-why", () => document.querySelector("gp-strip").scrollIntoView());
addEventListener("gp-what-if", () => find("levers").querySelector("input, select").focus());
window.gpQuestion.show(given.answer);
layOutLevers();
playAnew();
