// The levers as dials, one for each: a slider, a switch or a choice, with its value in words. Every page that the reader sets
// levers on shows these; their labels, bounds and words come from labels.py.
import { counted, h } from "./draw.js";

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
  const hidden = dial.kind === "line" || dial.kind === "switch"; // these say it themselves
  const output = h("output", { for: id, "data-testid": `value-${id}`, hidden }, reading(dial, value));
  const say = (to) => {
    output.textContent = reading(dial, to);
    if (input.type === "range") input.setAttribute("aria-valuetext", output.textContent);
    moved?.(to);
  };
  const taken = (of) => {
    if (input.type !== "range") say(of(input));
    set?.(of(input));
  };
  const input =
    {
      switch: () =>
        h("input", { id, type: "checkbox", checked: value > 0, onchange: () => taken((box) => (box.checked ? 1 : 0)) }),
      line: () => h("select", { id, onchange: () => taken((choice) => Number(choice.value)) }, ...choices(dial, value)),
    }[dial.kind]?.() ??
    h("input", {
      id,
      type: "range",
      min: dial.low,
      max: Math.max(dial.high, value),
      step: dial.step,
      value,
      "aria-valuetext": reading(dial, value),
      oninput: () => say(input.valueAsNumber),
      onchange: () => taken((slider) => slider.valueAsNumber),
    });
  // Show another value, without a word to anybody.
  const show = (to) => {
    output.textContent = reading(dial, to);
    if (input.type === "checkbox") input.checked = to > 0;
    else input.value = input.type === "range" ? to : (placeOf(dial, to) ?? to);
    if (input.type === "range") input.setAttribute("aria-valuetext", output.textContent);
  };
  return { input, output, show };
}

// Values by what they are called; of those that are called the same, the last.
const offeredBy = (dial) => new Map(Object.entries(dial.names).map(([number, name]) => [name, number]));
const placeOf = (dial, value) => offeredBy(dial).get(reading(dial, value));

function choices(dial, value) {
  return [...offeredBy(dial)].map(([name, number]) =>
    h("option", { value: number, selected: name === reading(dial, value) }, name),
  );
}
