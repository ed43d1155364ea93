// Doctrines of the great powers, the leader's resolve, and how a generated world is made. Worlds are built by the
// server, so a page without one has no such part.
import { bench } from "./bench.js";
import { setter } from "./dials.js";
import { choice, h } from "./draw.js";
import { given } from "./host.js";
import { without } from "./policies.js";
import { lab } from "./store.js";

const RESOLVES = {
  "": "as the scenario has it",
  committed: "committed at the start",
  reluctant: "reluctant at the start",
};

function picked(label, choices, value, testid, act) {
  const select = choice("select", { "data-testid": testid }, Object.entries(choices), value, act);
  return h("label.gp-field", h("span", label), select);
}

function resolve({ leader }) {
  if (leader === null) return [];
  const change = (value) => lab.change({ resolve: value || null });
  return [picked(`Resolve of the leader, ${leader}`, RESOLVES, lab.state().resolve ?? "", "resolve", change)];
}

function doctrines({ states, doctrines }) {
  const chosen = lab.state().doctrines;
  return states.map(({ id, label, doctrine }) => {
    const own = { "": `${doctrines[doctrine] ?? doctrine}, weighted as in the scenario` };
    const change = (value) => {
      const others = without(lab.state().doctrines, id);
      lab.change({ doctrines: value ? { ...others, [id]: value } : others });
    };
    return picked(label, { ...own, ...doctrines }, chosen[id] ?? "", `doctrine-${id}`, change);
  });
}

function generatedBy(usual) {
  return given.generator.map((dial) => {
    const now = { ...usual, ...lab.state().synthetic };
    const set = (value) => {
      const synthetic = { ...usual, ...lab.state().synthetic, [dial.name]: value };
      lab.change({ synthetic, doctrines: {}, cursor: 0 }, `synthetic ${dial.name}`);
    };
    const id = `synthetic-${dial.name}`;
    const { input, output } = setter(dial, id, now[dial.name], { set });
    input.dataset.testid = id;
    return h("div.gp-lever", h("label", { for: id }, dial.label), output, input);
  });
}

export function powersPanel() {
  const content = h("div.gp-powers");
  const refresh = () => {
    const world = bench.world();
    if (!world?.powers || content.contains(document.activeElement)) return;
    const { powers, generator } = world;
    content.replaceChildren(...(generator ? generatedBy(generator) : []), ...resolve(powers), ...doctrines(powers));
  };
  bench.on("world", refresh);
  lab.on("state", refresh);
  const summary = h("summary", "Great powers and the world");
  return h("gp-powers", h("details.gp-group", { "data-testid": "powers" }, summary, content));
}
