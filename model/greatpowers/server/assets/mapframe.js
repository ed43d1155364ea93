// What stands around the map: controls, legends, the card's place. Made once; changes of payload leave it alone.
import { COLOURINGS } from "./colouring.js";
import { h, svg } from "./draw.js";
import { mapFiles } from "./mapfiles.js";
import { drawSign, SIGNS } from "./signs.js";

export function frameMap(map) {
  map.svg = svg("svg.gw-map-svg", { role: "group" });
  map.svg.addEventListener("click", () => map.hideCard());
  map.legend = h("ul.gw-legend", { "aria-label": "What colours mean" });
  map.signs = h("ul.gw-legend.gw-legend-signs", { "aria-label": "What signs mean" });
  map.card = h("div.gw-card", { role: "status", hidden: true });
  map.switch = h("div.gw-segments", { role: "radiogroup", "aria-label": "Colour states by" }, ...choices(map));
  map.regions = h("div.gw-segments", { role: "group", "aria-label": "Look at" });
  map.picker = h("select.gw-select", {
    "aria-label": "Read about a state",
    "data-testid": "state-picker",
    onchange: (event) => map.showCard(Number(event.target.value), null),
  });
  const zoom = (text, label, factor) =>
    h(
      "button.gw-icon",
      { type: "button", "aria-label": label, title: label, onclick: () => map.view.zoom(factor) },
      text,
    );
  map.controls = h("div.gw-map-zoom", map.regions, zoom("+", "Zoom in", 1.6), zoom("−", "Zoom out", 1 / 1.6));
  map.append(
    h("div.gw-map-bar", h("span.gw-bar-label", "Colour by"), map.switch, map.picker, mapFiles(map)),
    h("div.gw-map-window", map.svg, map.controls, map.card),
    map.legend,
    map.signs,
  );
}

function choices(map) {
  return Object.entries(COLOURINGS).map(([name, { label, plain }]) =>
    h(
      "button",
      {
        type: "button",
        role: "radio",
        title: plain,
        "data-colouring": name,
        "data-testid": `colour-${name}`,
        onclick: () => map.colour(name),
        onkeydown: (event) => arrow(map, event),
      },
      label,
    ),
  );
}

// Arrow keys move among radio buttons, as everywhere.
function arrow(map, event) {
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  event.stopPropagation();
  const names = Object.keys(COLOURINGS);
  map.colour(names[(names.indexOf(map.colouring) + step + names.length) % names.length]);
  map.switch.querySelector("[aria-checked=true]").focus();
}

export function explainSigns(list, p) {
  const sign = (each, text) =>
    h("li", svg("svg.gw-legend-sign", { viewBox: "-6 -6 12 12", "aria-hidden": "true" }, drawSign(each)), text);
  const rungs = p.ladder.map(({ rung, name }) =>
    h("li.gw-legend-rung", { style: `background:var(--gw-rung-${rung})`, title: name }, String(rung)),
  );
  list.replaceChildren(
    h("li.gw-legend-title", "Theatres: size is the stake, the number is the rung"),
    h("li", h("ol.gw-legend-rungs", { "aria-label": "Rungs from peace to war" }, ...rungs), "peace to war"),
    ...SIGNS.map((each) => sign(each, each[1])),
  );
}
