// Another policy or the offer from the round shown on, and the list of all changes of policy.
import { bench } from "./bench.js";
import { bus } from "./bus.js";
import { reading } from "./dials.js";
import { choice, h, options } from "./draw.js";
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

export function schedulePanel() {
  const hint = h("p.gp-note", "Move the time slider to change policy mid-run.");
  // An arrow key on a closed list chooses at once, so what is chosen is done by a button.
  const select = choice("select", { "data-testid": "drop-change" }, [], "", (what) => {
    button.disabled = !what;
  });
  const act = { "data-testid": "drop-set", disabled: true, onclick: () => drop(select.value) };
  const button = h("button.gp-button", act, "Change");
  const course = h("div.gp-course", select, button);
  const list = h("ul.gp-changes", { "aria-label": "Changes of policy" });

  const setAt = (start, ...changes) => {
    const others = lab.state().changes.filter(({ from_round }) => from_round !== start);
    lab.change({ changes: [...others, ...changes] });
  };

  function drop(what) {
    const levers = OFFERS[what]?.[1] ?? {};
    const policy = what in OFFERS ? null : what.slice("follow ".length);
    select.value = "";
    button.disabled = true;
    setAt(bus.cursor(), { from_round: bus.cursor(), policy, ...nothingSet(), levers });
  }

  function point() {
    const quarters = bench.world()?.shared.quarters;
    const round = bus.cursor();
    hint.hidden = round > 0;
    course.hidden = round === 0 || !quarters;
    if (course.hidden) return;
    select.options[0].textContent = `From ${quarters[round]} on…`;
    select.setAttribute("aria-label", `Change course from ${quarters[round]}…`);
  }

  function entry(change, world) {
    const start = change.from_round;
    const words = inWords(change, world);
    const remove = () => {
      setAt(start);
      (list.querySelector("button") ?? select).focus();
    };
    const quarter = world.shared.quarters[start] ?? start;
    return h(
      "li.gp-change",
      h("button.gp-when", { onclick: () => bus.setCursor(start) }, quarter),
      h("span", words),
      h("button.gp-icon", { "aria-label": `Remove: ${words}`, onclick: remove }, icon("close")),
    );
  }

  function refresh() {
    const world = bench.world();
    if (world) list.replaceChildren(...lab.state().changes.map((change) => entry(change, world)));
  }

  bench.on("world", ({ presets }) => {
    const offers = Object.entries(OFFERS).map(([name, [words]]) => [name, words]);
    const policies = presets.map(({ name, title }) => [`follow ${name}`, `follow ${title}`]);
    select.replaceChildren(...options([["", ""], ...offers, ...policies], ""));
    refresh();
  });
  lab.on("state", refresh);
  bus.on("cursor", point);
  bus.on("payload", point);
  point();
  return h("gp-schedule", { role: "group", "aria-label": "Changes over time" }, hint, course, list);
}
