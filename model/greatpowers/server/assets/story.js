// <gp-chronicle>: what happened, by quarter, in sentences; it follows the cursor, and each entry opens its story.
// Attribute: which ('a' or 'b').
import { bus } from "./bus.js";
import { choice, Drawing, h, options, radios, rungColour, rungShown } from "./draw.js";
import { ask } from "./explain.js";

const LEVELS = { headlines: "Headlines", main: "Main", all: "All" };

// Events of one place and round as one entry, in order of rounds, then places.
function grouped(p, events) {
  const entries = new Map();
  for (const event of events) {
    const key = event.round * 1000 + event.theatre + 1;
    if (!entries.has(key))
      entries.set(key, { round: event.round, theatre: event.theatre, place: placeOf(p, event.theatre), sentences: [] });
    entries.get(key).sentences.push(event.text);
  }
  return [...entries].sort(([a], [b]) => a - b).map(([, entry]) => entry);
}

function placeOf(p, k) {
  return k < 0 ? "Leaderships" : p.theatres[k].name;
}

class Chronicle extends Drawing {
  level = "main";
  place = -2; // every place

  frame() {
    this.setAttribute("data-testid", `chronicle-${this.which}`);
    const named = (name) => ({ "data-testid": `chronicle-${this.which}-${name}` });
    const levels = Object.entries(LEVELS).map(([name, words]) => [name, words, named(name)]);
    this.levels = radios("How much is told", levels, (level) => {
      this.level = level;
      this.list();
    });
    this.places = choice("select.gw-select", { "aria-label": "Places told of", ...named("place") }, [], -2, (place) => {
      this.place = Number(place);
      this.list();
    });
    this.said = h("p.gw-muted.gs-count", { role: "status" });
    this.room = h("ol.gs-list", { tabindex: 0, "aria-label": "What happened, by quarter" });
    this.replaceChildren(
      h("div.gs-head", h("h2", "Chronicle"), this.levels.element, this.places, this.said),
      this.room,
    );
  }

  build(p) {
    if (!this.room) this.frame();
    if (this.place >= p.theatres.length) this.place = -2;
    const places = p.theatres.map((theatre, k) => [k, theatre.name]);
    this.places.replaceChildren(...options([[-2, "Every place"], [-1, placeOf(p, -1)], ...places], this.place));
    this.list();
  }

  entries(p) {
    const headlines = () => p.events.filter((event) => p.headlines.includes(event.kind));
    const entries = {
      main: () => p.chronicle,
      headlines: () => grouped(p, headlines()),
      all: () => grouped(p, p.events),
    }[this.level]();
    return this.place === -2 ? entries : entries.filter((entry) => entry.theatre === this.place);
  }

  list() {
    const p = this.payload;
    this.levels.show(this.level);
    const entries = this.entries(p);
    const at = (round) => entries.filter((entry) => entry.round === round);
    const rounds = [...new Set(entries.map((entry) => entry.round))];
    this.quarters = rounds.map((round) => ({ round, element: this.quarter(p, round, at(round)) }));
    this.room.replaceChildren(...this.quarters.map(({ element }) => element));
    this.said.textContent = entries.length
      ? `${entries.length} entries; open one for its story`
      : "Nothing of the kind happened.";
    this.now = undefined;
    this.follow(this.round);
  }

  quarter(p, round, entries) {
    return h(
      "li.gs-quarter",
      { "data-round": round },
      h(
        "button.gw-link.gs-when",
        { title: "Go there", onclick: () => bus.step(round - bus.cursor()) },
        p.quarters[round],
      ),
      h("ul", ...entries.map((entry) => h("li", this.entry(p, entry)))),
    );
  }

  entry(p, { round, theatre, place, sentences }) {
    const text = [h("strong", place), ` ${sentences.join(" ")}`];
    if (theatre < 0) return h("p.gs-entry", ...text);
    const chip = h("span.gw-chip", {
      style: `background:${rungColour(rungShown(p, theatre, round))}`,
      "aria-hidden": "true",
    });
    return h(
      "button.gs-entry",
      {
        "aria-haspopup": "dialog",
        "data-testid": `entry-${round}-${p.theatres[theatre].id}`,
        onclick: () => ask(this.which, p.theatres[theatre].id, round),
      },
      chip,
      h("span", ...text),
    );
  }

  update(_, round) {
    this.follow(round);
  }

  // The last quarter told of up to the cursor is brought into view; what lies ahead is dimmed.
  follow(round) {
    const place = this.quarters.findLastIndex((quarter) => quarter.round <= round);
    this.dataset.round = round;
    if (place === this.now) return;
    this.now = place;
    this.quarters.forEach(({ element }, i) => {
      element.classList.toggle("gs-later", i > place);
      if (i === place) element.setAttribute("aria-current", "true");
      else element.removeAttribute("aria-current");
    });
    const at = this.quarters[Math.max(0, place)]?.element;
    if (at) this.room.scrollTop = at.offsetTop - 8;
  }
}

customElements.define("gp-chronicle", Chronicle);
