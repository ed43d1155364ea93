// A published page: the answer that was found, then one history that follows every move of a lever, both policies' histories
// on the same luck that fill in behind, and the world in which that history plays. Everything it needs is in the page;
// histories are played and told in a worker.
import { bus } from "./bus.js";
import { reading, setter } from "./dials.js";
import { counted, figure, h } from "./draw.js";
import { explainWith } from "./explain.js";
import { takeCountries } from "./geometry.js";
import { askers, columnOf, difference, drawable, history, Matched, mean, newest, spreads } from "./matched.js";
import { headlines, toldOf } from "./odds_drawings.js";
import { bounded } from "./plot.js";
import "./question.js";
import "./world.js";

const given = JSON.parse(document.getElementById("given").textContent);
const { shared } = given;
const find = (id) => document.getElementById(id);
const STILL = 150; // ms without a move, after which the history is told and ensembles are played
const PARTS = ["track.metrics", "track.theatres", "track.states"];
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

const policyOf = (choice) => given.policies.find(({ name }) => name === choice.policy);
const isMoved = (choice) => Object.keys(choice.levers).length > 0;

function nameOf(choice) {
  const { title } = policyOf(choice);
  return isMoved(choice) ? `${title}, changed` : title;
}

function layOutLevers() {
  const start = policyOf(chosen()).levers;
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
    playAnew(true);
  };
  const { input, output } = setter(dial, id, value, { moved });
  const label = h("label", { for: id, title: dial.meaning }, dial.label, " ", h("small", dial.term, reach));
  return h("div.lever", label, output, input, h("small", { id: `effect-${dial.name}` }));
}

// --- One history

// What is known of a history before it is told.
function about(choice, seed) {
  const { name: policy, declared } = policyOf(choice);
  const set = ([lever, rows]) => [lever, rows.map((row) => row.map((value) => choice.levers[lever] ?? value))];
  const inForce = Object.fromEntries(Object.entries(declared.levers).map(set));
  return { key: "", choice, policy, policyTitle: nameOf(choice), seed, declared: { ...declared, levers: inForce } };
}

let before = { of: "", metrics: null }; // how it went before levers were moved

async function played(p, choice, seed) {
  const { columns } = await told;
  return drawable(p, await ask("play", { choice, seed, parts: PARTS }), columns);
}

// What comes of what is chosen, told.
const tellOne = newest(async () => {
  const [choice, seed] = [chosen(), find("seed").value];
  const of = `${choice.policy} ${seed}`;
  try {
    await told;
    const p = await history(ask, shared, about(choice, seed), choice);
    const exact = await played(p, choice, seed);
    if (before.of !== of) {
      const unmoved = isMoved(choice) ? await played(p, choiceOf(choice.policy), seed) : exact;
      before = { of, metrics: unmoved.metrics };
    }
    if (isMoved(choice)) p.before = before.metrics;
    bus.setPayload(p);
    say(choice, seed, exact);
    document.body.dataset.played = of;
  } catch (error) {
    find("told").textContent = error.message;
  }
});

explainWith(({ choice, seed, rounds }, step) => ask("explain", { choice, seed, rounds, ...step }));

// What comes of a lever in the hand, drawn at once over what was told.
const follow = newest(async () => {
  const [choice, p] = [chosen(), bus.payload()];
  if (!p) return;
  const one = await played(p, choice, p.seed);
  bus.setFlight(one, "a");
  say(choice, p.seed, one);
});

function say(choice, seed, { metrics }) {
  const begun = metrics.wars_begun.reduce((a, b) => a + b, 0);
  find("told").textContent =
    `${nameOf(choice)}, seed ${seed}: escalation ${shown(mean(metrics.mean_severity))} on average, ` +
    `${counted(begun, "war")} begun, order ${shown(metrics.order.at(-1))} at the end.`;
}

// The quarter that the curves are read at.
bus.on("cursor", when);
bus.on("payload", when);
function when() {
  find("when").textContent =
    `Values of ${shared.quarters[bus.cursor()]}; press on a curve or a row to read another quarter.`;
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
      const all = { key: "", count, titles: choices.map(nameOf), parts, spreads: fans, runs: given.runs };
      find("compared").replaceChildren(headlines(toldOf({ ...all, columns: summary.columns })));
      bus.setBand({ key: "", runs: count, metrics: fans[1] });
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

// Everything that was played is of something else now; `wait` until the hand is still.
function playAnew(wait) {
  bus.setBand(null);
  matched.stop();
  effects.stop();
  delete document.body.dataset.compared;
  delete document.body.dataset.effects;
  for (const { name } of given.levers) find(`effect-${name}`).textContent = "";
  find("progress").value = 0;
  if (wait) follow();
  clearTimeout(still);
  still = setTimeout(
    () => {
      tellOne();
      playMany();
    },
    wait ? STILL : 0,
  );
}

// --- Beginning

const dark = matchMedia("screen and (prefers-color-scheme: dark)");
const dress = () => document.body.classList.toggle("body--dark", dark.matches);
dark.addEventListener("change", dress);
dress();
if (given.countries) takeCountries(given.countries);
for (const id of ["policy", "other"]) {
  find(id).replaceChildren(...given.policies.map(({ name, title }) => h("option", { value: name }, title)));
}
find("policy").value = given.asked[0];
find("other").value = given.asked[1];
for (const [id, kind] of [
  ["policy", "change"],
  ["back", "click"],
]) {
  find(id).addEventListener(kind, () => {
    layOutLevers();
    playAnew(false);
  });
}
find("seed").addEventListener("change", tellOne);
find("next").addEventListener("click", () => {
  find("seed").value = Number(find("seed").value) + 1;
  tellOne();
});
find("other").addEventListener("change", () => playAnew(false));
addEventListener("gp-why", () => {
  find("why").scrollIntoView();
  document.querySelector("[data-testid=time-play]").focus({ preventScroll: true });
  bus.begin();
});
addEventListener("gp-what-if", () => find("levers").querySelector("input, select").focus());
window.gpQuestion.show(given.answer);
layOutLevers();
playAnew(false);
