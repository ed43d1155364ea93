// The map of a game: land, and a disc for each place in the colour of its rung.
import { h, svg } from "./draw.js";
import { boxOf, layout, loadCountries, REGIONS } from "./geometry.js";

const HIGH = 0.72; // height of the picture as a share of its width, if it is narrow
const HIGHEST = 400;
const REACH = 24; // how far from a disc a finger may press
const LETTER = 8; // width of a letter of a name, about
const looked = new Map(); // the part of each world that somebody last looked at

// The part of the world in which most of these places are.
function regionOf(world, own) {
  if (world.layout !== "map") return 0;
  const inside = (box, k) => {
    const { lat, lon } = world.places[k];
    return lon >= box[0] && lat >= box[1] && lon <= box[2] && lat <= box[3];
  };
  const counts = REGIONS.map(([, box]) => (box ? own.filter((k) => inside(box, k)).length : 0));
  return counts.indexOf(Math.max(...counts));
}

// Where the name of a disc stands: beside it, above or below, inside the picture and over as few other discs as can be.
function labelled(name, { x, y, r }, others, width, high) {
  const long = LETTER * name.length;
  const middle = Math.min(Math.max(x, long / 2), width - long / 2);
  const spots = [
    { x: x + r + 5, y: y + 4.5, from: x + r + 5, "text-anchor": "start" },
    { x: x - r - 5, y: y + 4.5, from: x - r - 5 - long, "text-anchor": "end" },
    { x: middle, y: y - r - 6, from: middle - long / 2, "text-anchor": "middle" },
    { x: middle, y: y + r + 15, from: middle - long / 2, "text-anchor": "middle" },
  ];
  const covered = ({ y: line, from }) => {
    const outside = from < 0 || from + long > width || line < 12 || line > high - 4;
    const over = others.filter((other) => {
      const [aside, off] = [other.x - Math.min(Math.max(other.x, from), from + long), Math.abs(other.y - line + 5)];
      return Math.abs(aside) < other.r && off < other.r + 7;
    });
    return over.length + (outside ? others.length : 0);
  };
  const { from: _, ...best } = spots.reduce((a, b) => (covered(b) < covered(a) ? b : a));
  return svg("text", { ...best, class: "gm-name" }, name);
}

// A picture with buttons; `update` shows rungs and wars of a moment and marks a place; `choose` is told what is pressed.
export function map(world, own, width, choose) {
  const high = Math.min(HIGHEST, Math.round(width * HIGH));
  const places = layout({ ...world, theatres: world.places }, width / high);
  const picture = svg("svg.gm-map", { viewBox: `0 0 ${width} ${high}`, width, role: "img" });
  const land = svg("g.gm-land");
  const discs = svg("g");
  let there = []; // discs as they are drawn
  picture.append(land, discs);
  picture.addEventListener("click", (event) => {
    if (event.target.closest(".gm-disc")) return;
    const area = picture.getBoundingClientRect();
    const scale = width / area.width;
    const [x, y] = [scale * (event.clientX - area.left), scale * (event.clientY - area.top)];
    const far = (disc) => Math.hypot(disc.x - x, disc.y - y);
    const nearest = there.reduce((a, b) => (far(b) < far(a) ? b : a), { x: Number.POSITIVE_INFINITY, y });
    if (far(nearest) <= REACH * scale) choose(nearest.i);
  });
  if (world.layout === "map")
    loadCountries().then((countries) => land.append(...countries.map(({ d }) => svg("path", { d }))));
  let region = looked.get(world.title) ?? regionOf(world, own);
  let shown = null;
  const regions = world.layout === "map" ? REGIONS : [["Whole", null]];
  const buttons = regions.map(([name], at) => h("button.gm-region", { onclick: () => look(at) }, name));

  function look(at) {
    region = at;
    looked.set(world.title, at);
    buttons.forEach((one, i) => {
      one.setAttribute("aria-pressed", i === at);
    });
    draw();
  }

  function draw() {
    if (!shown) return;
    const box = regions[region][1] ? boxOf(regions[region][1]) : places.extent;
    const k = Math.min(width / (box[2] - box[0]), high / (box[3] - box[1]));
    const [dx, dy] = [(width - k * (box[0] + box[2])) / 2, (high - k * (box[1] + box[3])) / 2];
    land.setAttribute("transform", `translate(${dx},${dy}) scale(${k})`);
    const { rungs, wars, chosen } = shown;
    const order = world.places.map((_, i) => i).sort((a, b) => (a === chosen) - (b === chosen) || rungs[a] - rungs[b]);
    there = order.map((i) => {
      const [x, y] = places.theatres[i];
      return { i, x: x * k + dx, y: y * k + dy, r: own.includes(i) ? 11 : 8 };
    });
    discs.replaceChildren(
      ...there.flatMap((place) => {
        const { i, x, y, r } = place;
        const rung = wars[i] ? 7 : rungs[i];
        const disc = svg(
          "g",
          { class: i === chosen ? "gm-disc gm-chosen" : "gm-disc", onclick: () => choose(i) },
          svg("circle", { cx: x, cy: y, r, class: `gm-rung-${rung}` }),
          svg("text", { x, y: y + 4.5, "text-anchor": "middle", class: rung > 5 ? "gm-light" : "" }, String(rung)),
          svg("title", `${world.places[i].name}: ${rung}`),
        );
        if (i !== chosen) return [disc];
        const others = there.filter((other) => other !== place);
        return [disc, labelled(world.places[i].name, place, others, width, high)];
      }),
    );
    const hot = world.places.filter((_, i) => wars[i]).map(({ name }) => name);
    picture.setAttribute(
      "aria-label",
      `Map. ${hot.length ? `At war: ${hot.join(", ")}.` : "No place is at war."} The list below says the same of every place.`,
    );
  }

  look(region);
  return {
    element: h("div", picture, h("div.gm-regions", { role: "group", "aria-label": "Part of the world" }, ...buttons)),
    update(rungs, wars, chosen) {
      shown = { rungs, wars, chosen };
      draw();
    },
  };
}

export function ladderKey(world) {
  return h(
    "ul.key",
    ...world.rungs.map(({ name }, rung) => h("li", h("i", { class: `gm-rung-${rung}` }), `${rung} ${name}`)),
  );
}
