// What the ensembles look like: rows of the table, stacked shares, and histograms.
import { figure, h, svg } from "./draw.js";

// The table's rows: each with the numbers themselves in data attributes, as [mean, low, high].
export function rows(told) {
  return told.headlines.map((row) => {
    const number = ({ values, mean, range }, name, extra = null) =>
      h(
        "td",
        { class: "gc-number", "data-of-row": name, "data-values": JSON.stringify(values) },
        h("b", {}, mean),
        h("small", {}, range),
        extra,
      );
    return h(
      "tr",
      { "data-metric": row.metric, "data-verdict": row.verdict },
      h("th", { scope: "row" }, row.label, h("small", {}, `${row.plain} (${row.unit})`)),
      number(row.followed, "a"),
      number(row.against, "b"),
      number(row.difference, "difference", whisker(row.difference.values)),
      h("td", { class: "gc-verdict" }, row.verdict),
    );
  });
}

// The interval beside zero, to its own scale.
function whisker([mean, low, high]) {
  if (low === null) return null;
  const most = Math.max(Math.abs(low), Math.abs(high)) || 1;
  const x = (value) => (50 + 46 * (value / most)).toFixed(1);
  return svg(
    "svg",
    { class: "gc-whisker", viewBox: "0 0 100 10", "aria-hidden": "true" },
    svg("path", { class: "gc-zero", d: "M50,0V10" }),
    svg("path", { class: "gc-reach", d: `M${x(low)},5H${x(high)}` }),
    svg("circle", { class: "gc-mean", cx: x(mean), cy: 5, r: 3 }),
  );
}

export function percent(share) {
  return `${(100 * share).toFixed(share > 0 && share < 0.1 ? 1 : 0)}%`;
}

export function legend(names, colours) {
  let x = 0;
  return names.flatMap((name, i) => {
    const at = x;
    x += 22 + 6.1 * name.length;
    return [
      svg("rect", { class: "gc-block", x: at, y: 1, width: 11, height: 11, fill: colours[i] }),
      svg("text", { class: "gc-tick", x: at + 15, y: 11 }, name),
    ];
  });
}

export function stack([title, values, which], colours, width, y) {
  let left = 0;
  const parts = values.flatMap((share, i) => {
    const [at, wide] = [left, share * width];
    left += wide;
    const text =
      wide > 30
        ? svg(
            "text",
            {
              class: "gc-share",
              x: at + wide / 2,
              y: y + 32,
              "text-anchor": "middle",
              fill: i > 2 ? "#ffffff" : "#1d1d1d",
            },
            percent(share),
          )
        : "";
    return [svg("rect", { class: "gc-block", x: at, y: y + 16, width: wide, height: 22, fill: colours[i] }), text];
  });
  return [svg("text", { class: `gc-whose gc-whose-${which}`, x: 0, y: y + 11 }, title), ...parts];
}

// Counts of the policy followed above the line, of the other below; a tick at each mean.
export function histogram({ edges, counts: [theirs, ours], means }, width, height) {
  const [left, right, above, below] = [34, 8, 6, 20];
  const middle = above + (height - above - below) / 2;
  const half = (height - above - below) / 2 - 4;
  const most = Math.max(...ours, ...theirs, 1);
  const [low, high] = [edges[0], edges.at(-1)];
  const x = (value) => left + ((value - low) / (high - low)) * (width - left - right);
  const bars = (counts, which, way) =>
    counts.map((count, i) => {
      const tall = (count / most) * half;
      return svg("rect", {
        class: `gc-bar-${which}`,
        x: x(edges[i]) + 0.5,
        width: Math.max(0.5, x(edges[i + 1]) - x(edges[i]) - 1),
        y: way > 0 ? middle - tall : middle,
        height: tall,
      });
    });
  const whole = edges[1] - edges[0] === 1 && edges[0] % 1 !== 0;
  const step = Math.max(1, Math.ceil((edges.length * 16) / width));
  const ticks = whole
    ? edges
        .slice(0, -1)
        .map((edge) => edge + 0.5)
        .filter((_, i) => i % step === 0)
    : [0, 0.25, 0.5, 0.75, 1].map((share) => low + share * (high - low));
  const mark = (mean, way) => svg("path", { class: "gc-mean-tick", d: `M${x(mean)},${middle}v${-way * (half + 3)}` });
  return [
    ...bars(ours, "a", 1),
    ...bars(theirs, "b", -1),
    svg("path", { class: "gc-axis", d: `M${left},${middle}H${width - right}` }),
    mark(means[1], 1),
    mark(means[0], -1),
    svg("text", { class: "gc-tick", x: left - 5, y: middle - half + 8, "text-anchor": "end" }, most),
    svg("text", { class: "gc-tick", x: left - 5, y: middle + half, "text-anchor": "end" }, most),
    ...ticks.map((value, i) =>
      svg(
        "text",
        {
          class: "gc-tick",
          x: x(value),
          y: height - 5,
          "text-anchor": whole || (i > 0 && i < 4) ? "middle" : i ? "end" : "start",
        },
        figure(value),
      ),
    ),
  ];
}
