// What is set on the page: a state, as server/state.py checks it. It can be changed, undone, and written into a link.
import { announcer } from "./announcer.js";
import { fromBase64, toBase64 } from "./base64.js";
import { given } from "./host.js";
import { isEmpty, nothingSet, settingsOf } from "./policies.js";

const MOST_UNDO = 200;
const LONGEST_LINK = 48_000; // characters; servers and browsers take request lines of 64 KiB

const { on, notify } = announcer();
const [past, future] = [[], []];
let state = { ...given.defaults, ...given.state };

// Text that is equal for equal values.
export function textOf(value) {
  const sorted = (_, part) =>
    part?.constructor === Object ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part;
  return JSON.stringify(value, sorted);
}

export function isSame(one, other) {
  return textOf(one) === textOf(other);
}

const apart = (from) => Object.fromEntries(given.fields.apart.map((name) => [name, from[name]]));
const played = (from) => ({ ...from, ...apart(given.defaults) });

function adopt(next) {
  const anew = !isSame(played(next), played(state));
  state = next;
  for (const kind of anew ? ["state", "played"] : ["state"]) notify(kind, state);
}

// Set fields; changes of one `gesture` in a row are undone together.
function change(fields, gesture = "") {
  const next = { ...state, ...fields };
  next.changes = [...next.changes].sort((a, b) => a.from_round - b.from_round);
  if (isSame(next, state)) return;
  if (!isSame(played(next), played(state))) {
    if (!gesture || past.at(-1)?.gesture !== gesture) past.push({ state, gesture });
    past.splice(0, past.length - MOST_UNDO);
    future.length = 0;
  }
  adopt(next);
}

function undo() {
  if (past.length === 0) return;
  future.push(state);
  adopt({ ...past.pop().state, ...apart(state) });
}

function redo() {
  if (future.length === 0) return;
  past.push({ state, gesture: "" });
  adopt({ ...future.pop(), ...apart(state) });
}

export const lab = {
  state: () => state,
  change,
  undo,
  redo,
  canUndo: () => past.length > 0,
  canRedo: () => future.length > 0,
  // kinds: state, played (what is played has changed)
  on,
};

// What is set over one of the two policies from the first round on.
export const settingsFor = (of, which) => (which === "b" ? of.against_set : settingsOf(of));

// Fields of a state that hold only in its own world, as another one begins with them.
export function inAnotherWorld({ against_set, changes }) {
  const bare = changes.map((change) => ({ ...change, places: {} }));
  return {
    synthetic: null,
    upload: null,
    doctrines: {},
    resolve: null,
    rounds: null,
    cursor: 0,
    places: {},
    against_set: { ...against_set, places: {} },
    changes: bare.filter(({ policy, ...set }) => policy || !isEmpty(set)),
  };
}

// --- Links: the fields that are not as usual, as JSON, squeezed, in letters that an address takes

async function through(bytes, stream) {
  return new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(stream)).arrayBuffer());
}

// The state as part of an address; raises an error if it is too long for one.
export async function linkOf(of) {
  const fields = Object.fromEntries(Object.entries(of).filter(([name, value]) => !isSame(value, given.defaults[name])));
  const squeezed = await through(new TextEncoder().encode(textOf(fields)), new CompressionStream("deflate-raw"));
  const link = toBase64(squeezed).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  if (link.length <= LONGEST_LINK) return link;
  throw new Error(`What is set here needs a link of ${link.length} characters; at most ${LONGEST_LINK} fit.`);
}

// The state that such a link holds; the server's leaves out what is as usual within a field, too.
export async function stateIn(link) {
  const bytes = fromBase64(link.replaceAll("-", "+").replaceAll("_", "/"));
  const text = await through(bytes, new DecompressionStream("deflate-raw"));
  const { against_set, changes, ...fields } = { ...given.defaults, ...JSON.parse(new TextDecoder().decode(text)) };
  return {
    ...fields,
    against_set: { ...nothingSet(), ...against_set },
    changes: changes.map((change) => ({ policy: null, ...nothingSet(), ...change })),
  };
}
