// The views that draw histories: one in the world and its time; and two on the same luck, with what matched runs say of their
// policies.
import "./both.js";
import { h } from "./draw.js";
import "./gap_strip.js";
import "./map.js";
import "./odds.js";
import "./pair.js";
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

const sides = (classes, ...tags) =>
  h(
    `div.gc-pair${classes}`,
    ...["a", "b"].map((which) => sheet(`.gc-side.gc-side-${which}`, ...tags.map((tag) => h(tag, { which })))),
  );

export function compareView() {
  const content = h(
    "div.gw-world.gc-compare",
    sheet("", h("gp-headlines")),
    h("gp-versus"),
    sides("", "gp-whose", "gp-map"),
    sheet("", h("gp-apart")),
    sheet(".gw-keep.gc-keep", h("gp-transport")),
    sheet("", h("gp-parting")),
    sheet("", h("gp-both")),
    sheet("", h("gp-gap-strip")),
    sides(".gc-tales", "gp-chronicle"),
    sheet("", h("gp-odds")),
  );
  return h("gp-compare", { "data-testid": "compare" }, content);
}
