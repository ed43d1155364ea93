// What the page makes of histories that the engine plays, as JSON: engine.wasm, a file of cases.
import { readFileSync } from "node:fs";
import { loadEngine } from "../../model/greatpowers/browser/assets/engine.js";
import { tellHistory } from "../../model/greatpowers/browser/assets/told.js";

const [wasm, cases] = process.argv.slice(2);
const engine = await loadEngine(readFileSync(wasm));
const told = JSON.parse(readFileSync(cases, "utf8")).map(({ data, played, seed }) => {
  const world = engine.take(data);
  return tellHistory(engine, world, data.telling, engine.policy(world, played), { seed, rounds: data.rounds });
});
process.stdout.write(JSON.stringify(told));
