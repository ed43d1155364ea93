// What stands around the map: controls, legends, the card's place. Made once; changes of payload leave it alone.
import { COLOURINGS } from "./colouring.js";
import { choice, h, radios, svg } from "./draw.js";
import { mapFiles } from "./mapfiles.js";
import { drawSign, SIGNS } from "./signs.js";

export function frameMap(map) {
  map.svg = svg("svg.gw-map-svg", { role: "group" });
  map.svg.addEventListener("click", () => map.hideCard());
  map.legend = h("ul.gw-legend", { "aria-label": "What colours mean" });
  map.signs = h("ul.gw-legend.gw-legend-signs", { "aria-label": "What signs mean" });
  map.card = h("div.gw-card", { role: "status", hidden: true });
  const colouring = ([name, { label, plain }]) => [name, label, { title: plain, "data-testid": `colour-${name}` }];
  map.switch = radios("Colour states by", Object.entries(COLOURINGS).map(colouring), (name) => map.colour(name));
  map.regions = h("div.gw-segments", { role: "group", "aria-label": "Look at" });
  const named = { "aria-label": "Read about a state", "data-testid": "state-picker" };
  map.picker = choice("select.gw-select", named, [], -1, (state) => map.showCard(Number(state), null));
  const zoom = (text, label, factor) =>
    h("button.gw-icon", { "aria-label": label, title: label, onclick: () => map.view.zoom(factor) }, text);
  map.controls = h("div.gw-map-zoom", map.regions, zoom("+", "Zoom in", 1.6), zoom("−", "Zoom out", 1 / 1.6));
  map.append(
    h("div.gw-map-bar", h("span.gw-bar-label", "Colour by"), map.switch.element, map.picker, mapFiles(map)),
    h("div.gw-map-window", map.svg, map.controls, map.card),
    map.legend,
    map.signs,
  );
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
