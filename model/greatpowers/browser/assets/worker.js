// The engine in a worker of a page: the page stays awake while histories are played.
import { loadEngine } from "./engine.js";
import { explainStep } from "./explained.js";
import { narrateHistory } from "./narrator.js";
import { partHistories } from "./parted.js";

let [engine, world, narration] = [null, null, null];
let draws = []; // the world with other parameters

const MOST_KEPT = 8;
const kept = new Map(); // policies of this world, by what was asked; unpacked once for all their histories

function unpacked(choice) {
  const key = JSON.stringify(choice);
  const policy = kept.get(key) ?? policyOf(choice);
  kept.set(key, policy);
  if (kept.size > MOST_KEPT) kept.delete(kept.keys().next().value);
  return policy;
}

const policyOf = ({ policy }) => engine.policy(world, policy);

const answers = {
  async begin({ bytes, address, data }) {
    engine ??= await loadEngine(bytes ?? (await (await fetch(address)).arrayBuffer()), data.core);
    world = engine.take(data);
    kept.clear();
    narration = data.narration;
    draws = (data.draws?.parameters ?? []).map((p) => engine.withParameters(world, p));
    return engine.layout;
  },
  // The whole record, or some parts of it.
  play({ choice, seed, rounds, parts }) {
    return engine.play(world, policyOf(choice), { seed, rounds, parts });
  },
  // A history in sentences.
  narrate({ choice, seed, rounds }) {
    return narrateHistory(engine, world, narration, policyOf(choice), { seed, rounds });
  },
  // A step of a history explained.
  explain({ choice, ...step }) {
    return explainStep(engine, world, narration, policyOf(choice), step);
  },
  // Where the histories of two choices on the same luck part.
  part({ choices, ...asked }) {
    return partHistories(engine, world, narration, choices.map(policyOf), asked);
  },
  // Of each choice the summaries of runs, and by run some metrics of every round; on a draw of parameters, if one is named.
  ensembles({ choices, seeds, metrics, draw }) {
    const played = draws[draw] ?? world;
    return choices.map((choice) => {
      const series = [];
      const kept = (record) => series.push(columns(record, metrics));
      return { values: engine.ensemble(played, unpacked(choice), seeds, world.rounds, kept), series };
    });
  },
};

// Some columns of metrics [rounds, metric], numbers as Python keeps those of many runs.
function columns(metrics, names) {
  const all = engine.layout.columns["track.metrics"];
  const places = names.map((name) => all.indexOf(name));
  const picked = new Float32Array((metrics.length / all.length) * places.length);
  for (let first = 0, i = 0; first < metrics.length; first += all.length) {
    for (const place of places) picked[i++] = metrics[first + place];
  }
  return picked;
}

self.onmessage = async ({ data: { id, ask, ...rest } }) => {
  try {
    self.postMessage({ id, answer: await answers[ask](rest) });
  } catch (error) {
    self.postMessage({ id, fault: error.message });
  }
};
