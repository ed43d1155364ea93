// <gp-both>: metrics of both histories over time, what lies between them shaded, with one cursor and the parting marked.
import { bus } from "./bus.js";
import { choice, h, svg } from "./draw.js";
import { RoundsFigure } from "./figure.js";
import { keyed, Pair, swatch } from "./pair.js";
import { reading, scaleOf } from "./plot.js";

const SHOWN = ["order", "mean_severity", "credibility", "sender_cost"];
const HEIGHT = 150;

class Both extends Pair {
  flown() {
    for (const chart of this.charts) this.show(chart);
    this.refresh();
  }

  build() {
    this.setAttribute("data-testid", "both");
    if (!this.charts) {
      this.charts = SHOWN.map((metric, i) => this.chart(metric, i));
      this.key = h("p.gc-key");
      this.append(
        h("h2", "Both histories over time"),
        this.key,
        h("div.gc-charts", ...this.charts.map((chart) => chart.element)),
      );
    }
    this.key.replaceChildren(
      keyed("gc-swatch-a", this.a.policyTitle),
      keyed("gc-swatch-b", this.b.policyTitle),
      keyed("gc-swatch-gap", "what lies between"),
      keyed("gc-swatch-parting", "first choice that differs"),
    );
    for (const chart of this.charts) this.show(chart);
  }

  chart(metric, i) {
    const named = { "aria-label": `Metric of chart ${i + 1}`, "data-testid": `both-metric-${i}` };
    const metrics = Object.entries(this.a.metricLabels).map(([name, { label }]) => [name, label]);
    const select = choice("select.gw-select", named, metrics, metric, (taken) => {
      chart.metric = taken;
      this.show(chart);
      this.move(chart, this.round);
    });
    const chart = new RoundsFigure({ id: `both-${i + 1}`, heading: select, height: HEIGHT });
    const reading = (which) => h("output.gc-reading", { "data-testid": `both-${i + 1}-${which}`, "aria-live": "off" });
    const [ours, theirs, apart] = ["a", "b", "difference"].map(reading);
    const note = h("span.gw-muted", "difference");
    chart.svg.before(h("p.gc-readings", swatch("a"), ours, swatch("b"), theirs, note, apart));
    return Object.assign(chart, { metric, readings: [ours, theirs, apart] });
  }

  show(chart) {
    const { a, b } = this;
    const { metric } = chart;
    const { label, unit, plain } = a.metricLabels[metric];
    const [ours, theirs] = [a.metrics[metric], b.metrics[metric]];
    const rounds = Math.min(a.rounds, b.rounds);
    const ghosts = ["a", "b"].filter(bus.flight).map((which) => [which, bus.payload(which).metrics[metric]]);
    const scale = scaleOf([...ours, ...theirs, ...ghosts.flatMap(([, values]) => values)]);
    chart.title = label;
    chart.note.textContent = unit;
    chart.note.title = unit;
    chart.say(plain);
    const parted = this.parting?.decision?.round;
    chart.showRounds({
      rounds,
      scale,
      quarters: a.quarters,
      unit,
      lines: (plot) => [
        svg("path.gc-gap", { d: plot.between(ours, theirs) }),
        parted === undefined ? "" : svg("path.gc-parting", { d: plot.vertical(parted) }),
        ...ghosts.map(([which, values]) => svg("path", { class: `gc-ghost gc-line-${which}`, d: plot.line(values) })),
        svg("path.gc-line.gc-line-a", { d: plot.line(ours) }),
        svg("path.gc-line.gc-line-b", { d: plot.line(theirs) }),
      ],
      rows: () => [
        ["quarter", a.policyTitle, b.policyTitle, "difference"],
        ...ours
          .slice(0, rounds)
          .map((value, r) => [a.quarters[r], value, theirs[r], Number((value - theirs[r]).toPrecision(4))]),
      ],
      thin: 4,
    });
  }

  move(chart, round) {
    const [ours, theirs] = [this.a, this.b].map((p) => p.metrics[chart.metric][round]);
    const { label, unit } = this.a.metricLabels[chart.metric];
    const words = [reading(ours, unit), reading(theirs, unit), signed(ours - theirs, unit)];
    chart.readings.forEach((reading, i) => {
      reading.textContent = words[i];
    });
    chart.moved(
      `${label} by quarter; at ${this.a.quarters[round]}: ${this.a.policyTitle} ${words[0]}, ${this.b.policyTitle} ${words[1]}, difference ${words[2]}`,
    );
  }

  update(_, round) {
    for (const chart of this.charts) this.move(chart, round);
  }
}

function signed(value, unit) {
  const text = reading(Math.abs(Number(value.toPrecision(10))), unit);
  return text === "0" || text === "0%" ? text : `${value < 0 ? "−" : "+"}${text}`;
}

customElements.define("gp-both", Both);
