// Who stands behind whom in a theatre, and what its challenger weighs: two parts of the panel.
import { backers, byForce } from "./backing.js";
import { figure, h, percent, table } from "./draw.js";

const OPTIONS = { down: "step down", hold: "hold", up: "step up" };
const WEIGHED = [
  ["gain", "gain", 1],
  ["operations", "operations", -1],
  ["sanction_loss", "sanctions", -1],
  ["clash_loss", "risk of war", -1],
  ["norm_cost", "broken norms", -1],
  ["cheating_loss", "lost relief", -1],
  ["audience_cost", "loss of face at home", -1],
];

function names(p, states, most = 6) {
  const sorted = [...states].sort((a, b) => p.state.power[0][b] - p.state.power[0][a]).map((i) => p.states[i].name);
  return sorted.length > most + 1
    ? `${sorted.slice(0, most).join(", ")} and ${sorted.length - most} others`
    : sorted.join(", ");
}

export function behind(p, k, round) {
  const { presence, sanctioning, side } = backers(p, k, round);
  const theatre = p.theatres[k];
  const rows = [];
  const troops = byForce(p, presence, round).map(([i, share]) => `${p.states[i].name} ${percent(share)}`);
  if (troops.length)
    rows.push([
      "Troops",
      `${troops.slice(0, 5).join(", ")}${troops.length > 5 ? ` and ${troops.length - 5} others` : ""} (shares of their forces)`,
    ]);
  if (sanctioning.size && p.theatre.sanctions[round][k] >= 0.02) rows.push(["Sanctions", names(p, sanctioning.keys())]);
  const beside = (which) => [...side].filter(([, value]) => value === which).map(([i]) => i);
  if (beside(1).length) rows.push([`At war beside ${p.states[theatre.host].name}`, names(p, beside(1))]);
  if (beside(-1).length) rows.push([`At war beside ${p.states[theatre.challenger].name}`, names(p, beside(-1))]);
  if (theatre.guardians.length) rows.push([`Allied to ${p.states[theatre.host].name}`, names(p, theatre.guardians, 4)]);
  if (!rows.length) return [h("p.gw-muted", `Nobody stands behind ${p.states[theatre.host].name} here.`)];
  return [h("dl.gw-behind-list", ...rows.flatMap(([term, text]) => [h("dt", term), h("dd", text)]))];
}

export function weighs(p, k, round) {
  const open = Object.keys(OPTIONS).filter((option) => p.weighed.probability[option][round][k] > 0);
  if (open.length === 0)
    return h("p.gw-muted", p.theatre.war[round][k] ? "The war decides." : "It had no choice this quarter.");
  const used = WEIGHED.filter(([column]) => open.some((option) => p.weighed[column][option][round][k] !== 0));
  const cell = (column, option, sign) => signed(sign * p.weighed[column][option][round][k]);
  return table(
    ["", ...open.map((option) => OPTIONS[option])],
    [
      ...used.map(([column, label, sign]) => [label, ...open.map((option) => cell(column, option, sign))]),
      { class: "gw-total", cells: ["in all", ...open.map((option) => cell("utility", option, 1))] },
      ["chance", ...open.map((option) => percent(p.weighed.probability[option][round][k]))],
    ],
    { class: "gw-weighs" },
    h("caption.gw-muted", "in hundredths of its own power"),
  );
}

function signed(value) {
  const text = figure(Number((100 * Math.abs(value)).toFixed(2)));
  return value < 0 && text !== "0" ? `−${text}` : text;
}
