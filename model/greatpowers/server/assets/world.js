// The world and its time.
import { h } from "./draw.js";
import "./map.js";
import "./panel.js";
import "./series.js";
import "./story.js";
import "./strip.js";
import "./table.js";
import "./transport.js";

const CURVES =
  "By quarter, with this luck; faint: before levers were moved; shaded: where half and nine tenths of all matched histories lie. Press on a curve to go to its quarter.";

const sheet = (classes, ...content) => h(`section.gw-sheet${classes}`, ...content);

export function worldView() {
  const grid = h(
    "div.gw-world-grid",
    sheet("", h("gp-map")),
    sheet(".gw-panel-room", h("gp-panel")),
    sheet(".gw-wide.gw-keep", h("gp-transport")),
    sheet(".gw-wide", h("gp-series"), h("p.gw-muted.gw-how", CURVES)),
    sheet(".gw-places", h("h2", "Every place, quarter by quarter"), h("gp-strip")),
    h("section.gw-sheet.gw-tale", { "aria-label": "Chronicle" }, h("gp-chronicle")),
  );
  return h("gp-world", h("div.gw-world", grid, h("gp-table")));
}
