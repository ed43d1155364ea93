// What a page makes of states and links, as JSON: a file of them, with the fields of a state as usual.
import { readFileSync } from "node:fs";

const { defaults, states, links } = JSON.parse(readFileSync(process.argv[2], "utf8"));
const given = JSON.stringify({ defaults, state: {} });
globalThis.document = { getElementById: () => ({ textContent: given }) };
const { linkOf, stateIn } = await import("../../model/greatpowers/server/assets/store.js");
const made = { links: await Promise.all(states.map(linkOf)), states: await Promise.all(links.map(stateIn)) };
process.stdout.write(JSON.stringify(made));
