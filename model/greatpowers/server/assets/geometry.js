// Where things are drawn, in world units of 1000 across: the projected map, or the plane or ring of a scenario without one.

// Equal Earth (Šavrič, Patterson & Jenny 2018): areas are true, and shapes are pleasant.
const [A1, A2, A3, A4, M] = [1.340264, -0.081106, 0.000893, 0.003796, Math.sqrt(3) / 2];
const SCALE = 1000 / 5.413;
const NORTH = 84;
const SOUTH = -57;

function equalEarth(lon, lat) {
  const t = Math.asin(M * Math.sin((lat * Math.PI) / 180));
  const t2 = t * t;
  const t6 = t2 ** 3;
  const x = (((lon * Math.PI) / 180) * Math.cos(t)) / (M * (A1 + 3 * A2 * t2 + t6 * (7 * A3 + 9 * A4 * t2)));
  return [SCALE * x, -SCALE * t * (A1 + A2 * t2 + t6 * (A3 + A4 * t2))];
}

const TOP = equalEarth(0, NORTH)[1];
const BOTTOM = equalEarth(0, SOUTH)[1];

export function project(lon, lat) {
  const [x, y] = equalEarth(lon, Math.max(SOUTH, Math.min(NORTH, lat)));
  return [x + 500, y - TOP];
}

// Parts of the world one may look at: name, then west, south, east, north.
export const REGIONS = [
  ["World", null],
  ["Europe", [-11, 34, 49, 64]],
  ["Middle East", [28, 13, 76, 41]],
  ["East Asia", [98, -2, 146, 46]],
];

export function boxOf([west, south, east, north]) {
  const corners = [project(west, north), project(east, north), project(west, south), project(east, south)];
  const xs = corners.map((point) => point[0]);
  const ys = corners.map((point) => point[1]);
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}

let countries = null;

const outlines = ({ features }) =>
  features.map((feature) => ({ iso: feature.id, name: feature.properties.name, d: outline(feature) }));

// The countries as outlines: [{iso, name, d}], fetched once.
export function loadCountries() {
  countries ??= fetch(new URL("./world.geo.json", import.meta.url))
    .then((answer) => answer.json())
    .then(outlines);
  return countries;
}

// The same of a page that fetches nothing, and has them in it.
export function takeCountries(world) {
  countries = Promise.resolve(outlines(world));
}

function outline(feature) {
  const rings = feature.geometry.coordinates.flat();
  return rings
    .map((ring) =>
      ring
        .map(([lon, lat]) =>
          project(lon, lat)
            .map((v) => v.toFixed(1))
            .join(","),
        )
        .join("L"),
    )
    .map((ring) => `M${ring}Z`)
    .join("");
}

const AREA = 430_000; // square world units of a plane or ring, whatever its shape

// Places of states and theatres in world units, and the extent of the whole. A plane takes the shape of its window,
// `aspect` times as wide as it is high.
export function layout(p, aspect) {
  if (p.layout === "map") {
    return {
      extent: [70, 0, 980, BOTTOM - TOP - 32], // the Pacific and the far south are left out at first
      states: p.states.map((state) => project(state.lon ?? 0, state.lat ?? 0)),
      theatres: p.theatres.map((theatre) => project(theatre.lon ?? 0, theatre.lat ?? 0)),
    };
  }
  const across = Math.sqrt(AREA * Math.max(1, Math.min(2.4, aspect)));
  const [width, height] = [across, AREA / across];
  // Below there is room for the buttons.
  const states = p.states.map((state) => [state.x * width, state.y * height]);
  return { extent: [-60, -36, width + 60, height + 100], states, theatres: between(p, states) };
}

// Without geography a theatre lies on the way to its host, nearer to it, off to one side so that two rivals' differ.
function between(p, states) {
  return p.theatres.map((theatre) => {
    const [ax, ay] = states[theatre.challenger];
    const [bx, by] = states[theatre.host];
    const [dx, dy] = [bx - ax, by - ay];
    const length = Math.hypot(dx, dy) || 1;
    const aside = Math.min(26, 0.16 * length);
    return [ax + 0.6 * dx - (aside * dy) / length, ay + 0.6 * dy + (aside * dx) / length];
  });
}

// A curve from a to b that bows to its left, as a path.
export function bow([ax, ay], [bx, by], bend = 0.18) {
  const [dx, dy] = [bx - ax, by - ay];
  const [mx, my] = [(ax + bx) / 2 + bend * dy, (ay + by) / 2 - bend * dx];
  return `M${ax.toFixed(1)},${ay.toFixed(1)}Q${mx.toFixed(1)},${my.toFixed(1)} ${bx.toFixed(1)},${by.toFixed(1)}`;
}
