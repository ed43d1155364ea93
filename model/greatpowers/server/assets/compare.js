// Two histories on the same luck, and what matched runs say of their policies.
import "./both.js";
import { h } from "./draw.js";
import "./gap_strip.js";
import "./map.js";
import "./odds.js";
import "./pair.js";
import "./story.js";
import "./transport.js";

const sheet = (tag, classes = "") => h(`section.gw-sheet${classes}`, h(tag));
const sides = (classes, ...tags) =>
  h(
    `div.gc-pair${classes}`,
    ...["a", "b"].map((which) =>
      h(`section.gc-side.gc-side-${which}.gw-sheet`, ...tags.map((tag) => h(tag, { which }))),
    ),
  );

export function compareView() {
  const content = h(
    "div.gw-world.gc-compare",
    sheet("gp-headlines"),
    h("gp-versus"),
    sides("", "gp-whose", "gp-map"),
    sheet("gp-apart"),
    sheet("gp-transport", ".gw-keep.gc-keep"),
    sheet("gp-parting"),
    sheet("gp-both"),
    sheet("gp-gap-strip"),
    sides(".gc-tales", "gp-chronicle"),
    sheet("gp-odds"),
  );
  return h("gp-compare", { "data-testid": "compare" }, content);
}
