// Compare: what is said of two policies is kept here, and everything that draws it is loaded.
import "./story.js";
import "./explain.js";
import { heard } from "./pair.js";
import "./both.js";
import "./gap_strip.js";
import "./odds.js";

// parting: where the two histories part, and why, from the server; odds: matched runs, from the page's own engine.
window.gpCompare = {
  parting: (told) => heard("parting", told),
  odds: (told) => heard("odds", told),
};
