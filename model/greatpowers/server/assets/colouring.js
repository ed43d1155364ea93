// What the colour of a state says: its doctrine, its power or its alignment; and the legend of each.
import { figure, h, percent } from "./draw.js";

// Steps of power share, one hue from light to dark; and of alignment, amber against blue with grey between.
const POWER = ["#e8f1f8", "#c3dcec", "#8fbfdd", "#559bc7", "#2a74a8", "#0b4a78"];
const POWER_STEPS = [0.005, 0.01, 0.02, 0.05, 0.12];
const ALIGNMENT = ["#b35806", "#e0913a", "#f6c88c", "#d4d4d0", "#a9c9e2", "#5b9bc9", "#1b5f97"];
const ALIGNMENT_STEPS = [-0.6, -0.3, -0.05, 0.05, 0.3, 0.6];

function step(value, steps) {
  const step = steps.findIndex((limit) => value < limit);
  return step < 0 ? steps.length : step;
}

function ramp(colours, texts) {
  return texts.map((text, i) => item(colours[i], text));
}

function item(colour, text) {
  return h("li", h("span.gw-swatch", { style: `background:${colour}` }), text);
}

const powerTexts = [
  `under ${percent(POWER_STEPS[0])}`,
  ...POWER_STEPS.slice(0, -1).map((limit, i) => `${percent(limit)} to ${percent(POWER_STEPS[i + 1])}`),
  `${percent(POWER_STEPS.at(-1))} or more`,
];

export const COLOURINGS = {
  doctrine: {
    label: "Doctrine",
    plain: "what a state plays for",
    fill: (p, i) => p.doctrines.find((doctrine) => doctrine.id === p.states[i].doctrine).colour,
    says: (p, i) => p.doctrines.find((doctrine) => doctrine.id === p.states[i].doctrine).title,
    legend: (p) => p.doctrines.map((doctrine) => item(doctrine.colour, doctrine.title)),
  },
  power: {
    label: "Power",
    plain: "share of the world’s economy and arms",
    fill: (p, i, r) => POWER[step(p.state.power[r][i], POWER_STEPS)],
    says: (p, i, r) => `${percent(p.state.power[r][i])} of the world’s power`,
    legend: () => ramp(POWER, powerTexts),
  },
  alignment: {
    label: "Alignment",
    plain: "ties to the coalition’s leader, less ties to its rivals",
    fill: (p, i, r) => ALIGNMENT[step(p.state.alignment[r][i], ALIGNMENT_STEPS)],
    says: (p, i, r) => `alignment ${figure(p.state.alignment[r][i])}`,
    legend: (p) => {
      if (p.leader < 0) return [h("li", "nobody leads a coalition in this world")];
      const texts = ["with its rivals", "", "", "neither", "", "", `with ${p.states[p.leader].name}`];
      return ramp(ALIGNMENT, texts);
    },
  },
};
