// The engine in a worker of a published page: the page stays awake while histories are played.
import { loadEngine } from "./engine.js";

let [engine, world] = [null, null];

// A policy of the world, with levers that the page moved.
function policyOf({ policy, levers }) {
  return engine.withLevers(world.policies.get(policy), levers);
}

const answers = {
  async begin({ bytes, data }) {
    engine = await loadEngine(bytes, data.core);
    world = engine.take(data);
    return engine.told;
  },
  play({ choice, seed }) {
    return engine.play(world, policyOf(choice), { seed });
  },
  ensembles({ choices, seeds }) {
    return choices.map((choice) => engine.ensemble(world, policyOf(choice), seeds));
  },
};

self.onmessage = async ({ data: { id, ask, ...rest } }) => {
  try {
    self.postMessage({ id, answer: await answers[ask](rest) });
  } catch (error) {
    self.postMessage({ id, fault: error.message });
  }
};
