// <gp-gap-strip>: by how many rungs each theatre differs between the two histories, over time; a click goes there.
import { bus } from "./bus.js";
import { h, rungShown, svg } from "./draw.js";
import { Figure } from "./figure.js";
import { keyed, Pair } from "./pair.js";
import { scrubs, yearTicks } from "./plot.js";
import { stretches } from "./strip.js";

const ROW = 15;
const MOST = 4; // rungs apart at which the colour is fullest

class GapStrip extends Pair {
  flown() {
    this.rebuild();
  }

  build() {
    this.setAttribute("data-testid", "gap-strip");
    const { theatres } = this.a;
    if (this.rows !== theatres.length) this.frame();
    const height = ROW * theatres.length + 22;
    this.figure.height = height;
    this.figure.svg.setAttribute("height", height);
    this.figure.show({
      draw: (width) => this.drawn(width),
      rows: () => [
        ["quarter", ...theatres.map((theatre) => theatre.name)],
        ...this.a.quarters.map((quarter, r) => [quarter, ...theatres.map((_, k) => this.gap(k, r))]),
      ],
      thin: 4,
    });
    this.key.replaceChildren(
      keyed("gc-lower", `calmer under ${this.a.policyTitle}`),
      keyed("gc-higher", `calmer under ${this.b.policyTitle}`),
      keyed("gc-swatch-parting", "first choice that differs"),
    );
  }

  frame() {
    this.rows = this.a.theatres.length;
    this.figure = new Figure({
      id: "rungs-apart",
      heading: "Difference in rungs, by theatre",
      height: ROW * this.rows + 22,
      note: "in rungs; blue: calmer under the first policy",
    });
    this.cursor = svg("path.gw-cursor");
    this.key = h("p.gc-key");
    scrubs(this.figure.svg, (x) => Math.floor(((x - this.left) / this.wide) * this.a.rounds));
    this.figure.svg.addEventListener("pointerdown", (event) => {
      const k = Math.floor((event.clientY - this.figure.svg.getBoundingClientRect().top) / ROW);
      if (k < this.rows) bus.select(k);
    });
    this.replaceChildren(this.figure.element);
    this.figure.svg.before(this.key);
  }

  gap(k, round) {
    return rungShown(this.a, k, round) - rungShown(this.b, k, round);
  }

  drawn(width) {
    this.left = width < 520 ? 108 : 190;
    this.wide = width - this.left - 4;
    const { theatres, quarters, rounds } = this.a;
    const letters = Math.floor(this.left / 6.5);
    const names = theatres.map(({ name }, k) =>
      svg(
        "text.gc-name",
        { x: this.left - 6, y: ROW * k + 11, "text-anchor": "end" },
        name.length > letters ? `${name.slice(0, letters - 1)}…` : name,
      ),
    );
    const lines = theatres.map((_, k) =>
      svg("rect.gc-row", { x: this.left, y: ROW * k + 1, width: this.wide, height: ROW - 2 }),
    );
    const parted = this.parting?.decision;
    const x = (r) => this.left + (r / rounds) * this.wide;
    return [
      ...names,
      ...lines,
      ...theatres.flatMap((_, k) => this.runs(k, x)),
      ...yearTicks(quarters, x, ROW * theatres.length + 15, this.wide),
      parted ? svg("path.gc-flag", { d: `M${x(parted.round + 0.5)},${ROW * parted.theatre + 1}l5,5l-5,5l-5,-5Z` }) : "",
      this.place(),
    ];
  }

  // Stretches of rounds in which a theatre differs by the same number of rungs.
  runs(k, x) {
    const apart = stretches(this.a.rounds, (r) => this.gap(k, r)).filter(([gap]) => gap);
    return apart.map(([gap, start, rounds]) =>
      svg("rect", {
        class: gap < 0 ? "gc-lower" : "gc-higher",
        x: x(start),
        y: ROW * k + 1,
        width: x(start + rounds) - x(start),
        height: ROW - 2,
        "fill-opacity": 0.3 + 0.7 * Math.min(1, Math.abs(gap) / MOST),
      }),
    );
  }

  place() {
    const x = this.left + ((this.round + 0.5) / this.a.rounds) * this.wide;
    this.cursor.setAttribute("d", `M${x},0V${ROW * this.rows}`);
    return this.cursor;
  }

  update(_, round) {
    if (this.wide) this.place();
    const apart = this.differing(round).map(
      (k) => `${this.a.theatres[k].name} ${this.gap(k, round) > 0 ? "+" : ""}${this.gap(k, round)}`,
    );
    this.figure.svg.setAttribute(
      "aria-label",
      `Rungs under ${this.a.policyTitle} less those under ${this.b.policyTitle}; at ${this.a.quarters[round]}: ${apart.join(", ") || "none differ"}`,
    );
  }
}

customElements.define("gp-gap-strip", GapStrip);
