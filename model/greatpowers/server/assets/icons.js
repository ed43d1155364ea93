// The few signs on the page's buttons: lines on a square of 24.
import { svg } from "./draw.js";

const LINES = {
  undo: "M9 14 4 9l5-5M4 9h10a6 6 0 0 1 0 12h-3",
  redo: "m15 14 5-5-5-5M20 9H10a6 6 0 0 0 0 12h3",
  link: "M10 14a4 4 0 0 0 6 .4l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6-.4l-3 3a4 4 0 0 0 6 6l1-1",
  save: "M12 4v11M7 11l5 5 5-5M5 20h14",
  theme: "M12 3a9 9 0 1 0 0 18zM12 3a9 9 0 0 1 0 18",
  help: "M9 9a3 3 0 1 1 4 2.8c-.8.4-1 1-1 1.7M12 17v.5M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18",
  about: "M12 11v6M12 7v.5M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18",
  close: "M6 6l12 12M18 6 6 18",
  down: "M6 9l6 6 6-6",
  levers: "M4 7h9M17 7h3M4 17h3M11 17h9M15 5v4M9 15v4",
  luck: "M5 5h14v14H5zM9 9v.5M15 9v.5M9 15v.5M15 15v.5M12 12v.5",
  back: "M5 9a8 8 0 1 1-1 5M5 4v5h5",
};

export function icon(name) {
  return svg("svg.gp-sign", { viewBox: "0 0 24 24", "aria-hidden": "true" }, svg("path", { d: LINES[name] }));
}
