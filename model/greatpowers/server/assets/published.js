// A published page: the answer that was found, then one history that follows every move of a lever, both policies' histories
// on the same luck that fill in behind, the world in which that history plays, and the history of the other policy beside it.
// Everything it needs is in the page; histories are played and told in a worker.
import { bus } from "./bus.js";
import "./compare.js";
import { reading, setter } from "./dials.js";
import { counted, figure, h } from "./draw.js";
import { explainWith } from "./explain.js";
import { takeCountries } from "./geometry.js";
import { askers, columnOf, difference, Matched, mean, newest } from "./matched.js";
import { partWith } from "./pair.js";
import { explained, fillIn, flown, history, parted } from "./playing.js";
import { bounded } from "./plot.js";
import "./question.js";
import "./world.js";

const given = JSON.parse(document.getElementById("given").textContent);
const { shared } = given;
const find = (id) => document.getElementById(id);
const STILL = 150; // ms without a move, after which the history is told and ensembles are played
const MOVED = ["mean_severity", "order"]; // outcomes of which a lever says how far it moves them

// --- The worker

const source = URL.createObjectURL(new Blob([given.worker], { type: "text/javascript" }));
const asks = askers(() => new Worker(source));
const [ask] = asks;
const [matched, effects] = [new Matched(asks), new Matched(asks)];
const bytes = Uint8Array.from(atob(given.engine), (character) => character.charCodeAt(0));
const layout = Promise.all(asks.map((each) => each("begin", { bytes, data: given.world }))).then(([first]) => first);
const choiceOf = (policy, levers = {}) => ({ policy, levers });

// For the console: the whole record of a history, arrays by name; `await greatpowers.layout` names their columns.
globalThis.greatpowers = {
  layout,
  play: async (policy, seed = 0, levers = {}) => {
    await layout;
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

let number = 0; // of what was wanted last: everything that belongs to it has it for a key

// What is known of a history before it is told.
function about(choice, seed) {
  const { name: policy, declared } = policyOf(choice);
  const set = ([lever, rows]) => [lever, rows.map((row) => row.map((value) => choice.levers[lever] ?? value))];
  const inForce = Object.fromEntries(Object.entries(declared.levers).map(set));
  const key = String(number);
  return { key, choice, policy, policyTitle: nameOf(choice), seed, declared: { ...declared, levers: inForce } };
}

const other = () => choiceOf(find("other").value);
let before = { of: "", metrics: null }; // how it went before levers were moved

// What comes of what is chosen, told, and beside it the other policy's history while Compare is open.
const tellOne = newest(async () => {
  const [choice, seed] = [chosen(), find("seed").value];
  const of = `${choice.policy} ${seed}`;
  const abouts = [choice, ...(find("compare").open ? [other()] : [])].map((each) => about(each, seed));
  try {
    const engine = await layout;
    const [p, beside = null] = await Promise.all(abouts.map((each, at) => history(asks.at(-at), shared, each)));
    const exact = await flown(ask, p, choice, engine);
    if (before.of !== of) {
      const unmoved = isMoved(choice) ? await flown(ask, p, choiceOf(choice.policy), engine) : exact;
      before = { of, metrics: unmoved.metrics };
    }
    if (isMoved(choice)) p.before = before.metrics;
    bus.setPayload(p);
    bus.setPayload(beside, "b");
    say(choice, seed, exact);
    document.body.dataset.played = of;
  } catch (error) {
    find("told").textContent = error.message;
  }
});

explainWith((p, step) => explained(ask, p, step));
partWith((one, two) => parted(asks.at(-1), one, two));

// What comes of a lever in the hand, drawn at once over what was told.
const follow = newest(async () => {
  const [choice, p] = [chosen(), bus.payload()];
  if (!p) return;
  const one = await flown(ask, p, choice, await layout);
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
  const choices = [other(), chosen()]; // the one compared with first
  const pair = { key: String(number), choices, titles: choices.map(nameOf) };
  const counted = (count) => {
    find("progress").value = count;
  };
  try {
    if (!(await fillIn(matched, pair, given.runs, await layout, counted))) return;
    document.body.dataset.compared = `${choices[1].policy} ${choices[0].policy}`;
    if (!document.body.dataset.effects) await playEffects(choices[1]);
  } catch (error) {
    find("fault").textContent = error.message;
  }
}

// How far each lever moves outcomes from one end to the other, the others as they are; unless something else is wanted.
async function playEffects({ policy, levers: moved }) {
  const { columns } = (await layout).summary;
  for (const dial of given.levers) {
    const { name, low, high } = dial;
    const choices = [high, low].map((value) => choiceOf(policy, { ...moved, [name]: value }));
    let both = [];
    const all = await effects.fill(choices, given.runs.few, (_, parts) => {
      both = parts;
    });
    if (!all) return;
    const parts = MOVED.map((metric) => {
      const [one, other] = both.map(({ values }) => columnOf(columns, values, metric));
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
  number += 1;
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

// Another history of the same policies; what all their histories say is the same.
function otherLuck() {
  number += 1;
  tellOne();
  playMany();
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
find("seed").addEventListener("change", otherLuck);
find("next").addEventListener("click", () => {
  find("seed").value = Number(find("seed").value) + 1;
  otherLuck();
});
find("compare").addEventListener("toggle", () => {
  if (find("compare").open && !find("compare").querySelector("gp-compare")) find("compare").append(h("gp-compare"));
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
