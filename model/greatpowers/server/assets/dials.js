// The levers as dials, one for each: a slider, a switch or a choice, with its value in words. Every page that the reader sets
// levers on shows these; their labels, bounds and words come from labels.py.
import { counted, h, options } from "./draw.js";

export function reading({ names, factor, unit }, value) {
  return names[value] ?? `${Number((value * factor).toPrecision(3))}${unit}`;
}

// What most places have, and how many have something else.
export function most(values) {
  const counts = new Map();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const [value, count] = [...counts].sort(([a, n], [b, m]) => m - n || a - b)[0] ?? [0, 0];
  return { value, apart: values.length - count };
}

export const different = (apart) => `different in ${counted(apart, "place")}`;

// What sets a lever, and says what it is set to, beside its label. `moved` is told while the hand moves it, `set` once it has.
export function setter(dial, id, value, { moved, set }) {
  const slides = dial.kind !== "line" && dial.kind !== "switch"; // these say it themselves
  const output = h("output", { for: id, "data-testid": `value-${id}`, hidden: !slides });
  const input = inputOf(dial, id, value);
  const now = () => (dial.kind === "switch" ? Number(input.checked) : Number(input.value));
  const say = (to) => {
    output.textContent = reading(dial, to);
    if (slides) input.setAttribute("aria-valuetext", output.textContent);
  };
  const tell = () => {
    say(now());
    moved?.(now());
  };
  if (slides) input.addEventListener("input", tell);
  input.addEventListener("change", () => {
    if (!slides) tell();
    set?.(now());
  });
  // Show another value, without a word to anybody.
  const show = (to) => {
    say(to);
    if (dial.kind === "switch") input.checked = to > 0;
    else input.value = slides ? to : (placeOf(dial, to) ?? to);
  };
  say(value);
  return { input, output, show };
}

function inputOf(dial, id, value) {
  if (dial.kind === "switch") return h("input", { id, type: "checkbox", checked: value > 0 });
  const lines = [...offeredBy(dial)].map(([name, number]) => [number, name]);
  if (dial.kind === "line") return h("select", { id }, ...options(lines, placeOf(dial, value)));
  const { low, high, step } = dial;
  return h("input", { id, type: "range", min: low, max: Math.max(high, value), step, value });
}

// Values by what they are called; of those that are called the same, the last.
const offeredBy = (dial) => new Map(Object.entries(dial.names).map(([number, name]) => [name, number]));
const placeOf = (dial, value) => offeredBy(dial).get(reading(dial, value));
