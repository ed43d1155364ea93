// A page for the tests: a document without a browser, and the page's modules. Import it before any of them.
import { createRequire } from "node:module";

const tools = createRequire(new URL("../../model/package.json", import.meta.url));
const { GlobalRegistrator } = await import(tools.resolve("@happy-dom/global-registrator"));

GlobalRegistrator.register();

// A module of the page, by its name.
export function module(name) {
  return import(new URL(`../../model/greatpowers/server/assets/${name}`, import.meta.url));
}
