// Scales and axes of a plot over rounds, and the pointer that moves the cursor on it.
import { bus } from "./bus.js";
import { figure, svg } from "./draw.js";

// Shares of the world are small: they are written as percentages.
export function reading(value, unit) {
  return unit.startsWith("share of world") ? `${figure(100 * value)}%` : figure(value);
}

// A number with as many decimals as half its interval bears, with a true minus sign.
export function bounded(value, half, signed = false) {
  if (!Number.isFinite(value)) return "–";
  const scale = half > 0 ? half : Math.abs(value) / 50;
  const decimals = scale > 0 ? Math.min(6, Math.max(0, -Math.floor(Math.log10(scale)))) : 2;
  const text = value.toLocaleString("en", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
  if (Number(text.replaceAll(",", "")) === 0) return value === 0 ? "0" : text.replace("-", "");
  return `${signed && value > 0 ? "+" : ""}${text}`.replace("-", "−");
}

// The next round number above: 1, 2, 2.5 or 5 times a power of ten; 1 where there is nothing.
export function nice(value) {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 2.5, 5, 10].map((m) => m * power).find((limit) => value <= limit * 1.0001);
}

// Round numbers from `low` to `high`, at most one more than `most`; the one value where they are equal.
export function rounded(low, high, most = 4) {
  if (!(high > low)) return [low];
  const step = nice((high - low) / most);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, k) => Number(((first + k) * step).toPrecision(12)));
}

// The lowest and the highest value of a scale that holds these: from zero, or, where zero is far below all of them, from a
// round number, since what matters is how they differ.
export function scaleOf(values) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  if (!(low > high / 2)) return [0, nice(high)];
  const step = nice((high - low) / 4 || high / 4);
  const first = Math.floor(low / step + 1e-9);
  const last = Math.max(first + 1, Math.ceil(high / step - 1e-9));
  return [first, last].map((n) => Number((n * step).toPrecision(12)));
}

// Room for a plot within a figure, its scales, and its axes: years below, three values at the left.
export class Plot {
  constructor(width, height, rounds, [bottom, top], { left = 38, right = 8, above = 8, below = 20 } = {}) {
    Object.assign(this, {
      left,
      above,
      rounds,
      bottom,
      top,
      width: width - left - right,
      height: height - above - below,
    });
  }

  x(round) {
    return this.left + ((round + 0.5) / this.rounds) * this.width;
  }

  y(value) {
    const share = (value - this.bottom) / (this.top - this.bottom);
    return this.above + (1 - Math.max(0, Math.min(share, 1))) * this.height;
  }

  line(values) {
    return `M${values.map((value, r) => `${this.x(r).toFixed(1)},${this.y(value).toFixed(1)}`).join("L")}`;
  }

  between(high, low) {
    const back = low
      .map((value, r) => `${this.x(r).toFixed(1)},${this.y(value).toFixed(1)}`)
      .reverse()
      .join("L");
    return `${this.line(high)}L${back}Z`;
  }

  roundAt(x) {
    return Math.floor(((x - this.left) / this.width) * this.rounds);
  }

  axes(quarters, words) {
    const [floor, end] = [this.above + this.height, this.left + this.width];
    const marks = [this.bottom, (this.bottom + this.top) / 2, this.top];
    const grid = marks.map((value) => svg("path.gc-grid", { d: `M${this.left},${this.y(value)}H${end}` }));
    const values = marks.map((value) =>
      svg("text.gc-tick", { x: this.left - 5, y: this.y(value) + 3.5, "text-anchor": "end" }, words(value)),
    );
    return [
      ...grid,
      ...values,
      ...yearTicks(quarters, (r) => this.x(r) - this.width / this.rounds / 2, floor + 14, this.width),
    ];
  }

  vertical(round) {
    return `M${this.x(round).toFixed(1)},${this.above}V${this.above + this.height}`;
  }
}

// Years as they have room: every one, two, five, ten ...
export function yearTicks(quarters, x, y, width) {
  const firsts = quarters
    .map((quarter, r) => [Number(quarter.slice(0, 4)), r])
    .filter(([, r]) => quarters[r].endsWith("Q1"));
  const every = [1, 2, 5, 10, 20, 50].find((step) => (firsts.length / step) * 44 <= width) ?? 100;
  return firsts
    .filter(([year]) => year % every === 0)
    .filter(([, r]) => x(r) < x(0) + width - 14)
    .map(([year, r]) => svg("text.gc-tick", { x: x(r), y, "text-anchor": "middle" }, year));
}

// Have a drawing's pointer move the cursor.
export function scrubs(drawing, roundAt) {
  const go = (event) => {
    bus.pause();
    bus.setCursor(roundAt(event.clientX - drawing.getBoundingClientRect().left));
  };
  drawing.addEventListener("pointerdown", go);
  drawing.addEventListener("pointermove", (event) => event.buttons === 1 && go(event));
}
