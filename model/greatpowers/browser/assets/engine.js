// The engine of greatpowers without Python: the text of the library's core, compiled to WebAssembly. For browsers, their
// workers, and Node. Names, shapes and types come from the module's own description, which Python wrote.
//
//   const engine = await loadEngine(bytes);                  // engine.wasm
//   const world = engine.take(data);                         // what plain_data() of greatpowers.browser made
//   const history = engine.play(world, "containment", { seed: 3 });
//   history["track.metrics"]                                 // Float64Array of shape [rounds, metric]
//   engine.ensemble(world, "containment", [0, 1, 2])         // summaries: Float64Array of shape [seeds, column]
//
// Somebody may sit in a chair: policies with levers of every round (withOrders), and rungs that a challenger goes to.
import { summarise } from "./summary.js";

const PAGE = 65536;
const LEAST_CAPACITY = 1024;
const EVENTS_PER_THEATRE_ROUND = 4;
const WORD = (1n << 64n) - 1n;
const METRICS = ["track.metrics"];

// The engine in these bytes; refuses what is no engine, and, if `core` is given, one made from another text of the core.
export async function loadEngine(bytes, core) {
  const module = await WebAssembly.compile(bytes);
  const [section] = WebAssembly.Module.customSections(module, "greatpowers");
  if (section === undefined) throw new Error("This is no engine of greatpowers.");
  const layout = JSON.parse(new TextDecoder().decode(section));
  if (core !== undefined) checkCore(layout.core, core);
  return new Engine((await WebAssembly.instantiate(module)).exports, layout);
}

function checkCore(own, other) {
  if (own !== other) throw new Error(`The engine plays by the rules of core ${own}, and this is of core ${other}.`);
}

// Bytes from base64.
export function bytesOf(text) {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

class Engine {
  constructor(exports, layout) {
    this.exports = exports;
    this.layout = layout;
    this.arguments = new Map(layout.arguments.map((argument) => [argument.name, argument]));
  }

  // A world with its policies, ready to be played; refuses one of another core, or of another shape.
  take(data) {
    checkCore(this.layout.core, data.core);
    const { states, theatres } = data.sizes;
    const sizes = { states, theatres };
    const policies = new Map();
    for (const [name, policy] of Object.entries(data.policies)) policies.set(name, this.policy({ sizes }, policy));
    return { rounds: data.rounds, sizes, arrays: this.unpacked(data.arrays, sizes), policies };
  }

  // A policy of a world, from what policy_data() of greatpowers.browser made.
  policy({ sizes }, { segments, arrays }) {
    return { segments, arrays: this.unpacked(arrays, { ...sizes, segments }) };
  }

  // A world like another, with other parameters, from what parameters_data() of greatpowers.browser made.
  withParameters(world, p) {
    return { ...world, arrays: { ...world.arrays, ...this.unpacked({ p }, world.sizes) } };
  }

  unpacked(arrays, sizes) {
    const decoded = {};
    for (const [name, text] of Object.entries(arrays)) {
      decoded[name] = bytesOf(text);
      const expected = this.size(this.arguments.get(name), sizes);
      if (decoded[name].length !== expected) {
        throw new Error(`${name} has ${decoded[name].length} bytes; expected ${expected}.`);
      }
    }
    return decoded;
  }

  // A policy like another, with a segment for each of so many rounds; `orders` are [round, theatre or -1 for all,
  // { lever: value }], of which a later one wins.
  withOrders(world, policy, rounds, orders) {
    const { bytes, fields } = this.arguments.get("policy.levers").type;
    const row = bytes * world.sizes.theatres;
    const given = new BigInt64Array(policy.arrays["policy.starts"].slice().buffer);
    const levers = new Uint8Array(rounds * row);
    for (let round = 0; round < rounds; round++) {
      const segment = given.filter((start) => start <= round).length - 1;
      levers.set(policy.arrays["policy.levers"].subarray(segment * row, (segment + 1) * row), round * row);
    }
    const view = new DataView(levers.buffer);
    for (const [round, theatre, changes] of orders) {
      const places = theatre < 0 ? Array.from({ length: world.sizes.theatres }, (_, k) => k) : [theatre];
      for (const [name, value] of Object.entries(changes)) {
        const field = fields.find(([known]) => known === name);
        if (field === undefined) throw new Error(`There is no lever '${name}'.`);
        for (const k of places) view.setFloat64(round * row + k * bytes + field[1], value, true);
      }
    }
    const starts = new Uint8Array(BigInt64Array.from({ length: rounds }, (_, round) => BigInt(round)).buffer);
    return { segments: rounds, arrays: { ...policy.arrays, "policy.starts": starts, "policy.levers": levers } };
  }

  // One history of a policy, given by name or made by withOrders: arrays by name, shapes as in Python. Without `record`
  // only metrics are kept. `aims` [round][theatre] are rungs that challengers go to, a step a round, or -1 where they
  // choose for themselves; `other` is { seed, from }: luck from that round on. With `parts`, names of arrays, nothing else
  // is kept, and no log is written if it is not among them. `each(round, bytes)` is called when a
  // round ends; bytes(name) is where an array then lies, not a copy.
  play(
    world,
    policy,
    { seed = 0, rounds = world.rounds, record = true, aims = null, other = null, parts = null, each = null } = {},
  ) {
    if (!/^\d+$/.test(seed)) throw new Error(`The seed is '${seed}'; expected a whole number from 0 on.`);
    const logged = record && (parts?.includes("workspace.log.codes") ?? true);
    const room = logged ? this.roomFor(rounds, world.sizes.theatres) : 0;
    const asked = { seed, rounds, record, aims, other, parts, each };
    const history = this.playWithRoom(world, policy, asked, room);
    if (parts && !logged) return history;
    const happened = Number(history["workspace.log.happened"][0]);
    if (!record || happened <= room) return this.written(history, happened);
    return this.written(this.playWithRoom(world, policy, asked, happened), happened);
  }

  // Room for events that is enough for most histories; one that needs more is played again.
  roomFor(rounds, theatres) {
    return LEAST_CAPACITY + EVENTS_PER_THEATRE_ROUND * rounds * theatres;
  }

  // Summaries of histories on these seeds, one row of layout.summary.columns a seed; columns are those of Python's runs.
  // `see` is called with the metrics of each.
  ensemble(world, policy, seeds, rounds = world.rounds, see = null) {
    const columns = this.layout.summary.columns.length;
    const rows = new Float64Array(seeds.length * columns);
    seeds.forEach((seed, run) => {
      const { "track.metrics": metrics } = this.play(world, policy, { seed, rounds, record: false, parts: METRICS });
      rows.set(summarise(metrics, this.layout), run * columns);
      see?.(metrics);
    });
    return rows;
  }

  // The log without room that was not used.
  written(record, happened) {
    for (const name of ["workspace.log.codes", "workspace.log.numbers"]) {
      const [, columns] = this.arguments.get(name).shape;
      record[name] = record[name].slice(0, happened * columns);
    }
    return record;
  }

  playWithRoom(world, policy, { seed, rounds, record, aims, other, parts, each }, capacity) {
    const levers = typeof policy === "string" ? world.policies.get(policy) : policy;
    if (levers === undefined) throw new Error(`There is no policy '${policy}'.`);
    const { segments, arrays } = levers;
    const sizes = { ...world.sizes, segments, rounds, recorded: record ? rounds : 0, capacity };
    const place = this.placeFor(sizes);
    this.fill(place, world.arrays, arrays, record);
    this.reseed(place, BigInt(seed));
    const breaks = new Set([0, rounds, Math.min(other?.from ?? rounds, rounds)]);
    if (aims || each) for (let round = 0; round < rounds; round++) breaks.add(round);
    const stretches = [...breaks].sort((a, b) => a - b);
    for (let at = 0; at + 1 < stretches.length; at++) {
      const [first, next] = [stretches[at], stretches[at + 1]];
      if (next - first < rounds) this.turnTo(place, sizes, first, next);
      if (other && first === other.from) this.reseed(place, BigInt(other.seed));
      if (aims) this.aim(place, sizes, aims[first]);
      const failed = this.exports.play(place.words);
      if (failed !== 0) throw new Error(`The engine stopped with code ${failed}.`);
      each?.(first, (name) => this.bytes(place, name));
    }
    return this.read(place, parts);
  }

  // The bytes of an argument in memory.
  bytes({ spots }, name) {
    const { at, bytes } = spots.find(({ argument }) => argument.name === name);
    return new Uint8Array(this.exports.memory.buffer, at, bytes);
  }

  // Have the next call play rounds `first` to `next` alone, into their rows of the track.
  turnTo({ spots, words, unread }, sizes, first, next) {
    const moved = spots.map(({ argument, at, bytes }) => {
      const rows = ["rounds", "recorded"].includes(argument.shape?.[0]) ? sizes[argument.shape[0]] : 0;
      return { argument, at: rows > 0 ? at + (bytes / rows) * first : at };
    });
    const lengths = { ...sizes, rounds: next - first, recorded: sizes.recorded > 0 ? next - first : 0 };
    const values = this.words(moved, lengths, unread, first);
    new BigInt64Array(this.exports.memory.buffer, words, values.length).set(values.map(BigInt));
  }

  // Force the moves that lead to these rungs; 9 leaves the move to the challenger.
  aim({ spots }, { theatres }, rungs) {
    const view = new DataView(this.exports.memory.buffer);
    const field = (name, column) => {
      const { argument, at } = spots.find((spot) => spot.argument.name === name);
      const { bytes, fields } = argument.type;
      return (k) => at + k * bytes + fields.find(([known]) => known === column)[1];
    };
    const [rung, forced] = [field("world.theatres", "rung"), field("workspace.marks", "forced_move")];
    for (let k = 0; k < theatres; k++) {
      const move = rungs[k] < 0 ? 9 : Math.sign(rungs[k] - Number(view.getBigInt64(rung(k), true)));
      view.setBigInt64(forced(k), BigInt(move), true);
    }
  }

  reseed({ spots }, seed) {
    const { at } = spots.find(({ argument }) => argument.name === "luck.key");
    new BigUint64Array(this.exports.memory.buffer, at, 2).set([seed & WORD, seed >> 64n]);
  }

  // Bytes that an argument takes.
  size({ type, shape = [] }, sizes) {
    return type.bytes * product(shape.map((axis) => sizes[axis] ?? axis));
  }

  // Where each argument lies for a world of these sizes.
  placeFor(sizes) {
    const key = JSON.stringify(sizes);
    if (this.last?.key !== key) {
      const spots = [];
      const unread = aligned(this.exports.__heap_base.value);
      let end = unread + 16;
      for (const argument of this.layout.arguments) {
        if (argument.type === undefined) continue;
        const [at, bytes] = [aligned(end), this.size(argument, sizes)];
        spots.push({ argument, at, bytes });
        end = at + bytes;
      }
      const values = this.words(spots, sizes, unread, 0);
      const words = aligned(end);
      const begun = new WeakMap(); // by policy
      this.last = { key, spots, unread, words, values, end: aligned(words + 8 * values.length), begun };
    }
    const missing = this.last.end - this.exports.memory.buffer.byteLength;
    if (missing > 0) this.exports.memory.grow(Math.ceil(missing / PAGE));
    return this.last;
  }

  // The words that Numba's calling convention makes of the arguments: a result and a fault, which nobody reads, then of
  // each array its owner (nobody), number of items, bytes of one, address, lengths and strides of axes.
  words(spots, sizes, unread, first) {
    const address = new Map(spots.map(({ argument, at }) => [argument.name, at]));
    const passed = [unread, unread + 8];
    for (const { name, type, shape } of this.layout.arguments) {
      if (type === undefined) {
        passed.push(first);
      } else if (shape === undefined) {
        passed.push(address.get(name));
      } else {
        const lengths = shape.map((axis) => sizes[axis] ?? axis);
        const strides = lengths.map((_, axis) => type.bytes * product(lengths.slice(axis + 1)));
        passed.push(0, 0, product(lengths), type.bytes, address.get(name), ...lengths, ...strides);
      }
    }
    return passed;
  }

  // What a call begins with. Many histories of a policy begin with the same, which is laid out once and then copied: it is
  // kept where nothing but metrics is recorded, and therefore little.
  fill(place, world, policy, record) {
    const memory = new Uint8Array(this.exports.memory.buffer);
    const { begun, unread, end } = place;
    const known = begun.get(policy);
    if (known?.world === world) return memory.set(known.content, unread);
    this.lay(memory, place, { ...world, ...policy });
    if (!record) begun.set(policy, { world, content: memory.slice(unread, end) });
  }

  lay(memory, { spots, words, values }, given) {
    for (const { argument, at, bytes } of spots) {
      if (given[argument.name] !== undefined) {
        memory.set(given[argument.name], at);
        continue;
      }
      memory.fill(0, at, at + bytes);
      if (argument.counts) {
        new BigUint64Array(memory.buffer, at, bytes / 8).forEach((_, i, all) => {
          all[i] = BigInt(i);
        });
      } else if (argument.item !== undefined && bytes > 0) {
        const item = bytesOf(argument.item);
        memory.set(item, at);
        for (let done = item.length; done < bytes; done *= 2) {
          memory.copyWithin(at + done, at, at + Math.min(done, bytes - done));
        }
      }
    }
    new BigInt64Array(memory.buffer, words, values.length).set(values.map(BigInt));
  }

  // Copies of what is of use afterwards: the world at the end, the track and the log.
  read({ spots }, parts) {
    const arrays = {};
    for (const { argument, at, bytes } of spots) {
      if (parts?.includes(argument.name) ?? /^(world|track|workspace\.log)\./.test(argument.name)) {
        arrays[argument.name] = typed(argument.type, this.exports.memory.buffer.slice(at, at + bytes));
      }
    }
    return arrays;
  }
}

function product(lengths) {
  return lengths.reduce((a, b) => a * b, 1);
}

function aligned(address) {
  return (address + 63) & ~63;
}

// Numbers where an item holds numbers of one kind, else bytes.
function typed({ fields }, buffer) {
  const kinds = new Set(fields.map(([, , kind]) => kind));
  if (kinds.size > 1) return new Uint8Array(buffer);
  return kinds.has("<f8") ? new Float64Array(buffer) : new BigInt64Array(buffer);
}
