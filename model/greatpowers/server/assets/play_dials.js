// One dial for each lever: a slider, a switch or a choice of rung, with what it says in words.
import { h } from "./draw.js";

// The dial of a lever in a place, or with '' everywhere: then it shows what most places have.
export function dialFor(dial, told, where, send) {
  const column = told.dials.indexOf(dial);
  const values = here(told.levers, column, told, where);
  const usual = mode(values);
  const apart = values.filter((value) => value !== usual).length;
  const id = `gg-${dial.name}`;
  const out = h(
    "output",
    { class: "gg-value", for: id, "data-testid": `play-${dial.name}` },
    reading(dial, usual, told.ladder),
  );
  const set = (value) => send({ do: "set", theatre: where === "" ? null : where, levers: { [dial.name]: value } });
  return h(
    "div",
    { class: `gg-dial gg-${dial.kind}` },
    h("label", { for: id, title: dial.meaning }, dial.label, " ", h("small", { class: "gg-muted" }, dial.term)),
    input(dial, id, usual, told.ladder, set, out),
    out,
    h(
      "small",
      { class: "gg-default" },
      `${told.inherited}: ${reading(dial, mode(here(told.usual, column, told, where)), told.ladder)}`,
    ),
    apart ? h("small", { class: "gg-apart" }, `different in ${apart} place${apart === 1 ? "" : "s"}`) : null,
  );
}

// The values of a lever in a place, or everywhere.
function here(rows, column, told, where) {
  if (where === "") return rows.map((row) => row[column]);
  return [rows[told.places.findIndex((place) => place.id === where)][column]];
}

function input(dial, id, value, ladder, set, out) {
  if (dial.kind === "switch")
    return h("input", {
      id,
      type: "checkbox",
      class: "gg-check",
      checked: value > 0,
      onchange: (event) => set(event.target.checked ? 1 : 0),
    });
  if (dial.kind === "line") {
    const choice = [...ladder.slice(1).map((rung, at) => [at + 1, rung.name]), [9, "never"]];
    return h(
      "select",
      { id, class: "gg-select", onchange: (event) => set(Number(event.target.value)) },
      ...choice.map(([rung, name]) =>
        h("option", { value: rung, selected: rung === value || (rung === 9 && value > 7) }, name),
      ),
    );
  }
  return h("input", {
    id,
    type: "range",
    class: "gg-range",
    min: dial.low,
    max: Math.max(dial.high, value),
    step: dial.step,
    value,
    "aria-valuetext": reading(dial, value, ladder),
    oninput: (event) => {
      out.textContent = reading(dial, Number(event.target.value), ladder);
      event.target.setAttribute("aria-valuetext", out.textContent);
    },
    onchange: (event) => set(Number(event.target.value)),
  });
}

export function reading(dial, value, ladder) {
  if (dial.kind === "switch") return value > 0 ? "yes" : "no";
  if (dial.kind === "line") return value > 7 ? "never" : ladder[value].name;
  if (dial.kind === "years") return `${value} year${value === 1 ? "" : "s"}`;
  return `${Math.round(100 * value)}%`;
}

function mode(values) {
  const counts = new Map();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0])[0]?.[0] ?? 0;
}
