// Small helpers that every drawing module shares: elements, numbers in words, and the base of custom elements.
import { bus } from "./bus.js";

const SVG = "http://www.w3.org/2000/svg";

// Fill an element with what follows its name: attributes, if there are any, and children. A button submits only if it says so.
function fill(element, classes, parts) {
  const [attributes, children] = parts[0]?.constructor === Object ? [parts[0], parts.slice(1)] : [{}, parts];
  if (element.localName === "button") element.type = "button";
  if (classes.length) element.setAttribute("class", classes.join(" "));
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "style" && value)
      element.style.cssText = value; // which a strict page allows, and not the attribute
    else if (value !== null && value !== undefined && value !== false)
      element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

// An element by its tag, with its classes behind points: `h("p.small", "text")`, `h("a.link", { href }, "text")`.
export function h(name, ...parts) {
  const [tag, ...classes] = name.split(".");
  return fill(document.createElement(tag), classes, parts);
}

// The same of a drawing.
export function svg(name, ...parts) {
  const [tag, ...classes] = name.split(".");
  return fill(document.createElementNS(SVG, tag), classes, parts);
}

// Options to choose from, rows [value, words].
export function options(rows, chosen) {
  return rows.map(([value, words]) => h("option", { value, selected: value === chosen }, words));
}

// A choice among such options; `act` is told the value that is taken, as text.
export function choice(name, attributes, rows, chosen, act) {
  return h(name, { ...attributes, onchange: ({ target }) => act(target.value) }, ...options(rows, chosen));
}

// Radio buttons side by side, rows [name, words, attributes]: the element, and `show`, which shows one of a name as on. `act` is
// told the name of the one that is pressed; arrow keys move among them, as everywhere.
export function radios(label, rows, act) {
  const move = (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    const to = (all.indexOf(event.currentTarget) + step + all.length) % all.length;
    act(rows[to][0]);
    all[to].focus();
  };
  const all = rows.map(([name, words, attributes]) =>
    h("button", { role: "radio", ...attributes, onclick: () => act(name), onkeydown: move }, words),
  );
  const show = (chosen) =>
    all.forEach((button, at) => {
      const on = rows[at][0] === chosen;
      button.setAttribute("aria-checked", on);
      button.tabIndex = on ? 0 : -1;
    });
  return { element: h("div.gw-segments", { role: "radiogroup", "aria-label": label }, ...all), show };
}

// A share as people read it; a small one keeps a figure.
export function percent(share) {
  if (share > 0 && share < 0.0005) return "under 0.1%";
  return share > 0 && share < 0.02 ? `${(100 * share).toFixed(1)}%` : `${Math.round(100 * share)}%`;
}

// A share in thousandths, with its sign.
export function thousandths(share) {
  const shown = Math.abs(1000 * share).toFixed(3);
  return `${share < 0 && Number(shown) > 0 ? "−" : "+"}${shown}`;
}

// Three significant figures, without an exponent where it can be avoided.
export function figure(value) {
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size < 0.00001) return value.toExponential(1);
  return String(Number(value.toPrecision(3)));
}

// So many of something, as people write it.
export function counted(number, noun, nouns = `${noun}s`) {
  return `${number} ${number === 1 ? noun : nouns}`;
}

// A table. A head is text, or what to show and how its cells are labelled where heads have no room; "" has none. A row is its
// cells, or has them in `cells` beside its attributes; the first is its head. A cell is content, or is made already.
export function table(heads, rows, attributes = {}, caption = null) {
  const labels = heads.map((head) => (Array.isArray(head) ? head.at(-1) : head));
  const cell = (content, at) => {
    const made =
      content?.tagName === "TD" ? content : h(at ? "td" : "th", at ? {} : { scope: "row" }, ...[content].flat());
    if (at) made.dataset.label = labels[at];
    return made;
  };
  const line = (row) => {
    const { cells, ...rest } = Array.isArray(row) ? { cells: row } : row;
    return h("tr", rest, ...cells.map(cell));
  };
  const named = (head) =>
    head === "" ? h("td") : h("th", { scope: "col" }, ...(Array.isArray(head) ? head.slice(0, -1) : [head]));
  return h("table", attributes, caption, h("thead", h("tr", ...heads.map(named))), h("tbody", ...rows.map(line)));
}

export const TOP = 7;

export function rungColour(rung) {
  return `var(--gw-rung-${rung})`;
}

// Dark figures on the light rungs, light ones on the dark.
export function rungInk(rung) {
  return rung >= 6 ? "#ffffff" : "#1d1d1d";
}

export const rungStyle = (rung) => `background:${rungColour(rung)};color:${rungInk(rung)}`;

// The rung on which a place is shown: war is the top of the ladder, from whichever rung it broke out.
// The record goes on counting rungs in a war; tables and files have its numbers, beside a column that says there is war.
export function rungShown(p, k, round) {
  return p.theatre.war[round][k] ? TOP : p.theatre.rung[round][k];
}

// The rungs 8 and 9 of the record are outcomes of war; the page says so in words.
export function rungWords(p, k, round) {
  if (p.theatre.great_power_war[round][k]) return "war between great powers";
  if (p.theatre.war[round][k]) return "war";
  return p.ladder[p.theatre.rung[round][k]].name;
}

// Value in force at a round of what is told by its changes: rows [round, state, value], as a map state -> value.
export function inForce(rows, round) {
  const values = new Map();
  for (const [when, state, value] of rows) {
    if (when > round) break;
    if (value === 0) values.delete(state);
    else values.set(state, value);
  }
  return values;
}

// An element that draws histories and follows the cursor. Subclasses give build(p) and update(p, round), react to others, and
// have flown() if they draw the history under the hand as well.
export class Drawing extends HTMLElement {
  connectedCallback() {
    let seen = false;
    bus.on("payload", (which) => this.heard(which));
    // All are looked at before any is drawn, or the browser would lay the page out once for each.
    bus.on("flying", () => {
      seen = this.built && this.checkVisibility();
    });
    bus.on("flight", () => seen && this.flown?.());
    bus.on("cursor", () => this.refresh());
    bus.on("select", () => this.built && this.chosen?.(this.payload, bus.selected()));
    bus.on("band", () => this.built && this.banded?.(this.payload, bus.band()));
    bus.on("play", (playing) => this.played?.(playing));
    this.heard(this.which);
  }

  get which() {
    return this.getAttribute("which") ?? "a";
  }

  get payload() {
    return bus.payload(this.which);
  }

  get ready() {
    return Boolean(this.payload);
  }

  get round() {
    return Math.min(bus.cursor(), (this.payload?.rounds ?? 1) - 1);
  }

  // What is drawn: the history under the hand in what follows it, else the one that is set.
  latest(which = this.which) {
    return (this.flown && bus.flight(which)) || bus.payload(which);
  }

  heard(which) {
    if (which === this.which) this.rebuild();
  }

  rebuild() {
    if (!this.ready) return;
    this.build(this.payload);
    this.built = true;
    this.refresh();
    this.chosen?.(this.payload, bus.selected());
    this.banded?.(this.payload, bus.band());
  }

  refresh() {
    if (this.built) this.update?.(this.latest(), this.round);
  }
}
