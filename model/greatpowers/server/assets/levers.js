// <gp-levers>: what a policy does, each lever in its place: from the start or from the round shown, everywhere or in some
// places, and what becomes of places that have a value of their own. What comes of a move is played while the hand moves.
import { back, bench, effectsOf, follow, segmentsOf } from "./bench.js";
import { bus } from "./bus.js";
import { reading, setter } from "./dials.js";
import { choice, counted, figure, h } from "./draw.js";
import { given } from "./host.js";
import { icon } from "./icons.js";
import { mean } from "./matched.js";
import { bounded } from "./plot.js";
import { inForce, isEmpty, nothingSet, REACHES, settingsOf, valueIn, without } from "./policies.js";
import { isSame, lab } from "./store.js";

const SCOPES = { start: "From the start", here: "From the round shown", against: "Compared with" };
// What happens to places that have a value of their own when a lever is moved everywhere.
const REACH_WORDS = {
  elsewhere: "keep their own setting",
  scaled: "change in proportion",
  levers: "become the same as everywhere",
};
const ROWS = given.groups.flatMap(({ rows }) => rows);

const shown = (value) => (Number.isNaN(value) ? "–" : figure(value).replace("-", "−"));

class Levers extends HTMLElement {
  scope = "start";
  places = []; // ids of those in which a lever is set; none for everywhere
  chosen = {}; // by lever the reach that was chosen

  connectedCallback() {
    if (this.rows) return;
    this.said = h("p.gp-note", { "aria-live": "polite", "data-testid": "reach" });
    this.told = h("p.gp-outcome", { role: "status", "data-testid": "outcome" }, "The engine is being compiled.");
    this.where = h("div.gp-places", { role: "group", "aria-label": "Places in which levers are set" });
    this.rows = new Map(ROWS.map((row) => [row.name, this.row(row)]));
    const below = h(
      "p.gp-note",
      `Below each lever: what it changes from one end to the other, the others as they are; ${given.few} matched histories, ` +
        "95% by luck.",
    );
    this.replaceChildren(this.told, this.scopes(), this.placesOpener(), this.said, below, ...this.groups());
    bench.on("world", () => this.newWorld());
    bench.on("say", (news) => this.say(news));
    bench.on("effect", (name, moved) => this.effect(name, moved));
    lab.on("state", () => this.refresh());
    bus.on("cursor", () => this.scope === "here" && this.refresh());
    effectsOf((state) => this.ends(state));
  }

  // --- What it consists of

  scopes() {
    const choose = (scope) => () => {
      this.scope = scope;
      this.chosen = {};
      if (scope === "here") bus.pause();
      this.refresh();
    };
    const button = ([scope, words]) => h("button", { "data-scope": scope, onclick: choose(scope) }, words);
    this.scopeButtons = Object.entries(SCOPES).map(button);
    const named = { role: "group", "aria-label": "What the levers are set for", "data-testid": "scope" };
    return h("div.gp-scope", named, ...this.scopeButtons);
  }

  placesOpener() {
    this.whereSays = h("summary");
    return h("details.gp-where", { "data-testid": "where" }, this.whereSays, this.where);
  }

  groups() {
    return given.groups.map(({ title, rows }, at) =>
      h(
        "details.gp-group",
        { open: at < 2 },
        h("summary", title),
        ...rows.map(({ name }) => this.rows.get(name).element),
      ),
    );
  }

  row(dial) {
    const { name } = dial;
    const id = `lever-${name}`;
    const actions = { moved: (to) => this.move(name, to), set: (to) => this.set(name, to) };
    const { input, output, show } = setter(dial, id, dial.low, actions);
    input.dataset.testid = `slider-${name}`;
    const label = h(
      "label",
      { for: id, title: dial.meaning },
      dial.label,
      " ",
      h("small", `${dial.term} · ${dial.range}`),
    );
    const named = { hidden: true, "aria-label": `${dial.label}: back to the policy's own` };
    const reset = h("button.gp-icon", { ...named, onclick: () => this.set(name, null) }, icon("back"));
    const own = h("details.gp-own", { hidden: true, "data-testid": `own-${name}` });
    const effect = h("small.gp-effect", { id: `effect-${name}` });
    const element = h("div.gp-lever", { "data-testid": id }, label, output, input, reset, own, effect);
    return { dial, element, input, show, reset, own, effect };
  }

  // --- What is set, and from what

  // The round from which a lever is set.
  get round() {
    return this.scope === "here" ? bus.cursor() : 0;
  }

  get side() {
    return this.scope === "against" ? "b" : "a";
  }

  held(state = lab.state()) {
    if (this.scope === "against") return state.against_set;
    if (this.round === 0) return settingsOf(state);
    const here = state.changes.find(({ from_round }) => from_round === this.round);
    return here ? settingsOf(here) : nothingSet();
  }

  // Fields of a state with other settings in the scope chosen.
  fields(settings, state = lab.state()) {
    if (this.scope === "against") return { against_set: settings };
    if (this.round === 0) return settings;
    return { changes: withChange(state.changes, this.round, settings) };
  }

  // What a policy does now, without what is set in this scope, and without what is set in single places.
  grounds() {
    const held = this.held();
    const at = (settings) => inForce(segmentsOf({ ...lab.state(), ...this.fields(settings) }, this.side), this.round);
    return { now: at(held), plain: at(nothingSet()), unplaced: at({ ...held, places: {} }) };
  }

  // What moving a lever does to the places with a value of their own.
  reach(name, held = this.held()) {
    return REACHES.find((reach) => name in held[reach]) ?? this.chosen[name] ?? "elsewhere";
  }

  // Settings with one lever set where it is chosen to act; with null it is as the policy has it.
  settings(name, value, reach = this.reach(name), held = this.held(), grounds = this.grounds()) {
    if (this.places.length > 0) return { ...held, places: this.placed(held, grounds, name, value) };
    const next = { ...held };
    for (const each of REACHES) next[each] = without(held[each], name);
    const replaced = reach === "levers" && hasOwn(grounds.plain, name);
    if (value !== null && (replaced || value !== grounds.plain.levers[name])) next[reach][name] = value;
    return next;
  }

  // What is set in single places, with one lever set in those chosen; what they have anyway is not set.
  placed(held, grounds, name, value) {
    const tables = { ...held.places };
    for (const place of this.places) {
      const table = without(tables[place] ?? {}, name);
      if (value !== null && value !== valueIn(grounds.unplaced, name, place)) table[name] = value;
      tables[place] = table;
    }
    return Object.fromEntries(Object.entries(tables).filter(([, table]) => Object.keys(table).length > 0));
  }

  // --- What the hand does

  move(name, value) {
    const state = lab.state();
    follow({ ...state, ...this.fields(this.settings(name, value), state) }, this.side);
  }

  set(name, value) {
    const fields = this.fields(this.settings(name, value));
    if (isSame({ ...lab.state(), ...fields }, lab.state())) {
      back();
      this.refresh();
    } else {
      lab.change(fields, `${this.scope} ${this.round} ${name} ${this.places}`);
    }
  }

  // Do otherwise with the places that have a value of their own, and keep the lever's.
  choose(name, reach) {
    const value = this.grounds().unplaced.levers[name];
    this.chosen[name] = reach;
    lab.change(this.fields(this.settings(name, value, reach)));
    this.refresh();
  }

  // --- What is shown

  newWorld() {
    const { theatres } = bench.world().shared;
    this.labels = Object.fromEntries(theatres.map(({ id, name }) => [id, name]));
    this.places = this.places.filter((place) => place in this.labels);
    const box = ({ id, name }) => {
      const input = h("input", { type: "checkbox", value: id, checked: this.places.includes(id) });
      input.addEventListener("change", () => this.place(id, input.checked));
      return h("label", input, name);
    };
    this.where.replaceChildren(...theatres.map(box));
    this.refresh();
  }

  place(id, on) {
    const chosen = new Set(this.places);
    chosen[on ? "add" : "delete"](id);
    this.places = Object.keys(this.labels).filter((each) => chosen.has(each));
    this.refresh();
  }

  refresh() {
    const state = lab.state();
    const known = bench.world()?.policies;
    if (!known?.has(state.policy) || !known.has(state.against)) return;
    for (const button of this.scopeButtons) {
      button.setAttribute("aria-pressed", String(button.dataset.scope === this.scope));
    }
    const named = this.places.map((place) => this.labels[place]);
    this.whereSays.textContent = named.length > 0 ? `Only in ${named.join(", ")}` : "Everywhere; or name places";
    const [held, grounds] = [this.held(), this.grounds()];
    for (const row of this.rows.values()) this.showRow(row, held, grounds);
    this.said.textContent = this.sentence(known.get(this.side === "b" ? state.against : state.policy).title, named);
  }

  showRow({ dial, show, reset, own }, held, grounds) {
    const { name } = dial;
    const tables =
      this.places.length > 0
        ? this.places.map((place) => held.places[place] ?? {})
        : REACHES.map((reach) => held[reach]);
    show(valueIn(grounds.now, name, this.places[0]));
    reset.hidden = !tables.some((table) => name in table);
    const content = this.ofPlaces(dial, held, grounds);
    own.hidden = content.length === 0;
    const at = [...own.children].findIndex((part) => part.contains(document.activeElement));
    own.replaceChildren(...content);
    if (at >= 0) (own.children[at]?.querySelector("select") ?? own.children[at])?.focus(); // where the keyboard was
  }

  // Every place with a value of its own, what that is now, and the choice of what becomes of it; or nothing.
  ofPlaces(dial, held, { now, plain, unplaced }) {
    const { name } = dial;
    const before = (this.places.length > 0 ? unplaced : plain).own[name] ?? {};
    const owning = Object.keys(this.labels).filter((place) => place in before || place in (now.own[name] ?? {}));
    const places = this.places.length > 0 ? this.places : owning;
    const values = places.map((place) => valueIn(now, name, place));
    if (places.length === 0 || (this.places.length > 0 && new Set(values).size < 2)) return [];
    const part = (place, i) => {
      const was = before[place];
      const lost = was === undefined || was === values[i] ? "" : ` (the policy's own: ${reading(dial, was)})`;
      return `${this.labels[place]} ${reading(dial, values[i])}${lost}`;
    };
    const list = h("p.gp-note", places.map(part).join("; "));
    if (this.places.length > 0) return [h("summary", "These places differ"), list];
    const all = Object.keys(this.labels).length;
    const have = places.length === 1 ? "has its own setting" : "have their own setting";
    return [
      h("summary", `${places.length} of ${counted(all, "place")} ${have}`),
      this.reaches(dial, held, plain),
      list,
    ];
  }

  reaches({ name, label, scales }, held, plain) {
    const offered = REACHES.filter((reach) => reach !== "scaled" || (scales && plain.levers[name] > 0));
    const rows = offered.map((reach) => [reach, REACH_WORDS[reach]]);
    const named = { "aria-label": `${label}: when moved, these places`, "data-testid": `reach-${name}` };
    const choose = (reach) => this.choose(name, reach);
    return h("label.gp-reach", "When moved, these ", choice("select", named, rows, this.reach(name, held), choose));
  }

  sentence(title, places) {
    const { quarters } = bench.world().shared;
    const since = this.round > 0 ? `from ${quarters[this.round]} on` : "from the first round on";
    if (places.length > 0) return `Moving a lever changes ${title} ${since}, only in ${places.join(", ")}.`;
    return `Moving a lever changes ${title} ${since}. Places with their own setting keep it unless you say otherwise.`;
  }

  say({ policyTitle, seed, metrics }) {
    if (!metrics) return;
    const begun = metrics.wars_begun.reduce((a, b) => a + b, 0);
    this.told.textContent =
      `${policyTitle}, seed ${seed}: escalation ${shown(mean(metrics.mean_severity))} on average, ${counted(begun, "war")} begun, ` +
      `order ${shown(metrics.order.at(-1))} at the end.`;
  }

  // --- How far each lever moves outcomes

  // Of each lever the states at its two ends, as moving it here would set it.
  ends(state) {
    if (!this.checkVisibility()) return [];
    const [held, grounds] = [this.held(), this.grounds()];
    return ROWS.map(({ name, low, high }) => ({
      name,
      which: this.side,
      states: [high, low].map((value) => {
        const settings = this.settings(name, value, this.reach(name, held), held, grounds);
        return { ...state, ...this.fields(settings, state) };
      }),
    }));
  }

  effect(name, moved) {
    if (name === null) for (const { effect } of this.rows.values()) effect.textContent = "";
    if (name === null) return;
    const { dial, effect } = this.rows.get(name);
    const parts = moved.map(
      ({ label, apart, half }) => `${label} ${bounded(apart, half / 10, true)} ± ${bounded(half, half / 10)}`,
    );
    effect.textContent = `From ${reading(dial, dial.low)} to ${reading(dial, dial.high)}: ${parts.join(", ")}`;
  }
}

const hasOwn = ({ own }, name) => Object.keys(own[name] ?? {}).length > 0;

// The changes with other settings from a round on; a change that says nothing is dropped.
function withChange(changes, start, settings) {
  const existing = changes.find(({ from_round }) => from_round === start) ?? { from_round: start, policy: null };
  const others = changes.filter(({ from_round }) => from_round !== start);
  return isEmpty(settings) && !existing.policy ? others : [...others, { ...existing, ...settings }];
}

customElements.define("gp-levers", Levers);
