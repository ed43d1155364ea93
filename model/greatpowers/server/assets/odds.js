// What the matched runs of both policies say. <gp-headlines>: a table with paired differences. <gp-odds>: the worst of each
// history, fans, and distributions.
import { bus } from "./bus.js";
import { h, svg } from "./draw.js";
import { Figure, RoundsFigure } from "./figure.js";
import { headlines, histogram, legend, matchedOf, percent, stack } from "./odds_drawings.js";
import { Pair } from "./pair.js";
import { reading, scaleOf } from "./plot.js";

const HEIGHT = 160;

class Matched extends Pair {
  kind = "odds";

  connectedCallback() {
    super.connectedCallback();
    bus.want();
  }

  get ready() {
    return this.a;
  }

  build() {
    const sample = bus.heard("odds");
    if (!this.children.length) this.frame();
    if (!sample) return;
    sample.matched ??= matchedOf(sample);
    const { matched } = sample;
    this.dataset.runs = matched.runs;
    this.dataset.key = matched.key;
    this.show(matched);
  }
}

class Headlines extends Matched {
  frame() {
    this.said = h("p.gw-muted.gc-said", { role: "status", "data-testid": "odds-runs" }, "Playing matched histories…");
    this.table = h("div");
    this.replaceChildren(h("h2", "Results over 200 matched histories"), this.said, this.table);
  }

  show(matched) {
    const [against, followed] = matched.policies;
    const { open, runs } = matched;
    this.said.textContent =
      `Mean over ${runs} histories of each policy on the same luck, and what ${followed} changes against ${against}, with 95% intervals by luck. ` +
      (open
        ? `Left open by the record: ${open.draws} parameter sets that fit it about equally well, ${open.each} histories each.`
        : "What the record leaves open is still being played.");
    this.toggleAttribute("data-open", Boolean(open));
    this.table.replaceChildren(headlines(matched));
  }
}

class Odds extends Matched {
  show(matched) {
    this.fans(matched);
    this.outcomes(matched);
    this.spreads(matched);
  }

  frame() {
    this.charts = new Map();
    this.room = { fans: h("div.gc-charts"), outcomes: h("div"), spreads: h("div.gc-charts") };
    this.replaceChildren(
      h("h2", "All histories of both policies"),
      this.room.outcomes,
      h("h3", "Over time: median, middle half, and nine in ten"),
      this.room.fans,
      h("h3", "How many histories have which value"),
      this.room.spreads,
    );
  }

  chart(room, id, heading, note = "", height = HEIGHT) {
    if (!this.charts.has(id)) {
      const figure = new (room === "fans" ? RoundsFigure : Figure)({ id, heading, height, note });
      this.charts.set(id, figure);
      this.room[room].append(figure.element);
    }
    return this.charts.get(id);
  }

  fans(matched) {
    const [against, followed] = matched.policies;
    for (const { metric, ...bands } of matched.fans) {
      const { label, unit, plain } = this.a.metricLabels[metric];
      const chart = this.chart("fans", `fan-${metric}`, label, unit);
      chart.say(plain);
      const scale = scaleOf([bands.against, bands.followed].flatMap(({ p5, p95 }) => [...p5, ...p95]));
      const layers = (plot, which, band) =>
        [
          ["p95", "p5", 0.14],
          ["p75", "p25", 0.26],
        ].map(([high, low, opacity]) =>
          svg("path", { class: `gc-fan-${which}`, "fill-opacity": opacity, d: plot.between(band[high], band[low]) }),
        );
      chart.showRounds({
        rounds: bands.against.median.length,
        scale,
        quarters: this.a.quarters,
        unit,
        lines: (plot) => [
          ...layers(plot, "b", bands.against),
          ...layers(plot, "a", bands.followed),
          svg("path.gc-line.gc-line-a", { d: plot.line(bands.followed.median) }),
          svg("path.gc-line.gc-line-b", { d: plot.line(bands.against.median) }),
        ],
        rows: () => [
          [
            "quarter",
            ...[followed, against].flatMap((title) => Object.keys(bands.against).map((name) => `${title}: ${name}`)),
          ],
          ...bands.against.median.map((_, r) => [
            this.a.quarters[r],
            ...[bands.followed, bands.against].flatMap((band) => Object.values(band).map((values) => values[r])),
          ]),
        ],
        thin: 8,
      });
      chart.said = (round) => {
        const at = (band) =>
          `median ${reading(band.median[round], unit)}, nine in ten from ${reading(band.p5[round], unit)} to ${reading(band.p95[round], unit)}`;
        return `${label}, ${matched.runs} histories each, at ${this.a.quarters[round]}: ${followed} ${at(bands.followed)}; ${against} ${at(bands.against)}`;
      };
    }
  }

  outcomes({ outcomes: { names, colours, shares }, policies, runs }) {
    const chart = this.chart("outcomes", "outcomes", "Share of histories by the worst that happened", "", 108);
    chart.note.textContent = `${runs} histories each`;
    const [ours, theirs] = [
      [policies[1], shares[1], "a"],
      [policies[0], shares[0], "b"],
    ];
    const seen = names.map((_, i) => i).filter((i) => shares.some((values) => values[i] > 0));
    const words = ([title, values]) =>
      `${title}: ${names.map((name, i) => `${name} ${percent(values[i])}`).join(", ")}`;
    chart.show({
      draw: (width) => [
        ...legend(...[names, colours].map((all) => seen.map((i) => all[i]))),
        ...[ours, theirs].flatMap((bar, i) => stack(bar, colours, width, 24 + 42 * i)),
      ],
      rows: () => [
        ["policy", ...names],
        [ours[0], ...ours[1]],
        [theirs[0], ...theirs[1]],
      ],
      label: `The worst that happened in each history. ${words(ours)}. ${words(theirs)}.`,
    });
  }

  spreads(matched) {
    const [against, followed] = matched.policies;
    for (const spread of matched.spreads) {
      const chart = this.chart("spreads", `spread-${spread.metric}`, spread.label, spread.unit);
      chart.say(spread.plain);
      const [theirs, ours] = spread.counts;
      const means = [...spread.means].reverse().map((value) => reading(value, spread.unit));
      chart.show({
        draw: (width, height) => histogram(spread, width, height),
        rows: () => [
          ["from", "to", followed, against],
          ...ours.map((count, i) => [spread.edges[i], spread.edges[i + 1], count, theirs[i]]),
        ],
        label: `${spread.label}: how many of ${matched.runs} histories have which value, ${followed} above the line and ${against} below; means ${means[0]} and ${means[1]}`,
      });
    }
  }

  update(_, round) {
    for (const chart of this.charts?.values() ?? []) if (chart.said) chart.moved(chart.said(round));
  }
}

customElements.define("gp-headlines", Headlines);
customElements.define("gp-odds", Odds);
