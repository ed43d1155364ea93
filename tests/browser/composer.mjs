// What pages make of the policies of states, as JSON: engine.wasm, a file of worlds, each with its policies and its states.
import { readFileSync } from "node:fs";
import { loadEngine } from "../../model/greatpowers/browser/assets/engine.js";
import { composed, declaredOf, packed, settingsOf } from "../../model/greatpowers/server/assets/policies.js";

const [wasm, file] = process.argv.slice(2);
const { layout } = await loadEngine(readFileSync(wasm));
const { bounds, worlds } = JSON.parse(readFileSync(file, "utf8"));
const made = worlds.map(({ presets, places, declared, states }) => {
  const policies = new Map(presets.map((preset) => [preset.name, preset]));
  const played = (segments) => ({
    ...packed(segments, places, layout),
    declared: declaredOf(segments, declared, places),
  });
  return states.map((state) => [
    played(composed(policies, state.policy, settingsOf(state), state.changes, bounds)),
    played(composed(policies, state.against, state.against_set, [], bounds)),
  ]);
});
process.stdout.write(JSON.stringify(made));
