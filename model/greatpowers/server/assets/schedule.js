// <gp-schedule>: another policy or the offer from the round shown on, and the list of all changes of policy.
import { bench } from "./bench.js";
import { bus } from "./bus.js";
import { reading } from "./dials.js";
import { h } from "./draw.js";
import { given } from "./host.js";
import { icon } from "./icons.js";
import { nothingSet } from "./policies.js";
import { lab } from "./store.js";

const OFFERS = {
  offer: ["offer the deal everywhere", { deal: 1 }],
  withdraw: ["withdraw the offer", { deal: 0 }],
};
const ENDS = { elsewhere: "", scaled: ", elsewhere in proportion", levers: ", everywhere" };
const DIALS = new Map(given.groups.flatMap(({ rows }) => rows.map((row) => [row.name, row])));

// A change in words.
function inWords(change, { policies, shared }) {
  const names = new Map(shared.theatres.map(({ id, name }) => [id, name]));
  const set = (levers, end) =>
    Object.entries(levers).map(
      ([name, value]) => `${DIALS.get(name).label.toLowerCase()}: ${reading(DIALS.get(name), value)}${end}`,
    );
  return [
    ...(change.policy ? [`follow ${policies.get(change.policy)?.title ?? change.policy}`] : []),
    ...Object.entries(ENDS).flatMap(([reach, end]) => set(change[reach], end)),
    ...Object.entries(change.places).flatMap(([place, levers]) => set(levers, ` in ${names.get(place) ?? place}`)),
  ].join("; ");
}

class Schedule extends HTMLElement {
  connectedCallback() {
    if (this.list) return;
    this.setAttribute("role", "group");
    this.setAttribute("aria-label", "Changes over time");
    this.hint = h("p.gp-note", "Move the time slider to change policy mid-run.");
    // An arrow key on a closed list chooses at once, so what is chosen is done by a button.
    const chosen = () => {
      this.button.disabled = !this.select.value;
    };
    this.select = h("select", { "data-testid": "drop-change", onchange: chosen });
    const act = {
      type: "button",
      "data-testid": "drop-set",
      disabled: true,
      onclick: () => this.drop(this.select.value),
    };
    this.button = h("button.gp-button", act, "Change");
    this.course = h("div.gp-course", this.select, this.button);
    this.list = h("ul.gp-changes", { "aria-label": "Changes of policy" });
    this.replaceChildren(this.hint, this.course, this.list);
    bench.on("world", () => this.newWorld());
    lab.on("state", () => this.refresh());
    bus.on("cursor", () => this.point());
    bus.on("payload", () => this.point());
    this.point();
  }

  newWorld() {
    const { presets } = bench.world();
    this.first = h("option", { value: "" });
    this.select.replaceChildren(
      this.first,
      ...Object.entries(OFFERS).map(([name, [words]]) => h("option", { value: name }, words)),
      ...presets.map(({ name, title }) => h("option", { value: `follow ${name}` }, `follow ${title}`)),
    );
    this.refresh();
  }

  point() {
    const quarters = bench.world()?.shared.quarters;
    const round = bus.cursor();
    this.hint.hidden = round > 0;
    this.course.hidden = round === 0 || !quarters;
    if (this.course.hidden) return;
    this.first.textContent = `From ${quarters[round]} on…`;
    this.select.setAttribute("aria-label", `Change course from ${quarters[round]}…`);
  }

  drop(what) {
    const start = bus.cursor();
    const others = lab.state().changes.filter(({ from_round }) => from_round !== start);
    const levers = OFFERS[what]?.[1] ?? {};
    const policy = what in OFFERS ? null : what.slice("follow ".length);
    this.select.value = "";
    this.button.disabled = true;
    lab.change({ changes: [...others, { from_round: start, policy, ...nothingSet(), levers }] });
  }

  refresh() {
    const world = bench.world();
    if (!world) return;
    this.list.replaceChildren(...lab.state().changes.map((change) => this.entry(change, world)));
  }

  entry(change, world) {
    const start = change.from_round;
    const words = inWords(change, world);
    const remove = () => {
      lab.change({ changes: lab.state().changes.filter(({ from_round }) => from_round !== start) });
      (this.list.querySelector("button") ?? this.select).focus();
    };
    return h(
      "li.gp-change",
      h(
        "button.gp-when",
        { type: "button", onclick: () => bus.setCursor(start) },
        world.shared.quarters[start] ?? start,
      ),
      h("span", words),
      h("button.gp-icon", { type: "button", "aria-label": `Remove: ${words}`, onclick: remove }, icon("close")),
    );
  }
}

customElements.define("gp-schedule", Schedule);
