// What the page makes of histories that the engine plays, and of some of their steps, as JSON: engine.wasm, a file of cases.
import { readFileSync } from "node:fs";
import { loadEngine } from "../../model/greatpowers/browser/assets/engine.js";
import { explainStep } from "../../model/greatpowers/browser/assets/explained.js";
import { partHistories } from "../../model/greatpowers/browser/assets/parted.js";
import { tellHistory } from "../../model/greatpowers/browser/assets/told.js";

const [wasm, cases] = process.argv.slice(2);
const engine = await loadEngine(readFileSync(wasm));
const told = JSON.parse(readFileSync(cases, "utf8")).map(({ data, played, seed, steps, against, names }) => {
  const world = engine.take(data);
  const policy = engine.policy(world, played);
  const asked = { seed, rounds: data.rounds };
  const explained = steps.map((step) => explainStep(engine, world, data.telling, policy, { ...asked, ...step }));
  if (against) {
    const policies = [engine.policy(world, against), policy];
    const { quarters } = data.shared;
    return { parted: partHistories(engine, world, data.telling, policies, { ...asked, names, quarters }) };
  }
  return { history: tellHistory(engine, world, data.telling, policy, asked), explained };
});
process.stdout.write(JSON.stringify(told));
