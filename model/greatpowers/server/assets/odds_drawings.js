// What the ensembles say and look like: rows of the table, stacked shares, and histograms.
import { h, svg, table } from "./draw.js";
import { columnOf, difference, estimate, leftOpen, mean, spreads } from "./matched.js";
import { swatch } from "./pair.js";
import { reading, rounded } from "./plot.js";

const MOST_BINS = 24;
const MOST_DECIMALS = 6;

// What matched runs say of two policies, the one compared with first: `parts` as they were played, `runs` how to show it.
export function matchedOf({ key, count, titles, parts, followed, runs, columns, open = null }) {
  const against = spreads(parts[0].series.slice(0, count), runs, runs.fans);
  const values = (name) => parts.map((part) => columnOf(columns, part.values, name, count));
  return {
    key,
    runs: count,
    policies: titles,
    open: open && { draws: open.parameters.length, each: open.each },
    headlines: runs.headlines.map((row) =>
      headline(row, values(row.metric), runs, open && openOf(row, open, runs, columns)),
    ),
    fans: runs.fans.map((metric) => ({ metric, against: against[metric], followed: followed[metric] })),
    outcomes: { ...runs.outcomes, shares: outcomes(values, runs.outcomes) },
    spreads: runs.spreads.map((row) => ({ ...row, ...binned(values(row.metric)) })),
  };
}

// What draws leave open of the difference in a row.
function openOf({ metric, isSwitch }, open, runs, columns) {
  const [against, followed] = open.parts.map((draws) => draws.map((values) => columnOf(columns, values, metric)));
  return leftOpen(followed, against, isSwitch, runs, open);
}

// A row of the table: both policies' means and the paired difference, as numbers and as they are read: shares in per cent,
// and all with the decimals that the difference bears, to a tenth of half its interval.
function headline(row, [against, followed], runs, open) {
  const estimates = [against, followed].map((values) => estimate(values, row.isSwitch, runs));
  const apart = difference(followed, against, row.isSwitch, runs);
  const unit = row.isSwitch ? "share of histories" : row.unit;
  const factor = unit.startsWith("share of") ? 100 : 1;
  const half = [apart, ...estimates].map(([, low, high]) => (factor * (high - low)) / 2).find((size) => size > 0);
  const decimals = half ? Math.min(Math.max(Math.ceil(Math.log10(5 / half)), 0), MOST_DECIMALS) : 2;
  const read = (values, sign) => {
    const [middle, low, high] = values.map((value) => signed((factor * value).toFixed(decimals), sign));
    return { values, mean: middle, range: `${low} to ${high}` };
  };
  return {
    ...row,
    unit: unit.replace(/^share of/, "% of"),
    against: read(estimates[0], ""),
    followed: read(estimates[1], ""),
    difference: read(apart, "+"),
    open: open && read(open, "+"),
    verdict: verdict(row.better, apart, open),
  };
}

function signed(text, sign) {
  return Number(text) < 0 ? text.replace("-", "−") : `${Number(text) ? sign : ""}${text.replace("-", "")}`;
}

// Better or worse where it is known which way is, else higher or lower; or that luck can explain the difference. It is not
// certain where draws leave the other sign open.
function verdict(better, [middle, low, high], open) {
  if (!(low > 0 || high < 0)) return "no detectable difference";
  const word = better === null ? (middle > 0 ? "higher" : "lower") : middle > 0 === better ? "better" : "worse";
  const agrees = open === null || (middle > 0 ? open[1] > 0 : open[2] < 0);
  return agrees ? word : `${word}, not certain`;
}

// Shares of runs by the worst that happened in each, from peace to nuclear use.
function outcomes(values, { names, levels: [crisis, war, nuclear] }) {
  const [level, begun, between, uses] = ["highest_level", "wars_begun", "great_power_war", "nuclear_uses"].map(values);
  return [0, 1].map((which) => {
    const worst = level[which].map(
      (highest, run) =>
        (highest >= crisis) +
        (highest >= war || begun[which][run] > 0) +
        (between[which][run] > 0) +
        (highest >= nuclear || uses[which][run] > 0),
    );
    return names.map((_, rank) => mean(worst.map((one) => Number(one === rank))));
  });
}

// How many runs of each policy fall into the same bins: about whole numbers if they are few and whole, else equally wide.
function binned(values) {
  const all = values.flat();
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const whole = all.every(Number.isInteger) && high - low < MOST_BINS;
  const wide = whole ? 1 : (high > low ? high - low : 1) / MOST_BINS;
  const first = whole ? low - 0.5 : low;
  const bins = whole ? high - low + 1 : MOST_BINS;
  const counts = values.map((part) => {
    const filled = new Array(bins).fill(0);
    for (const value of part) filled[Math.min(bins - 1, Math.floor((value - first) / wide))] += 1;
    return filled;
  });
  return { edges: Array.from({ length: bins + 1 }, (_, i) => first + i * wide), counts, means: values.map(mean) };
}

// What the runs say as a table: each row with the numbers themselves in data attributes, as [mean, low, high].
export function headlines({ policies: [against, followed], headlines: outcomes }) {
  const number = ({ values, mean, range }, name, extra = null) =>
    h(
      "td.gc-number",
      { "data-of-row": name, "data-values": JSON.stringify(values) },
      h("b", mean),
      h("small", range),
      extra,
    );
  const heads = [
    "Over a whole history",
    [swatch("a"), followed, followed],
    [swatch("b"), against, against],
    "Paired difference",
    "Left open by the record",
    "In short",
  ];
  const rows = outcomes.map((row) => ({
    "data-metric": row.metric,
    "data-verdict": row.verdict,
    cells: [
      [row.label, h("small", `${row.plain} (${row.unit})`)],
      number(row.followed, "a"),
      number(row.against, "b"),
      number(row.difference, "difference", whisker(row.difference.values, row.open?.values)),
      row.open
        ? h("td.gc-number", { "data-of-row": "open", "data-values": JSON.stringify(row.open.values) }, row.open.range)
        : h("td.gc-number", "…"),
      h("td.gc-verdict", row.verdict),
    ],
  }));
  return table(heads, rows, { class: "gc-table", "data-testid": "headlines" });
}

// The interval beside zero, to its own scale; behind it what draws leave open.
function whisker([mean, low, high], open = null) {
  if (low === null) return null;
  const most = Math.max(...[low, high, ...(open ?? [])].map(Math.abs)) || 1;
  const x = (value) => (50 + 46 * (value / most)).toFixed(1);
  return svg(
    "svg.gc-whisker",
    { viewBox: "0 0 100 10", "aria-hidden": "true" },
    svg("path.gc-zero", { d: "M50,0V10" }),
    open && svg("path.gc-open", { d: `M${x(open[1])},5H${x(open[2])}` }),
    svg("path.gc-reach", { d: `M${x(low)},5H${x(high)}` }),
    svg("circle.gc-mean", { cx: x(mean), cy: 5, r: 3 }),
  );
}

export function percent(share) {
  return `${(100 * share).toFixed(share > 0 && share < 0.1 ? 1 : 0)}%`;
}

export function legend(names, colours) {
  let x = 0;
  return names.flatMap((name, i) => {
    const at = x;
    x += 24 + 6.7 * name.length;
    return [
      svg("rect.gc-block", { x: at, y: 1, width: 11, height: 11, fill: colours[i] }),
      svg("text.gc-tick", { x: at + 15, y: 11 }, name),
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
            "text.gc-share",
            {
              x: at + wide / 2,
              y: y + 32,
              "text-anchor": "middle",
              fill: i > 2 ? "#ffffff" : "#1d1d1d",
            },
            percent(share),
          )
        : "";
    return [svg("rect.gc-block", { x: at, y: y + 16, width: wide, height: 22, fill: colours[i] }), text];
  });
  return [svg("text", { class: `gc-whose gc-whose-${which}`, x: 0, y: y + 11 }, title), ...parts];
}

// Counts of the policy followed above the line, of the other below; a tick at each mean.
export function histogram({ edges, counts: [theirs, ours], means, unit }, width, height) {
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
    : rounded(low, high, 7);
  const mark = (mean, way) => svg("path.gc-mean-tick", { d: `M${x(mean)},${middle}v${-way * (half + 3)}` });
  return [
    ...bars(ours, "a", 1),
    ...bars(theirs, "b", -1),
    svg("path.gc-axis", { d: `M${left},${middle}H${width - right}` }),
    mark(means[1], 1),
    mark(means[0], -1),
    svg("text.gc-tick", { x: left - 5, y: middle - half + 8, "text-anchor": "end" }, most),
    svg("text.gc-tick", { x: left - 5, y: middle + half, "text-anchor": "end" }, most),
    ...ticks.map((value) =>
      svg("text.gc-tick", { x: x(value), y: height - 5, "text-anchor": "middle" }, reading(value, unit)),
    ),
  ];
}
