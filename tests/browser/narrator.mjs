// What the page makes of histories that the engine plays, and of some of their steps, as JSON: engine.wasm, a file of cases.
import { readFileSync } from "node:fs";
import { loadEngine } from "../../model/greatpowers/browser/assets/engine.js";
import { explainStep } from "../../model/greatpowers/browser/assets/explained.js";
import { narrateHistory } from "../../model/greatpowers/browser/assets/narrator.js";
import { partHistories } from "../../model/greatpowers/browser/assets/parted.js";

const [wasm, cases] = process.argv.slice(2);
const engine = await loadEngine(readFileSync(wasm));
const told = JSON.parse(readFileSync(cases, "utf8")).map(({ data, played, seed, steps, against, names }) => {
  const world = engine.take(data);
  const policy = engine.policy(world, played);
  const asked = { seed, rounds: data.rounds };
  const explained = steps.map((step) => explainStep(engine, world, data.narration, policy, { ...asked, ...step }));
  if (against) {
    const policies = [engine.policy(world, against), policy];
    const { quarters } = data.shared;
    return { parted: partHistories(engine, world, data.narration, policies, { ...asked, names, quarters }) };
  }
  return { history: narrateHistory(engine, world, data.narration, policy, asked), explained };
});
process.stdout.write(JSON.stringify(told));
