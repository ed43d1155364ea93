// A published page: choose a policy, move its levers, play a history, and hold two policies against each other on the
// same luck. Everything it needs is in the page; histories are played in a worker.
const given = JSON.parse(document.getElementById("given").textContent);
const find = (id) => document.getElementById(id);
const AT_A_TIME = 10;

// --- The worker

const worker = new Worker(URL.createObjectURL(new Blob([given.worker], { type: "text/javascript" })));
const waiting = new Map();
let asked = 0;

worker.onmessage = ({ data: { id, answer, fault } }) => {
  const { resolve, reject } = waiting.get(id);
  waiting.delete(id);
  if (fault === undefined) resolve(answer);
  else reject(new Error(fault));
};

function ask(what, rest) {
  return new Promise((resolve, reject) => {
    waiting.set(++asked, { resolve, reject });
    worker.postMessage({ id: asked, ask: what, ...rest });
  });
}

const bytes = Uint8Array.from(atob(given.engine), (character) => character.charCodeAt(0));
const told = ask("begin", { bytes, data: given.world });
const choiceOf = (policy, levers = {}) => ({ policy, levers });

// For the console: the whole record of a history, arrays by name; `await greatpowers.told` names their columns.
globalThis.greatpowers = {
  told,
  play: async (policy, seed = 0, levers = {}) => {
    await told;
    return ask("play", { choice: choiceOf(policy, levers), seed });
  },
};

// --- Elements

const SVG = "http://www.w3.org/2000/svg";

function made(kind, attributes = {}, ...children) {
  const found = document.createElement(kind);
  for (const [name, value] of Object.entries(attributes)) found.setAttribute(name, value);
  found.append(...children);
  return found;
}

function drawn(kind, attributes, ...children) {
  const found = document.createElementNS(SVG, kind);
  for (const [name, value] of Object.entries(attributes)) found.setAttribute(name, value);
  found.append(...children);
  return found;
}

function figure(value) {
  if (Number.isNaN(value)) return "–";
  const size = Math.abs(value);
  const text = size >= 100 ? value.toFixed(0) : size >= 10 ? value.toFixed(1) : value.toFixed(size >= 1 ? 2 : 4);
  return Number(text) === 0 ? "0" : text.replace("-", "−");
}

function row(kind, cells) {
  return made("tr", {}, ...cells.map((cell, i) => made(i === 0 ? "th" : kind, i === 0 ? { scope: "row" } : {}, cell)));
}

function table(heads, rows) {
  const head = made("tr", {}, ...heads.map((text) => made("th", { scope: "col" }, text)));
  return made("table", {}, made("thead", {}, head), made("tbody", {}, ...rows.map((cells) => row("td", cells))));
}

// --- What is chosen

const levers = {};

function chosen() {
  return choiceOf(find("policy").value, { ...levers });
}

function nameOf({ policy, levers: moved }) {
  const title = given.policies.find(({ name }) => name === policy).title;
  return Object.keys(moved).length > 0 ? `${title}, changed` : title;
}

function layOutLevers() {
  const start = given.policies.find(({ name }) => name === find("policy").value).levers;
  for (const name of Object.keys(levers)) delete levers[name];
  find("levers").replaceChildren(
    ...given.levers.map(({ name, label, low, high, step }) => {
      const { mean, alike } = start[name];
      const value = made("output", {}, alike ? figure(mean) : "differs");
      const slider = made("input", { type: "range", min: low, max: high, step, value: mean, id: `lever-${name}` });
      slider.addEventListener("input", () => {
        levers[name] = slider.valueAsNumber;
        value.textContent = `${figure(slider.valueAsNumber)} everywhere`;
      });
      slider.addEventListener("change", playOne);
      return made("label", { for: `lever-${name}` }, made("span", {}, label), slider, value);
    }),
  );
}

// --- One history

const [LEFT, TOP, ROW, WIDTH] = [150, 4, 18, 900];

// One path a rung, one row a place, one step a quarter.
function ladder(rungs, rounds) {
  const places = given.theatres.length;
  const wide = WIDTH / rounds;
  const paths = given.rungs.map(() => "");
  rungs.forEach((rung, at) => {
    const [round, place] = [Math.floor(at / places), at % places];
    paths[rung] +=
      `M${(LEFT + round * wide).toFixed(2)} ${TOP + place * ROW}h${wide.toFixed(2)}v${ROW - 2}h-${wide.toFixed(2)}z`;
  });
  const labels = given.theatres.map((name, place) =>
    drawn(
      "text",
      { x: LEFT - 8, y: TOP + place * ROW + 12, "text-anchor": "end" },
      name.length > 22 ? `${name.slice(0, 21)}…` : name,
    ),
  );
  const years = [];
  for (let round = 0; round < rounds; round += Math.max(4, 4 * Math.ceil(rounds / 40))) {
    years.push(drawn("text", { x: LEFT + round * wide, y: TOP + places * ROW + 14 }, given.quarters[round]));
  }
  return drawn(
    "svg",
    {
      viewBox: `0 0 ${LEFT + WIDTH + 4} ${TOP + places * ROW + 20}`,
      role: "img",
      "aria-label": "Rung by place and quarter",
    },
    ...paths.map((d, rung) => drawn("path", { d, class: `rung-${rung}` })),
    ...labels,
    ...years,
  );
}

function columnOf(names, values, name) {
  const at = names.indexOf(name);
  return Array.from({ length: values.length / names.length }, (_, i) => values[i * names.length + at]);
}

let latest = 0;

async function playOne() {
  const turn = ++latest;
  const { columns, severity } = await told;
  const [choice, seed] = [chosen(), find("seed").value];
  try {
    const history = await ask("play", { choice, seed });
    if (turn !== latest) return;
    const rungs = columnOf(columns["track.theatres"], history["track.theatres"], "rung");
    const wars = columnOf(columns["track.theatres"], history["track.theatres"], "war");
    const metrics = history["track.metrics"];
    const rounds = metrics.length / columns["track.metrics"].length;
    const mean = (values) => values.reduce((a, b) => a + b, 0) / values.length;
    const total = (name) => columnOf(columns["track.metrics"], metrics, name);
    find("told").textContent =
      `${nameOf(choice)}, seed ${seed}: escalation ${figure(mean(total("mean_severity")))} on average, ` +
      `${total("wars_begun").reduce((a, b) => a + b, 0)} wars begun, order ${figure(total("order").at(-1))} at the end.`;
    find("ladder").replaceChildren(ladder(rungs, rounds));
    const places = given.theatres.length;
    const rows = given.theatres.map((name, place) => {
      const here = rungs.filter((_, at) => at % places === place);
      const atWar = wars.filter((_, at) => at % places === place);
      const grave = mean(here.map((rung, round) => (atWar[round] > 0 ? 1 : severity[rung])));
      return [name, figure(grave), given.rungs[Math.max(...here)], String(atWar.filter((war) => war > 0).length)];
    });
    find("places").replaceChildren(table(["Place", "Escalation", "Highest rung", "Quarters at war"], rows));
    document.body.dataset.played = `${choice.policy} ${seed}`;
  } catch (error) {
    find("told").textContent = error.message;
  }
}

// --- Many histories

// Mean of the paired differences with its 95 % interval; of shares with half a pair added to each way in which the two
// can differ or agree (Agresti & Min 2005), as in greatpowers.simulation.intervals.
function difference(one, other, isSwitch) {
  const apart = one.map((value, i) => value - other[i]);
  const n = apart.length;
  const mean = apart.reduce((a, b) => a + b, 0) / n;
  if (isSwitch) {
    const [more, less] = [1, -1].map((sign) => apart.filter((value) => value * sign > 0).length + 0.5);
    const centre = (more - less) / (n + 2);
    const half = (given.normal * Math.sqrt(more + less - (more - less) ** 2 / (n + 2))) / (n + 2);
    return [mean, Math.min(mean, centre - half), Math.max(mean, centre + half)];
  }
  const spread = Math.sqrt(apart.reduce((a, b) => a + (b - mean) ** 2, 0) / (n - 1));
  const half = (given.student * spread) / Math.sqrt(n);
  return [mean, mean - half, mean + half];
}

async function playMany() {
  const { summary } = await told;
  const choices = [chosen(), choiceOf(find("other").value)];
  const values = [[], []];
  find("many").disabled = true;
  try {
    for (let first = 0; first < given.seeds; first += AT_A_TIME) {
      const seeds = Array.from({ length: AT_A_TIME }, (_, i) => first + i);
      (await ask("ensembles", { choices, seeds })).forEach((found, which) => {
        values[which].push(...found);
      });
      find("progress").value = first + AT_A_TIME;
    }
    const rows = given.headlines.map(({ name, label, unit, isSwitch }) => {
      const [one, other] = values.map((found) => columnOf(summary.columns, found, name));
      const mean = (column) => column.reduce((a, b) => a + b, 0) / column.length;
      const [apart, low, high] = difference(one, other, isSwitch);
      const said = `${apart > 0 ? "+" : ""}${figure(apart)} (${figure(low)} to ${figure(high)})`;
      return [`${label}, ${unit}`, figure(mean(one)), figure(mean(other)), said];
    });
    find("compared").replaceChildren(table(["", ...choices.map(nameOf), "Difference (95 %)"], rows));
    document.body.dataset.compared = choices.map(({ policy }) => policy).join(" ");
  } catch (error) {
    find("compared").replaceChildren(error.message);
  } finally {
    find("many").disabled = false;
  }
}

// --- Beginning

for (const id of ["policy", "other"]) {
  find(id).replaceChildren(...given.policies.map(({ name, title }) => made("option", { value: name }, title)));
}
find("policy").value = given.asked[0];
find("other").value = given.asked[1];
find("rungs").replaceChildren(
  ...given.rungs.map((name, rung) => made("span", {}, made("i", { class: `rung-${rung}` }), name)),
);
find("policy").addEventListener("change", () => {
  layOutLevers();
  playOne();
});
find("seed").addEventListener("change", playOne);
find("next").addEventListener("click", () => {
  find("seed").value = Number(find("seed").value) + 1;
  playOne();
});
find("back").addEventListener("click", () => {
  layOutLevers();
  playOne();
});
find("many").addEventListener("click", playMany);
layOutLevers();
playOne();
