// Where the page plays: the world of what is set, both histories on its luck, what follows the hand, and matched runs of both
// policies, by the engine in workers. `given` says where the engine is; worlds come with the page or from the server.
import { announcer } from "./announcer.js";
import { fromBase64 } from "./base64.js";
import { bus } from "./bus.js";
import { explainWith } from "./explain.js";
import { given, host } from "./host.js";
import { askers, columnOf, difference, Matched, newest, spreads } from "./matched.js";
import { composed, declaredOf, isEmpty, packed } from "./policies.js";
import { lab, settingsFor, textOf } from "./store.js";

const MOST_KEPT = 4; // worlds
const PARTS = ["track.metrics", "track.theatres", "track.states"]; // of the record, that follow the hand
const MOVED = ["mean_severity", "order"]; // outcomes of which a lever says how far it moves them

// --- Workers

const module = (address) => () => new Worker(address, { type: "module" });
const inline = (text) => {
  const source = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
  return () => new Worker(source);
};
const { worker, wasm } = given.engine;
const asks = askers(worker.text ? inline(worker.text) : module(worker.address));
const engine = wasm.base64
  ? { bytes: fromBase64(wasm.base64) }
  : { address: new URL(wasm.address, location.href).href };
const [matched, effects] = [new Matched(asks), new Matched(asks)];

// --- Worlds

let world = null; // what is shown now, with what the engine says of itself as its `layout`
const worlds = new Map();
const { on, notify } = announcer();

export const keyOf = (state) => textOf(given.fields.world.map((name) => state[name]));

// The world of a state, with a map of its policies; it is fetched once.
export function worldOf(state) {
  const key = given.world ? "" : keyOf(state);
  if (!worlds.has(key)) {
    const data = given.world ? Promise.resolve(given.world) : host.json("world", { state });
    const whole = data.then((known) => ({ ...known, policies: new Map(known.presets.map((one) => [one.name, one])) }));
    worlds.set(key, whole);
    whole.catch(() => worlds.delete(key));
    if (worlds.size > MOST_KEPT) worlds.delete(worlds.keys().next().value);
  }
  return worlds.get(key);
}

async function enter(next) {
  matched.stop(); // what it plays is of the world before
  effects.stop();
  const { policies, presets, ...data } = next;
  const begun = asks.map((ask) => ask("begin", { ...engine, data: { ...data, policies: {} } }));
  const [layout] = await Promise.all(begun).catch(({ message }) => {
    throw new Error(`The engine does not begin in this browser: ${message}`);
  });
  world = { ...next, layout, places: next.shared.theatres.map(({ id }) => id) };
  notify("world", world);
}

// --- What policies do

// The segments of one of both policies as a state has it.
export function segmentsOf(state, which) {
  const [name, changes] = which === "b" ? [state.against, []] : [state.policy, state.changes];
  return composed(world.policies, name, settingsFor(state, which), changes, given.bounds);
}

const choiceOf = (segments) => ({ world: world.name, policy: packed(segments, world.places, world.layout) });

// The title of one of both policies, which says so if it is not as it came, or if it is the other one as well.
function titleOf(state, which) {
  const isSet = { a: !isEmpty(state) || state.changes.length > 0, b: !isEmpty(state.against_set) };
  const { title } = world.policies.get(which === "b" ? state.against : state.policy);
  if (which === "a") return isSet.a ? `${title} (changed)` : title;
  return isSet.b || (!isSet.a && state.policy === state.against) ? `${title} (compared)` : title;
}

// What is known of both histories of a state before they are told.
function abouts(state) {
  return ["a", "b"].map((which) => {
    const segments = segmentsOf(state, which);
    return {
      choice: choiceOf(segments),
      policy: which === "b" ? state.against : state.policy,
      policyTitle: titleOf(state, which),
      seed: state.seed,
      declared: declaredOf(segments, world.declared, world.places),
    };
  });
}

// --- Both histories

let turn = 0; // of what was wanted last: both histories and their matched runs have it for a key
let shown = -1; // the turn of what is shown
let held = new Map(); // histories that are shown: the one that did not change is not played again
let unmoved = { of: "", metrics: null }; // how it went before anything was set

// A history with its sentences, as a worker makes them, with what is the same of all histories of its world, and what is
// known `about` it.
async function history(ask, about) {
  const { shared } = world;
  const { choice, seed } = about;
  const { guardians, ...payload } = await ask("narrate", { choice, seed, rounds: shared.rounds });
  const theatres = shared.theatres.map((theatre, k) => ({ ...theatre, guardians: guardians[k] }));
  return { ...shared, ...about, ...payload, theatres };
}

const tellBoth = newest(async () => {
  const [state, mine] = [lab.state(), turn];
  notify("busy", true);
  try {
    const next = await worldOf(state);
    if (next.name !== world?.name) await enter(next);
    if (mine !== turn) return;
    const asked = abouts(state);
    const names = asked.map((about) => textOf([world.name, about]));
    const told = await Promise.all(asked.map((about, at) => held.get(names[at]) ?? history(asks.at(-at), about)));
    if (!isEmpty(state)) told[0].before = await metricsBefore(told[0], state);
    if (mine !== turn) return;
    held = new Map(names.map((name, at) => [name, told[at]]));
    told.forEach((p, at) => {
      p.key = String(turn);
      bus.setPayload(p, at ? "b" : "a");
    });
    shown = turn;
    notify("say", told[0]);
    notify("fault", "");
    document.documentElement.dataset.history = turn;
    delete document.documentElement.dataset.stale;
    playMany();
  } catch (error) {
    if (mine !== turn) return;
    notify("fault", error.message);
    for (const which of ["a", "b"]) bus.setFlight(null, which);
  } finally {
    notify("busy", false);
  }
});

async function metricsBefore(p, state) {
  const of = textOf([world.name, state.policy, state.seed]);
  if (unmoved.of !== of) {
    const choice = choiceOf(world.policies.get(state.policy).segments);
    const { metrics } = await flown(p, choice);
    unmoved = { of, metrics: { ...metrics } };
  }
  return unmoved.metrics;
}

explainWith(({ choice, seed, rounds }, step) => asks[0]("explain", { choice, seed, rounds, ...step }));

// Where one history parts from another on the same luck, as parted.js has it.
export function parted(one, other) {
  const { seed, rounds, quarters } = one;
  const choices = [one, other].map(({ choice }) => choice);
  const names = [one, other].map((p) => `under ${p.policyTitle}`);
  return asks.at(-1)("part", { choices, names, seed, rounds, quarters });
}

// --- The history under the hand

// What comes of a choice on the luck of a history, drawn like it.
async function flown(p, choice) {
  const { columns } = world.layout;
  return drawable(p, await asks[0]("play", { choice, seed: p.seed, rounds: p.rounds, parts: PARTS }), columns);
}

// A history that is drawn like another, before its sentences are known: the columns of its record that the other has, by round,
// and by place or state. Each is taken from the record when it is first drawn.
function drawable(p, played, columns) {
  const taken = (part, old, cut) => {
    const table = { ...old };
    for (const name of columns[part].filter((known) => known in old)) {
      const take = () => {
        const value = cut(columnOf(columns[part], played[part], name));
        Object.defineProperty(table, name, { value });
        return value;
      };
      Object.defineProperty(table, name, { get: take, configurable: true, enumerable: true });
    }
    return table;
  };
  const by = (width) => (all) => p.quarters.map((_, round) => all.slice(round * width, (round + 1) * width));
  return {
    ...p,
    metrics: taken("track.metrics", p.metrics, (all) => all),
    theatre: taken("track.theatres", p.theatre, by(p.theatres.length)),
    state: taken("track.states", p.state, by(p.states.length)),
  };
}

let hand = null; // the state that comes of it, and which of both policies it moves

const fly = newest(async () => {
  const mine = hand;
  if (mine === null || world === null) return;
  const p = bus.payload(mine.which);
  if (!p) return;
  const one = await flown(p, choiceOf(segmentsOf(mine.state, mine.which)));
  if (hand === null) return;
  bus.setFlight(one, mine.which);
  if (mine.which === "a") notify("say", { ...one, policyTitle: titleOf(mine.state, "a") });
});

// A lever moves: what comes of it is drawn at once, and no longer what came of it before.
export function follow(state, which) {
  hand = { state, which };
  matched.stop();
  effects.stop();
  notify("busy", false, "runs");
  fly().catch((error) => notify("fault", error.message));
}

// The hand has put the lever back to where it was.
export function back() {
  hand = null;
  for (const which of ["a", "b"]) bus.setFlight(null, which);
  playMany();
}

// --- Matched runs, and how far levers move outcomes

// How each lever's ends are set, as the levers say; they are asked when the time comes.
let ends = null;
export function effectsOf(states) {
  ends = states;
}

// Whether all of what is set has been played: another view that shows it has nothing to wait for.
const isPlayed = () => "effects" in document.documentElement.dataset;

async function playMany() {
  if (!bus.wanted() || shown !== turn || hand !== null || isPlayed()) return;
  const [state, key] = [lab.state(), String(turn)];
  notify("busy", true, "runs");
  try {
    const [a, b] = abouts(state);
    if (!(await fillIn(key, [b, a]))) return;
    notify("busy", false, "runs");
    await playEffects(state);
  } catch (error) {
    notify("fault", error.message);
    notify("busy", false, "runs");
  }
}

// Matched runs of two policies, the one compared with first: drawn when the first are there, and when all are, and once more
// with what draws of the parameters leave open. Whether all were played, or something else was wanted.
async function fillIn(key, pair) {
  const { runs, draws, layout } = world;
  const choices = pair.map(({ choice }) => choice);
  let sample = null;
  const report = (count, parts) => {
    notify("say", { count });
    if (count !== runs.step && count !== runs.count) return;
    const followed = spreads(parts[1].series.slice(0, count), runs);
    const titles = pair.map(({ policyTitle }) => policyTitle);
    sample = { key, count, titles, parts, followed, runs, columns: layout.summary.columns };
    bus.hear("odds", sample);
    bus.setBand({ key, runs: count, metrics: followed });
  };
  if (!(await matched.fill(choices, runs.count, report, runs.series))) return false;
  const open = await matched.onDraws(choices, draws);
  if (open) bus.hear("odds", { ...sample, matched: null, open: { ...draws, parts: open } });
  return open !== null;
}

// How far each lever moves outcomes from one end to the other, the others as they are; unless something else is wanted.
async function playEffects(state) {
  const { columns } = world.layout.summary;
  const all = ends?.(state) ?? [];
  for (const { name, states, which } of all) {
    const choices = states.map((end) => choiceOf(segmentsOf(end, which)));
    let both = [];
    const played = await effects.fill(choices, world.runs.few, (_, parts) => {
      both = parts;
    });
    if (!played) return;
    const moved = MOVED.map((metric) => {
      const [one, other] = both.map(({ values }) => columnOf(columns, values, metric));
      const { label } = world.runs.headlines.find((headline) => headline.metric === metric);
      const [apart, low] = difference(one, other, false, world.runs);
      return { label: label.toLowerCase(), apart, half: apart - low };
    });
    notify("effect", name, moved);
  }
  if (all.length > 0) document.documentElement.dataset.effects = "";
}

// Something else is played from now on.
function playAnew() {
  turn += 1;
  hand = null;
  bus.setBand(null);
  matched.stop();
  effects.stop();
  document.documentElement.dataset.stale = "";
  delete document.documentElement.dataset.effects;
  notify("effect", null);
  tellBoth();
}

export const bench = {
  world: () => world,
  // kinds: world (its data), say (what was played), effect (lever, how far it moves outcomes), fault (sentence), busy (whether, why)
  on,
  begin() {
    lab.on("played", playAnew);
    bus.on("want", playMany);
    playAnew();
  },
};

// For the console: the whole record of a history, arrays by name; `await greatpowers.layout()` names their columns.
Object.assign(globalThis.greatpowers, {
  layout: async () => {
    if (world === null) await new Promise((entered) => on("world", entered));
    return world.layout;
  },
  play: async (policy, seed = 0, levers = {}) => {
    await globalThis.greatpowers.layout();
    const settings = { elsewhere: {}, scaled: {}, levers, places: {} };
    return asks[0]("play", { choice: choiceOf(composed(world.policies, policy, settings, [], given.bounds)), seed });
  },
});
