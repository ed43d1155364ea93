// What policies do: as they come, with levers set over them, each in its reach, and changed at later rounds.
// server/worlds.py makes the same of files. A policy is its segments: { start, levers: { lever: value }, own: { lever: { place: value } } },
// where `own` are the places that have a value of their own.
import { toBase64 } from "./base64.js";

// What becomes of places of their own when a lever is moved everywhere: they keep their value, change in proportion, or take it.
export const REACHES = ["elsewhere", "scaled", "levers"];

export const nothingSet = () => ({ elsewhere: {}, scaled: {}, levers: {}, places: {} });
export const settingsOf = ({ elsewhere, scaled, levers, places }) => ({ elsewhere, scaled, levers, places });
export const isEmpty = (settings) => Object.values(settingsOf(settings)).every((set) => Object.keys(set).length === 0);

export const without = (table, name) => Object.fromEntries(Object.entries(table).filter(([key]) => key !== name));

// A value within a lever's bounds; rounded, so that a slider's steps give back what they took.
const within = ([low, high], value) => Number(Math.min(Math.max(value, low), high).toFixed(10));

// A segment with levers set over it; `bounds` are each lever's.
function over(segment, { elsewhere, scaled, levers: everywhere, places }, bounds) {
  const levers = { ...segment.levers, ...scaled, ...elsewhere, ...everywhere };
  const own = { ...segment.own };
  for (const [name, value] of Object.entries(scaled)) {
    const factor = segment.levers[name] ? value / segment.levers[name] : 1;
    const scale = ([place, has]) => [place, within(bounds[name], has * factor)];
    own[name] = Object.fromEntries(Object.entries(own[name] ?? {}).map(scale));
  }
  for (const name of Object.keys(everywhere)) own[name] = {};
  for (const [place, table] of Object.entries(places)) {
    for (const [name, value] of Object.entries(table)) own[name] = { ...own[name], [place]: value };
  }
  return { ...segment, levers, own };
}

// Segments with a change put in: another policy ends what was to follow, levers hold on through it.
function changedAt(segments, change, presets, bounds) {
  const start = change.from_round;
  const earlier = segments.filter((segment) => segment.start < start);
  if (change.policy) {
    const [first] = presets.get(change.policy).segments;
    return [...earlier, over({ ...first, start }, change, bounds)];
  }
  const now = { ...inForce(segments, start), start };
  const later = segments.filter((segment) => segment.start > start);
  return [...earlier, ...[now, ...later].map((segment) => over(segment, change, bounds))];
}

// The segments of a policy by name, with settings from the first round on, and changes in order of their rounds.
export function composed(presets, name, settings, changes, bounds) {
  const first = presets.get(name).segments.map((segment) => over(segment, settings, bounds));
  return changes.reduce((segments, change) => changedAt(segments, change, presets, bounds), first);
}

// The segment in force at a round.
export const inForce = (segments, round) => segments.findLast(({ start }) => start <= round);

// What a lever is in a place, or in general.
export const valueIn = ({ levers, own }, name, place) => own[name]?.[place] ?? levers[name];

// Segments as the engine takes a policy, which says itself (`layout`) where in its memory a lever lies.
export function packed(segments, places, layout) {
  const { bytes, fields } = layout.arguments.find(({ name }) => name === "policy.levers").type;
  const levers = new DataView(new ArrayBuffer(segments.length * places.length * bytes));
  segments.forEach((segment, row) => {
    for (const [name, offset] of fields) {
      places.forEach((place, k) => {
        levers.setFloat64((row * places.length + k) * bytes + offset, valueIn(segment, name, place), true);
      });
    }
  });
  const starts = new DataView(new ArrayBuffer(8 * segments.length));
  segments.forEach(({ start }, row) => {
    starts.setBigInt64(8 * row, BigInt(start), true);
  });
  const text = ({ buffer }) => toBase64(new Uint8Array(buffer));
  return { segments: segments.length, arrays: { "policy.starts": text(starts), "policy.levers": text(levers) } };
}

// First rounds, and some levers by segment and place, as drawings read them.
export function declaredOf(segments, names, places) {
  const rows = (name) =>
    segments.map((segment) => places.map((place) => Number(valueIn(segment, name, place).toPrecision(4))));
  return {
    starts: segments.map(({ start }) => start),
    levers: Object.fromEntries(names.map((name) => [name, rows(name)])),
  };
}
