// What the engine plays, as hashes: in Node as a script (engine.wasm, a file of cases), in a browser as a module.
const ASSETS = globalThis.process === undefined ? "/assets/" : "../../model/greatpowers/browser/assets/";

async function hashOf(parts) {
  const bytes = await new Blob(parts).arrayBuffer();
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// For each world one hash of the parts of its histories, in order, and one of their summaries.
export async function hashes(bytes, { worlds, seeds, parts }) {
  const { loadEngine } = await import(`${ASSETS}engine.js`);
  const engine = await loadEngine(bytes);
  const found = {};
  for (const [name, data] of Object.entries(worlds)) {
    const world = engine.take(data);
    const [records, summaries] = [[], []];
    for (const policy of world.policies.keys()) {
      for (const seed of seeds) {
        const history = engine.play(world, policy, { seed: BigInt(seed) });
        records.push(await hashOf(parts.map((part) => history[part])));
      }
      summaries.push(engine.ensemble(world, policy, seeds.map(BigInt)));
    }
    found[name] = { records: await hashOf(records), summaries: await hashOf(summaries) };
  }
  return found;
}

// Milliseconds of histories on seeds 0, 1, ..., metrics only, after some that are not counted.
export async function pace(bytes, data, policy, count) {
  const { loadEngine } = await import(`${ASSETS}engine.js`);
  const engine = await loadEngine(bytes);
  const world = engine.take(data);
  const found = [];
  for (let seed = -40; seed < count; seed++) {
    const begun = performance.now();
    engine.play(world, policy, { seed: Math.abs(seed), record: false });
    if (seed >= 0) found.push(performance.now() - begun);
  }
  return found;
}

async function isCommand() {
  if (!globalThis.process) return false;
  const { pathToFileURL } = await import("node:url"); // the path may hold a space, and has other strokes on Windows
  return pathToFileURL(process.argv[1] ?? "").href === import.meta.url;
}

if (await isCommand()) {
  const { readFileSync } = await import("node:fs");
  const [engine, cases] = process.argv.slice(2);
  console.log(JSON.stringify(await hashes(readFileSync(engine), JSON.parse(readFileSync(cases, "utf8")))));
}
