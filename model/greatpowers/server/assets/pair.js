// Two histories at one cursor: whose map is whose, which theatres differ, and where and why the histories part.
import { parted } from "./bench.js";
import { bus } from "./bus.js";
import { Drawing, h, rungShown, rungStyle } from "./draw.js";
import { ask } from "./explain.js";
import { linkMaps } from "./view.js";

// An element that draws both histories, the parting, or the ensembles: build() when any is new, update(_, round) at each cursor.
export class Pair extends Drawing {
  connectedCallback() {
    super.connectedCallback();
    bus.on(this.kind ?? "parting", () => this.rebuild());
  }

  // A payload is drawn once all who draw single histories have drawn it.
  heard() {
    queueMicrotask(() => this.rebuild());
  }

  get a() {
    return this.latest("a");
  }

  get b() {
    return this.latest("b");
  }

  // Where the histories shown part, once that is known.
  get parting() {
    const parting = bus.heard("parting");
    return parting?.key === this.a?.key ? parting : null;
  }

  get ready() {
    return this.a && this.a.key === this.b?.key;
  }

  // Theatres in which the two are on different rungs.
  differing(round) {
    return this.a.theatres.map((_, k) => k).filter((k) => rungShown(this.a, k, round) !== rungShown(this.b, k, round));
  }
}

class Versus extends Pair {
  build() {
    this.setAttribute("data-testid", "versus");
    const room = this.closest(".gc-compare");
    room.dataset.side ??= "a";
    const names = { a: this.a.policyTitle, b: this.b.policyTitle };
    const pick = (which) => {
      room.dataset.side = which;
      for (const button of this.querySelectorAll("button"))
        button.setAttribute("aria-pressed", button.dataset.which === which);
    };
    const focused = this.contains(document.activeElement) ? document.activeElement.dataset.which : null;
    this.replaceChildren(
      h("p.gc-same", "One history of each policy on the same luck: all that differs is the policy."),
      h(
        "div.gw-segments.gc-switch",
        { role: "group", "aria-label": "Policy shown" },
        ...Object.entries(names).map(([which, title]) =>
          h(
            "button",
            { "data-which": which, "data-testid": `side-${which}`, onclick: () => pick(which) },
            swatch(which),
            title,
          ),
        ),
      ),
    );
    pick(room.dataset.side);
    if (focused) this.querySelector(`[data-which=${focused}]`).focus();
  }
}

export function swatch(which) {
  return h("span", { class: `gc-swatch gc-swatch-${which}`, "aria-hidden": "true" });
}

// What a colour means.
export function keyed(look, words) {
  return h("span.gc-item", h("span", { class: `gc-swatch ${look}`, "aria-hidden": "true" }), words);
}

class Whose extends Pair {
  build() {
    const which = this.getAttribute("which");
    this.replaceChildren(h("h2", swatch(which), this[which].policyTitle));
  }
}

// Theatres that differ at the cursor: marked on both maps, and named with both rungs.
class Apart extends Pair {
  build() {
    this.setAttribute("data-testid", "apart");
    this.count = h("p.gc-count");
    this.row = h("ul.gc-chips");
    this.replaceChildren(this.count, this.row);
    this.shown = null;
    linkMaps([...this.closest(".gc-compare").querySelectorAll("gp-map")]);
  }

  flown() {
    this.refresh();
  }

  update(_, round) {
    const differing = this.differing(round);
    const key = `${this.a.key} ${differing.map((k) => `${k}:${rungShown(this.a, k, round)}:${rungShown(this.b, k, round)}`).join()}`;
    this.count.textContent = differing.length
      ? `${this.a.quarters[round]}: ${differing.length} of ${this.a.theatres.length} theatres are on different rungs`
      : `${this.a.quarters[round]}: every theatre is on the same rung under both`;
    this.dataset.round = round;
    if (key === this.shown) return;
    this.shown = key;
    const kept = this.contains(document.activeElement) ? document.activeElement.dataset.theatre : null;
    this.row.replaceChildren(...differing.map((k) => h("li", this.chip(k, round))));
    if (kept) this.row.querySelector(`[data-theatre="${kept}"]`)?.focus();
    this.mark(new Set(differing.map((k) => this.a.theatres[k].id)));
  }

  chip(k, round) {
    const rungs = { a: this.a, b: this.b };
    const cell = ([which, p]) =>
      h(
        "span",
        {
          class: `gc-rung gc-rung-${which}`,
          "aria-hidden": "true",
          style: rungStyle(rungShown(p, k, round)),
        },
        String(rungShown(p, k, round)),
      );
    const words = Object.values(rungs)
      .map((p) => `${p.policyTitle} rung ${rungShown(p, k, round)}`)
      .join(", ");
    return h(
      "button.gc-chip",
      { "data-theatre": this.a.theatres[k].id, onclick: () => bus.select(bus.selected() === k ? -1 : k) },
      ...Object.entries(rungs).map(cell),
      this.a.theatres[k].name,
      h("span.gw-hidden", `: ${words}`),
    );
  }

  mark(ids) {
    for (const group of this.closest(".gc-compare").querySelectorAll("gp-map .gw-theatre")) {
      const differs = ids.has(group.dataset.testid.slice("theatre-".length));
      group.classList.toggle("gc-differs", differs);
      group.classList.toggle("gc-alike", ids.size > 0 && !differs);
    }
  }
}

// Where the two histories part, and why: asked once it is seen.
class Parting extends Pair {
  connectedCallback() {
    super.connectedCallback();
    new ResizeObserver(() => this.ask()).observe(this);
  }

  async ask() {
    const { a, b } = this;
    if (!this.ready || this.asked === a.key || !this.checkVisibility()) return;
    this.asked = a.key;
    const answer = await parted(b, a).catch(({ message }) => ({ fault: message }));
    if (answer && a.key === this.a?.key) bus.hear("parting", { ...answer, key: a.key });
  }

  build() {
    this.setAttribute("data-testid", "parting");
    const parting = this.parting;
    this.dataset.state = parting ? "told" : "waiting";
    this.replaceChildren(
      h("h2", parting ? heading(parting) : "Where they part"),
      h("div.gc-why", ...this.body(parting)),
    );
    const name = (k) => this.a.theatres[k].id;
    this.dataset.round = parting?.round ?? "";
    this.dataset.theatres = parting?.theatres?.map(name).join(" ") ?? "";
    this.dataset.decision = parting?.decision ? `${name(parting.decision.theatre)} ${parting.decision.round}` : "";
    this.ask();
  }

  body(parting) {
    if (!parting) return [h("p.gw-muted", "Holding one history beside the other…")];
    if (parting.fault) return [h("p", parting.fault)];
    const { decision } = parting;
    const weighed = (which) => () => ask(which, this.a.theatres[decision.theatre].id, decision.round);
    const go = (text, testid, act) => h("button.gs-button", { "data-testid": testid, onclick: act }, text);
    const ways = !decision
      ? []
      : [
          go(`Go to ${decision.quarter}`, "parting-go", () => {
            bus.step(decision.round - bus.cursor());
            bus.select(decision.theatre);
          }),
          go(`What was weighed under ${this.a.policyTitle}`, "parting-a", weighed("a")),
          go(`… and under ${this.b.policyTitle}`, "parting-b", weighed("b")),
        ];
    return [...parting.paragraphs.map((text) => h("p", text)), h("div.gs-ways", ...ways)];
  }
}

function heading({ fault, round, decision }) {
  if (fault) return "This cannot be explained";
  if (round === null) return "The two histories are the same";
  return decision
    ? `First different decision: ${decision.place}, ${decision.quarter}`
    : "They differ, but no challenger decides differently";
}

customElements.define("gp-whose", Whose);
customElements.define("gp-versus", Versus);
customElements.define("gp-apart", Apart);
customElements.define("gp-parting", Parting);
