// Everything the world and its time are drawn with; loading this module defines the elements.
import "./bus.js";
import "./map.js";
import "./panel.js";
import "./series.js";
import "./strip.js";
import "./table.js";
import "./transport.js";
