// The engine in a worker of a page: the page stays awake while histories are played.
import { loadEngine } from "./engine.js";
import { tellHistory } from "./told.js";

let [engine, world, telling] = [null, null, null];

// A policy of the world by name, with levers that the page moved; or one as data; or one with a lever in motion.
function policyOf({ policy, levers, moves, lever, value }) {
  if (moves) return engine.withMove(world, moves, lever, value);
  return typeof policy === "string"
    ? engine.withLevers(world.policies.get(policy), levers)
    : engine.policy(world, policy);
}

const answers = {
  async begin({ bytes, address, data }) {
    engine ??= await loadEngine(bytes ?? (await (await fetch(address)).arrayBuffer()), data.core);
    world = engine.take(data);
    telling = data.telling;
    return engine.told;
  },
  // The whole record, or some parts of it.
  play({ choice, seed, rounds, parts }) {
    return engine.play(world, policyOf(choice), { seed, rounds, parts });
  },
  // A history told, as the page that is served reads it.
  tell({ choice, seed, rounds }) {
    return tellHistory(engine, world, telling, policyOf(choice), { seed, rounds });
  },
  // Of each choice the summaries of runs, and by run some metrics of every round.
  ensembles({ choices, seeds, metrics }) {
    return choices.map((choice) => {
      const series = [];
      const kept = (found) => series.push(columns(found, metrics));
      return { values: engine.ensemble(world, policyOf(choice), seeds, choice.rounds, kept), series };
    });
  },
};

// Some columns of metrics [rounds, metric], numbers as Python keeps those of many runs.
function columns(metrics, names) {
  const all = engine.told.columns["track.metrics"];
  const places = names.map((name) => all.indexOf(name));
  const rounds = metrics.length / all.length;
  return Float32Array.from({ length: rounds * places.length }, (_, i) => {
    const round = Math.floor(i / places.length);
    return metrics[round * all.length + places[i % places.length]];
  });
}

self.onmessage = async ({ data: { id, ask, ...rest } }) => {
  try {
    self.postMessage({ id, answer: await answers[ask](rest) });
  } catch (error) {
    self.postMessage({ id, fault: error.message });
  }
};
