// <gp-series>: metrics over time as small linked charts with one cursor; an ensemble's band lies behind when there is one.
import { bus } from "./bus.js";
import { Drawing, h, svg } from "./draw.js";
import { Plot, reading, scaleOf, scrubs } from "./plot.js";
import { years } from "./strip.js";

// Each chart: heading, what it says in plain words, and its lines (metric, colour, dash).
const CHARTS = [
  ["Order", "How far the rules against conquest still hold", [["order", 0, ""]]],
  ["Escalation", "How grave things are, on average over all places", [["mean_severity", 1, ""]]],
  [
    "Credibility",
    "How far the coalition’s word is believed, and is true",
    [
      ["credibility", 0, ""],
      ["true_credibility", 2, "5 3"],
    ],
  ],
  [
    "Costs",
    "What senders and targets pay for what is done",
    [
      ["sender_cost", 0, ""],
      ["target_cost", 1, "5 3"],
    ],
  ],
];
const COLOURS = ["var(--gw-line-0)", "var(--gw-line-1)", "var(--gw-line-2)"];
const LAYERS = [
  ["p5", "p95"],
  ["p25", "p75"],
];
const [WIDTH, HEIGHT] = [300, 96];

class Series extends Drawing {
  connectedCallback() {
    super.connectedCallback();
    bus.want();
  }

  build(p) {
    this.setAttribute("data-testid", "series");
    this.charts = CHARTS.map((chart) => this.chart(p, ...chart));
    this.replaceChildren(...this.charts.map((chart) => chart.element));
  }

  chart(p, title, plain, lines) {
    const cursor = svg("path.gw-cursor");
    const bands = svg("g");
    const ghosts = lines.map(([, colour]) => svg("path.gw-ghost", { style: `stroke:${COLOURS[colour]}` }));
    const paths = lines.map(([, colour, dash]) =>
      svg("path.gw-line", { style: `stroke:${COLOURS[colour]}`, "stroke-dasharray": dash || null }),
    );
    const plot = svg(
      "svg.gw-plot",
      { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", role: "img" },
      svg("g.gw-grid", ...[0.5, 1].map((y) => svg("path", { d: `M0,${(1 - y) * HEIGHT + 0.5}H${WIDTH}` }))),
      bands,
      ...ghosts,
      ...paths,
      cursor,
    );
    scrubs(plot, (x) => Math.floor((x / plot.clientWidth) * p.rounds));
    const readings = lines.map(([metric, colour, dash]) =>
      h(
        "output.gw-reading",
        {
          "data-testid": `value-${metric}`,
          "aria-live": "off",
          title: p.metricLabels[metric].plain,
        },
        svg(
          "svg.gw-key",
          { viewBox: "0 0 18 4", "aria-hidden": "true" },
          svg("path", { d: "M0,2H18", style: `stroke:${COLOURS[colour]}`, "stroke-dasharray": dash || null }),
        ),
        h("span", p.metricLabels[metric].label),
        h("b"),
      ),
    );
    const { unit } = p.metricLabels[lines[0][0]];
    const [top, bottom] = [h("span.gw-axis-top"), h("span.gw-axis-bottom")];
    const element = h(
      "figure.gw-chart",
      h("figcaption", h("span.gw-chart-title", title), h("span.gw-muted.gw-unit", { title: unit }, unit)),
      h("p.gw-muted.gw-plainly", plain),
      h("div.gw-readings", ...readings),
      h("div.gw-plot-box", plot, top, bottom),
      years(p),
    );
    return { element, plot, cursor, bands, ghosts, paths, readings, top, bottom, lines, title, unit };
  }

  flown() {
    this.banded(this.payload, bus.band());
    this.refresh();
  }

  // Lines, bands and scale; the scale holds band and lines so that nothing moves while scrubbing. While a lever moves,
  // its history is drawn over a ghost of the one before; a history may bring its own (`before`), and keeps it.
  banded(p, latest) {
    const { metrics } = this.latest();
    const before = p.before ?? p.metrics;
    const flies = metrics !== before;
    const band = latest?.key === p.key ? latest : null;
    for (const chart of this.charts) {
      const spreads = chart.lines.map(([metric]) => band?.metrics[metric] ?? null);
      const values = chart.lines.flatMap(([metric], i) => [
        ...before[metric],
        ...metrics[metric],
        ...(spreads[i] ? [...spreads[i].p5, ...spreads[i].p95] : []),
      ]);
      const scale = scaleOf(values);
      const plot = new Plot(WIDTH, HEIGHT, p.rounds, scale, { left: 0, right: 0, above: 1, below: 1 });
      [chart.bottom.textContent, chart.top.textContent] = scale.map((value) => reading(value, chart.unit));
      chart.lines.forEach(([metric], i) => {
        chart.paths[i].setAttribute("d", plot.line(metrics[metric]));
        chart.ghosts[i].setAttribute("d", flies ? plot.line(before[metric]) : "");
      });
      chart.bands.replaceChildren(
        ...spreads.flatMap((spread, i) =>
          (spread ? LAYERS : []).map(([low, high]) =>
            svg("path.gw-band", {
              d: plot.between(spread[high], spread[low]),
              style: `fill:${COLOURS[chart.lines[i][1]]}`,
            }),
          ),
        ),
      );
      chart.element.dataset.band = spreads.some(Boolean) ? band.runs : "";
    }
  }

  update(p, round) {
    for (const chart of this.charts) {
      chart.cursor.setAttribute("d", `M${((round + 0.5) / p.rounds) * WIDTH},0V${HEIGHT}`);
      const readings = chart.lines.map(([metric], i) => {
        const value = reading(p.metrics[metric][round], chart.unit);
        chart.readings[i].lastElementChild.textContent = value;
        return `${p.metricLabels[metric].label} ${value}`;
      });
      chart.plot.setAttribute(
        "aria-label",
        `${chart.title} by quarter (${chart.unit}); at ${p.quarters[round]}: ${readings.join(", ")}`,
      );
    }
  }
}

customElements.define("gp-series", Series);
