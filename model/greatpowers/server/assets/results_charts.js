// The two charts of the results: parallel coordinates with range brushes, and a scatter of outcomes by anything.
// ECharts is fetched when there is something to draw.

const SYMBOLS = ["circle", "rect", "triangle", "diamond", "roundRect", "pin", "arrow"];
const COLOURS = {
  light: ["#0072B2", "#D55E00", "#00825f", "#9a4f80", "#8a6d00", "#7f5539", "#4b4f54"],
  dark: ["#56B4E9", "#ff8a3d", "#2fc79a", "#e6a3c8", "#f0d04a", "#c79a78", "#b9bec4"],
};
let library = null;

async function echarts() {
  library ??= await import("./echarts.min.js");
  return library;
}

function isDark() {
  return document.body.classList.contains("body--dark");
}

function ink() {
  const style = getComputedStyle(document.body);
  const read = (name, otherwise) => style.getPropertyValue(name).trim() || otherwise;
  return {
    card: read("--gp-card", "#ffffff"),
    ink: read("--gp-ink", "#1f2328"),
    muted: read("--gw-muted", "#5b626b"),
    rule: read("--gw-rule", "#c9ced4"),
    accent: read("--gw-accent", "#0b5a91"),
  };
}

export function colourOf(at) {
  const palette = COLOURS[isDark() ? "dark" : "light"];
  return palette[at % palette.length];
}

function symbolOf(at) {
  return SYMBOLS[at % SYMBOLS.length];
}

async function chartIn(place) {
  const { getInstanceByDom, init } = await echarts();
  if (!place.isConnected) return null;
  const chart = getInstanceByDom(place) ?? init(place, null, { renderer: "canvas" });
  if (!place.watched) {
    place.watched = new ResizeObserver(() => {
      chart.resize();
      place.fit?.();
    });
    place.watched.observe(place);
  }
  return chart;
}

// `data-drawn` of the place says what is drawn in it, once all of it is.
function drawing(place, chart, what) {
  delete place.dataset.drawn;
  chart.off("finished");
  chart.on("finished", () => {
    place.dataset.drawn = what;
  });
}

export function dispose(place) {
  place?.watched?.disconnect();
  library?.getInstanceByDom(place)?.dispose();
}

function axisLabel(column) {
  return column.values.length
    ? { formatter: (value) => words(column, value) }
    : { formatter: (value) => String(Number(value.toPrecision(3))) };
}

// A category as people call it.
function words(column, at) {
  const value = column.values[at];
  return column.titles?.[value] ?? value ?? "";
}

function bounds(column) {
  if (column.values.length) return { min: -0.3, max: column.values.length - 0.7, interval: 1 };
  return column.low === column.high
    ? { min: column.low - 1, max: column.high + 1 }
    : { min: column.low, max: column.high };
}

const isNarrow = (place) => place.clientWidth < 520; // px

// `brushed(name, [low, high] | null)` is told of every range that somebody drags on an axis.
export async function drawParallel(place, { axes, columns, data, policies, filters }, brushed) {
  const chart = await chartIn(place);
  if (!chart) return;
  const { card, ink: text, muted, rule, accent } = ink();
  // Categories of the first axis stand before it, where no line runs through them.
  const first = columns.get(axes[0])?.values.length > 0;
  const narrow = isNarrow(place);
  // Upright where there is no room side by side, even if there was when it was drawn.
  place.fit = () =>
    isNarrow(place) !== narrow && drawParallel(place, { axes, columns, data, policies, filters }, brushed);
  const policy = data.policy ?? [];
  const lines = policies.map((name, at) => ({
    type: "parallel",
    name,
    color: colourOf(at),
    smooth: false,
    progressive: 400,
    lineStyle: {
      width: 1,
      opacity: Math.max(0.1, Math.min(0.6, 7 / Math.sqrt(1 + policy.length))),
      color: colourOf(at),
    },
    inactiveOpacity: 0.03,
    activeOpacity: 0.7,
    data: policy.flatMap((value, i) => (value === at ? [axes.map((axis) => data[axis]?.[i] ?? "-")] : [])),
  }));
  drawing(place, chart, axes.join(" "));
  chart.setOption(
    {
      animation: false,
      textStyle: { color: text },
      parallel: {
        left: narrow ? 96 : first ? 132 : 36,
        right: narrow ? 24 : 76,
        top: narrow ? 20 : 56,
        bottom: narrow ? 20 : 24,
        layout: narrow ? "vertical" : "horizontal",
        axisExpandable: false,
        parallelAxisDefault: {
          nameLocation: narrow ? "start" : "end",
          nameGap: narrow ? 6 : 18,
          realtime: false,
          nameTextStyle: {
            color: text,
            fontSize: 12,
            width: narrow ? 88 : Math.max(70, place.clientWidth / (axes.length + 1)),
            overflow: "break",
          },
          axisLine: { lineStyle: { color: muted } },
          axisTick: { lineStyle: { color: rule } },
          axisLabel: { color: muted, fontSize: 12 },
          areaSelectStyle: { width: 18, borderColor: accent, borderWidth: 1, color: accent, opacity: 0.25 },
        },
      },
      parallelAxis: axes.map((name, dim) => {
        const column = columns.get(name);
        const kind = column.values.length
          ? { type: "category", data: column.values, boundaryGap: true }
          : bounds(column);
        const category = {
          interval: 0,
          rotate: narrow ? 30 : 0,
          formatter: (value) => column.titles?.[value] ?? value,
          ...(!narrow && dim === 0 ? { align: "right", margin: -10 } : {}),
        };
        const label = column.values.length ? category : axisLabel(column);
        const halo = { textBorderColor: card, textBorderWidth: 3 };
        return {
          dim,
          name: short(column.label),
          ...kind,
          axisLabel: {
            ...label,
            ...halo,
            color: column.values.length ? text : muted,
            fontSize: 12,
            hideOverlap: !column.values.length,
          },
        };
      }),
      series: lines,
    },
    { notMerge: true },
  );
  axes.forEach((name, dim) => {
    const wanted = filters[name];
    const column = columns.get(name);
    if (!wanted) return;
    const interval = column.values.length ? spanOf(wanted.map((value) => column.values.indexOf(value))) : wanted;
    chart.dispatchAction({
      type: "axisAreaSelect",
      parallelAxisId: chart.getOption().parallelAxis[dim].id,
      parallelAxisIndex: dim,
      intervals: [interval],
      silent: true,
    });
  });
  chart.off("axisareaselected");
  chart.on("axisareaselected", () => {
    axes.forEach((name, dim) => {
      const component = chart.getModel().getComponent("parallelAxis", dim);
      const [interval] = component.activeIntervals ?? [];
      brushed(name, interval ? [Math.min(...interval), Math.max(...interval)] : null);
    });
  });
}

function spanOf(places) {
  return [Math.min(...places) - 0.25, Math.max(...places) + 0.25];
}

function short(label) {
  return label.length > 26 ? `${label.slice(0, 25)}…` : label;
}

export async function drawScatter(place, { x, y, columns, data, rows, policies, chosen }, clicked) {
  const chart = await chartIn(place);
  if (!chart) return;
  const { ink: text, muted, rule } = ink();
  const axis = (name, place_) => {
    const column = columns.get(name);
    const unit = column.unit && column.unit !== "name" ? ` (${column.unit})` : "";
    const named = column.values.length ? { customValues: [...column.values.keys()] } : {}; // else from the lower bound on
    return {
      type: "value",
      name: `${column.label}${unit}`,
      nameLocation: "middle",
      nameGap: place_ === "x" ? 28 : 46,
      scale: true,
      ...(column.values.length ? bounds(column) : {}),
      nameTextStyle: { color: text, fontSize: 12 },
      axisLabel: { ...axisLabel(column), ...named, color: muted, fontSize: 12, hideOverlap: true },
      axisTick: named,
      axisLine: { onZero: false, lineStyle: { color: muted } },
      splitLine: { show: !column.values.length, lineStyle: { color: rule, opacity: 0.4 } },
    };
  };
  // Categories would lie on one another: runs are spread a little, by their row so that each keeps its place.
  const spread = (name, i) =>
    columns.get(name).values.length || isFew(data[name]) ? (((rows[i] * 7919) % 997) / 997 - 0.5) * room(name) : 0;
  const room = (name) =>
    columns.get(name).values.length ? 0.5 : (columns.get(name).high - columns.get(name).low) / 60;
  const policy = data.policy ?? [];
  drawing(place, chart, `${x} ${y}`);
  chart.setOption(
    {
      animation: false,
      textStyle: { color: text },
      grid: { left: 64, right: 18, top: 12, bottom: 46 },
      tooltip: {
        trigger: "item",
        confine: true,
        renderMode: "richText", // drawn with the rest: a strict page takes no markup with styles
        formatter: ({ value, seriesName }) =>
          `row ${value[2]}, ${columns.get("policy").titles?.[seriesName] ?? seriesName}`,
      },
      xAxis: axis(x, "x"),
      yAxis: axis(y, "y"),
      series: policies.map((name, at) => ({
        type: "scatter",
        name,
        symbol: symbolOf(at),
        symbolSize: 7,
        itemStyle: { color: colourOf(at), opacity: 0.65 },
        cursor: "pointer",
        data: policy.flatMap((value, i) =>
          value === at && data[x]?.[i] !== null && data[y]?.[i] !== null
            ? [
                {
                  value: [data[x][i] + spread(x, i), data[y][i] + spread(y, i), rows[i]],
                  itemStyle: rows[i] === chosen ? { borderColor: text, borderWidth: 2, opacity: 1 } : undefined,
                  symbolSize: rows[i] === chosen ? 13 : 7,
                },
              ]
            : [],
        ),
      })),
    },
    { notMerge: true },
  );
  chart.off("click");
  chart.on("click", ({ value }) => clicked(value[2]));
}

// The chart as it is, drawn again as a picture of its own.
export async function chartSvg(place) {
  const { getInstanceByDom, init } = await echarts();
  const shown = getInstanceByDom(place);
  const { card } = ink();
  const copy = init(null, null, { renderer: "svg", ssr: true, width: shown.getWidth(), height: shown.getHeight() });
  copy.setOption({ ...shown.getOption(), backgroundColor: card, animation: false });
  const text = copy.renderToSVGString();
  copy.dispose();
  return text;
}

export function chartPng(place, done) {
  const shown = library.getInstanceByDom(place);
  shown.getRenderedCanvas({ pixelRatio: 2, backgroundColor: ink().card }).toBlob(done, "image/png");
}

function isFew(values) {
  return new Set(values).size <= 12;
}
