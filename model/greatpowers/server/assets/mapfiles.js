// The map to take along: as it is drawn now, and what it says of states and theatres as rows.
import { COLOURINGS } from "./colouring.js";
import { drawingFiles, standalone } from "./files.js";

const STATE = ["power", "alignment", "resolve", "credibility_believed", "trust"];
const THEATRE = ["rung", "war", "stake", "control", "sanctions", "presence", "aid", "deal"];

export function mapFiles(map) {
  const name = () => {
    const p = map.payload;
    return `${p.scenario}-${p.policy}-seed${p.seed}-map-${p.quarters[map.round]}`;
  };
  return drawingFiles(
    map.which === "a" ? "map" : "map-b",
    name,
    () => alone(map),
    () => rows(map.payload, map.round),
  );
}

function alone(map) {
  const p = map.payload;
  return standalone(map.svg, {
    width: map.svg.clientWidth,
    height: map.svg.clientHeight,
    title: `${p.title}, ${p.quarters[map.round]}`,
    subtitle: [
      `${p.policyTitle}, seed ${p.seed} · states: ${COLOURINGS[map.colouring].plain}; theatres: size is the stake, the number is the rung`,
    ],
    ground: "--gw-sea",
  });
}

function rows(p, round) {
  const blank = (columns) => columns.map(() => "");
  return [
    ["kind", "id", "name", "doctrine", ...STATE, "challenger", "host", ...THEATRE],
    ...p.states.map(({ id, name, doctrine }, i) => [
      "state",
      id,
      name,
      doctrine,
      ...STATE.map((column) => p.state[column][round][i]),
      "",
      "",
      ...blank(THEATRE),
    ]),
    ...p.theatres.map(({ id, name, challenger, host }, k) => [
      "theatre",
      id,
      name,
      "",
      ...blank(STATE),
      p.states[challenger].id,
      p.states[host].id,
      ...THEATRE.map((column) => p.theatre[column][round][k]),
    ]),
  ];
}
