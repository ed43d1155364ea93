// A figure of Compare: a drawing at the width it has, an accessible text and table of it, and its files to take along.
import { bus } from "./bus.js";
import { h, svg } from "./draw.js";

const STYLES = [
  "fill",
  "fill-opacity",
  "stroke",
  "stroke-width",
  "stroke-dasharray",
  "stroke-opacity",
  "opacity",
  "font-family",
  "font-size",
  "font-weight",
  "text-anchor",
  "display",
];
const HEADING = 46;
const ENLARGED = 2;
const LEAST = 200; // px

export class Figure {
  // `heading` stands over it: text or an element; `height` is fixed, so that nothing moves when numbers arrive.
  constructor({ id, heading, height, note = "" }) {
    this.height = height;
    this.svg = svg("svg", {
      class: "gc-drawing",
      role: "img",
      "aria-label": typeof heading === "string" ? heading : id,
      height,
    });
    this.title = typeof heading === "string" ? heading : "";
    this.note = h("span", { class: "gw-muted gc-note" }, note);
    this.plain = h("p", { class: "gw-muted gc-plain" });
    this.table = h("div", { class: "gw-hidden" });
    const files = {
      PNG: () => this.png(),
      SVG: () => save(this.name("svg"), new Blob([this.outer()], { type: "image/svg+xml" })),
      CSV: () => this.csv(),
    };
    this.element = h(
      "figure",
      { class: "gc-figure", "data-testid": `figure-${id}` },
      h(
        "figcaption",
        {},
        h("div", { class: "gc-title" }, heading, this.note),
        h(
          "div",
          { class: "gc-files", role: "group", "aria-label": `Save ${id.replaceAll("-", " ")} as` },
          ...Object.entries(files).map(([kind, act]) =>
            h(
              "button",
              {
                type: "button",
                class: "gc-file",
                "data-testid": `save-${id}-${kind.toLowerCase()}`,
                title: `Save as ${kind}`,
                onclick: act,
              },
              kind,
            ),
          ),
        ),
      ),
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
    const read = rows().filter((_, i) => i === 0 || (i - 1) % thin === 0);
    this.table.replaceChildren(
      h(
        "table",
        {},
        h("caption", {}, this.title || this.id),
        h("thead", {}, h("tr", {}, ...read[0].map((cell) => h("th", { scope: "col" }, cell)))),
        h(
          "tbody",
          {},
          ...read
            .slice(1)
            .map((row) =>
              h("tr", {}, h("th", { scope: "row" }, row[0]), ...row.slice(1).map((cell) => h("td", {}, cell))),
            ),
        ),
      ),
    );
    this.redraw();
  }

  redraw() {
    const width = this.svg.clientWidth;
    if (!this.draw || width < LEAST) return; // hidden, or not laid out yet
    this.width = width;
    this.svg.setAttribute("viewBox", `0 0 ${width} ${this.height}`);
    this.svg.replaceChildren(...this.draw(width, this.height));
    this.drawn?.();
  }

  name(kind) {
    const p = bus.payload();
    return `greatpowers-${p.scenario}-${p.policy}-against-${bus.payload("b")?.policy}-${this.id}.${kind}`;
  }

  csv() {
    const cell = (value) =>
      /[",\n]/.test(String(value)) ? `"${String(value).replaceAll('"', '""')}"` : String(value ?? "");
    save(
      this.name("csv"),
      new Blob(
        [
          this.rows()
            .map((row) => `${row.map(cell).join(",")}\n`)
            .join(""),
        ],
        { type: "text/csv" },
      ),
    );
  }

  // The drawing with its styles written out, under a heading: it looks the same anywhere.
  outer() {
    const copy = this.svg.cloneNode(true);
    const [from, to] = [this.svg.querySelectorAll("*"), copy.querySelectorAll("*")];
    from.forEach((element, i) => {
      const style = getComputedStyle(element);
      to[i].setAttribute(
        "style",
        STYLES.map((name) => `${name}:${style.getPropertyValue(name)}`)
          .join(";")
          .replaceAll('"', "'"),
      );
    });
    for (const cursor of copy.querySelectorAll(".gw-cursor")) cursor.remove();
    const colour = (name) => getComputedStyle(document.body).getPropertyValue(name).trim();
    const [p, b] = [bus.payload(), bus.payload("b")];
    const text = (y, size, fill, weight, words) =>
      svg("text", { x: 10, y, style: `font:${weight} ${size}px sans-serif;fill:${fill}` }, words);
    const [ink, muted, a, other] = ["--gw-ink", "--gw-muted", "--gp-a", "--gp-b"].map(colour);
    const legend = svg(
      "text",
      { x: 10, y: 36, style: `font:400 11px sans-serif;fill:${muted}` },
      svg("tspan", { style: `fill:${a};font-weight:700` }, p.policyTitle),
      " against ",
      svg("tspan", { style: `fill:${other};font-weight:700` }, b?.policyTitle ?? ""),
      ` · ${p.title} · ${this.note.textContent}`,
    );
    const whole = svg(
      "svg",
      { width: this.width, height: this.height + HEADING, viewBox: `0 0 ${this.width} ${this.height + HEADING}` },
      svg("rect", { width: this.width, height: this.height + HEADING, style: `fill:${colour("--gw-card")}` }),
      text(19, 14, ink, 700, this.title || this.id),
      legend,
      svg("g", { transform: `translate(0,${HEADING})` }, ...copy.childNodes),
    );
    return new XMLSerializer().serializeToString(whole);
  }

  async png() {
    const image = new Image();
    image.src = URL.createObjectURL(new Blob([this.outer()], { type: "image/svg+xml" }));
    await image.decode();
    const canvas = h("canvas", { width: ENLARGED * this.width, height: ENLARGED * (this.height + HEADING) });
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    URL.revokeObjectURL(image.src);
    canvas.toBlob((blob) => save(this.name("png"), blob), "image/png");
  }
}

function save(name, blob) {
  const link = h("a", { href: URL.createObjectURL(blob), download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
