// A figure of Compare: a drawing at the width it has, an accessible text and table of it, and its files to take along.
import { bus } from "./bus.js";
import { h, svg, table } from "./draw.js";
import { colour, drawingFiles, standalone } from "./files.js";
import { Plot, reading, scrubs } from "./plot.js";

const LEAST = 200; // px
const flies = () => bus.flight("a") || bus.flight("b");

export class Figure {
  // `heading` stands over it: text or an element; `height` is fixed, so that nothing moves when numbers arrive.
  constructor({ id, heading, height, note = "" }) {
    this.height = height;
    this.title = typeof heading === "string" ? heading : "";
    this.svg = svg("svg.gc-drawing", { role: "img", "aria-label": this.title || id, height });
    this.note = h("span.gw-muted.gc-note", note);
    this.plain = h("p.gw-muted.gc-plain");
    this.table = h("div.gw-hidden");
    const name = () => {
      const p = bus.payload();
      return `${p.scenario}-${p.policy}-against-${bus.payload("b")?.policy}-${id}`;
    };
    const files = drawingFiles(
      id,
      name,
      () => this.alone(),
      () => this.rows(),
    );
    this.element = h(
      "figure.gc-figure",
      { "data-testid": `figure-${id}` },
      h("figcaption", h("div.gc-title", heading, this.note), files),
      this.plain,
      this.svg,
      this.table,
    );
    this.id = id;
    new ResizeObserver(() => this.redraw()).observe(this.svg);
  }

  // What it shows in plain words; none where the heading says it.
  say(plain) {
    this.plain.textContent = this.plain.title = plain;
  }

  // `draw(width, height)` gives the nodes; `rows` is the data, a row of heads first; every `thin`th row is read out.
  show({ draw, rows, thin = 1, label }) {
    Object.assign(this, { draw, rows });
    if (label) this.svg.setAttribute("aria-label", label);
    this.redraw();
    if (flies()) return; // what is read out comes once the hand has let go
    const read = rows().filter((_, i) => i === 0 || (i - 1) % thin === 0);
    this.table.replaceChildren(table(read[0], read.slice(1), {}, h("caption", this.title || this.id)));
  }

  redraw() {
    const width = flies() ? this.width : this.svg.clientWidth; // nothing is laid out anew while a lever moves
    if (!this.draw || !(width >= LEAST)) return; // hidden, or not laid out yet
    this.width = width;
    this.svg.setAttribute("viewBox", `0 0 ${width} ${this.height}`);
    this.svg.replaceChildren(...this.draw(width, this.height));
    this.drawn?.();
  }

  alone() {
    const [p, b] = [bus.payload(), bus.payload("b")];
    const titled = (name, words) => svg("tspan", { style: `fill:${colour(name)};font-weight:700` }, words);
    return standalone(this.svg, {
      width: this.width,
      height: this.height,
      title: this.title || this.id,
      subtitle: [
        titled("--gp-a", p.policyTitle),
        " against ",
        titled("--gp-b", b?.policyTitle ?? ""),
        ` · ${p.title} · ${this.note.textContent}`,
      ],
    });
  }
}

// A figure over rounds, whose pointer moves the cursor.
export class RoundsFigure extends Figure {
  constructor(named) {
    super(named);
    this.cursor = svg("path.gw-cursor");
    scrubs(this.svg, (x) => this.plot.roundAt(x));
  }

  // `lines(plot)` gives what stands on a plot of so many rounds and this scale; the rest is as for show().
  showRounds({ rounds, scale, quarters, unit, lines, ...more }) {
    const draw = (width, height) => {
      this.plot = new Plot(width, height, rounds, scale);
      return [...this.plot.axes(quarters, (value) => reading(value, unit)), ...lines(this.plot), this.cursor];
    };
    this.show({ draw, ...more });
  }

  drawn() {
    if (this.plot) this.cursor.setAttribute("d", this.plot.vertical(bus.cursor()));
  }

  // The cursor has moved; `words` are read out.
  moved(words) {
    this.drawn();
    this.svg.setAttribute("aria-label", words);
  }
}
