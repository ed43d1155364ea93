// <gp-powers>: doctrines of the great powers, the leader's resolve, and how a generated world is made. Worlds are built by the
// server, so a page without one has no such part.
import { bench } from "./bench.js";
import { setter } from "./dials.js";
import { h } from "./draw.js";
import { given } from "./host.js";
import { without } from "./policies.js";
import { lab } from "./store.js";

const RESOLVES = {
  "": "as the scenario has it",
  committed: "committed at the start",
  reluctant: "reluctant at the start",
};

function choice(label, options, value, testid, change) {
  const select = h(
    "select",
    { "data-testid": testid, onchange: () => change(select.value) },
    ...Object.entries(options).map(([name, words]) => h("option", { value: name, selected: name === value }, words)),
  );
  return h("label.gp-field", h("span", label), select);
}

class Powers extends HTMLElement {
  connectedCallback() {
    if (this.content) return;
    this.content = h("div.gp-powers");
    this.replaceChildren(
      h("details.gp-group", { "data-testid": "powers" }, h("summary", "Great powers and the world"), this.content),
    );
    bench.on("world", () => this.refresh());
    lab.on("state", () => this.refresh());
  }

  refresh() {
    const world = bench.world();
    if (!world?.powers || this.contains(document.activeElement)) return;
    this.content.replaceChildren(...this.generator(world), ...this.resolve(world), ...this.doctrines(world));
  }

  resolve({ powers: { leader } }) {
    if (leader === null) return [];
    const change = (value) => lab.change({ resolve: value || null });
    return [choice(`Resolve of the leader, ${leader}`, RESOLVES, lab.state().resolve ?? "", "resolve", change)];
  }

  doctrines({ powers: { states, doctrines } }) {
    const chosen = lab.state().doctrines;
    return states.map(({ id, label, doctrine }) => {
      const own = { "": `${doctrines[doctrine] ?? doctrine}, weighted as in the scenario` };
      const change = (value) => {
        const others = without(lab.state().doctrines, id);
        lab.change({ doctrines: value ? { ...others, [id]: value } : others });
      };
      return choice(label, { ...own, ...doctrines }, chosen[id] ?? "", `doctrine-${id}`, change);
    });
  }

  generator({ generator }) {
    if (!generator) return [];
    return given.generator.map((dial) => {
      const set = (value) => {
        const synthetic = { ...generator, ...lab.state().synthetic, [dial.name]: value };
        lab.change({ synthetic, doctrines: {}, cursor: 0 }, `synthetic ${dial.name}`);
      };
      const id = `synthetic-${dial.name}`;
      const { input, output } = setter(dial, id, lab.state().synthetic?.[dial.name] ?? generator[dial.name], { set });
      input.dataset.testid = id;
      return h("div.gp-lever", h("label", { for: id }, dial.label), output, input);
    });
  }
}

customElements.define("gp-powers", Powers);
