// <gp-world>: the world and its time, on every page that draws a history. Attribute: curves (with metrics over time).
import "./bus.js";
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

class World extends HTMLElement {
  connectedCallback() {
    if (this.firstChild) return;
    const grid = h(
      "div.gw-world-grid",
      sheet("", h("gp-map")),
      sheet(".gw-panel-room", h("gp-panel")),
      sheet(".gw-wide.gw-keep", h("gp-transport")),
      this.hasAttribute("curves") ? sheet(".gw-wide", h("gp-series"), h("p.gw-muted.gw-how", CURVES)) : null,
      sheet(".gw-places", h("h2", "Every place, quarter by quarter"), h("gp-strip")),
      h("section.gw-sheet.gw-tale", { "aria-label": "Chronicle" }, h("gp-chronicle")),
    );
    this.append(h("div.gw-world", grid, h("gp-table")));
  }
}

customElements.define("gp-world", World);
