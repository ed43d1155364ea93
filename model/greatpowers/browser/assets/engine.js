// The engine of greatpowers without Python: the text of the library's core, compiled to WebAssembly. For browsers, their
// workers, and Node. Names, shapes and types come from the module's own description, which Python wrote.
//
//   const engine = await loadEngine(bytes);                  // engine.wasm
//   const world = engine.take(data);                         // what plain_data() of greatpowers.browser made
//   const history = engine.play(world, "containment", { seed: 3 });
//   history["track.metrics"]                                 // Float64Array of shape [rounds, metric]
//   engine.ensemble(world, "containment", [0, 1, 2])         // summaries: Float64Array of shape [seeds, column]
import { summarise } from "./summary.js";

const PAGE = 65536;
const LEAST_CAPACITY = 1024;
const EVENTS_PER_THEATRE_ROUND = 4;
const WORD = (1n << 64n) - 1n;

// The engine in these bytes; refuses what is no engine, and, if `core` is given, one made from another text of the core.
export async function loadEngine(bytes, core) {
  const module = await WebAssembly.compile(bytes);
  const [section] = WebAssembly.Module.customSections(module, "greatpowers");
  if (section === undefined) throw new Error("This is no engine of greatpowers.");
  const told = JSON.parse(new TextDecoder().decode(section));
  if (core !== undefined) checkCore(told.core, core);
  return new Engine((await WebAssembly.instantiate(module)).exports, told);
}

function checkCore(own, other) {
  if (own !== other) throw new Error(`The engine plays by the rules of core ${own}, and this is of core ${other}.`);
}

// Bytes from base64.
export function bytesOf(text) {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

class Engine {
  constructor(exports, told) {
    this.exports = exports;
    this.told = told;
    this.arguments = new Map(told.arguments.map((argument) => [argument.name, argument]));
  }

  // A world with its policies, ready to be played; refuses one of another core, or of another shape.
  take(data) {
    checkCore(this.told.core, data.core);
    const { states, theatres } = data.sizes;
    const sizes = { states, theatres };
    const policies = new Map();
    for (const [name, { segments, arrays }] of Object.entries(data.policies)) {
      policies.set(name, { segments, arrays: this.unpacked(arrays, { ...sizes, segments }) });
    }
    return { rounds: data.rounds, sizes, arrays: this.unpacked(data.arrays, sizes), policies };
  }

  unpacked(arrays, sizes) {
    const found = {};
    for (const [name, text] of Object.entries(arrays)) {
      found[name] = bytesOf(text);
      const expected = this.size(this.arguments.get(name), sizes);
      if (found[name].length !== expected) {
        throw new Error(`${name} has ${found[name].length} bytes; expected ${expected}.`);
      }
    }
    return found;
  }

  // A policy like another, with levers set to other values in all places and at all times: { sanctions: 0.5 }.
  withLevers(policy, changes) {
    const { bytes, fields } = this.arguments.get("policy.levers").type;
    const levers = policy.arrays["policy.levers"].slice();
    const view = new DataView(levers.buffer);
    for (const [name, value] of Object.entries(changes)) {
      const field = fields.find(([known]) => known === name);
      if (field === undefined) throw new Error(`There is no lever '${name}'.`);
      for (let at = field[1]; at < levers.length; at += bytes) view.setFloat64(at, value, true);
    }
    return { ...policy, arrays: { ...policy.arrays, "policy.levers": levers } };
  }

  // One history of a policy, given by name or made by withLevers: arrays by name, shapes as in Python. Without `record`
  // only metrics are kept.
  play(world, policy, { seed = 0, rounds = world.rounds, record = true } = {}) {
    if (!/^\d+$/.test(seed)) throw new Error(`The seed is '${seed}'; expected a whole number from 0 on.`);
    const room = record ? this.roomFor(rounds, world.sizes.theatres) : 0;
    const found = this.playWithRoom(world, policy, seed, rounds, record, room);
    const happened = Number(found["desk.log.happened"][0]);
    if (!record || happened <= room) return this.written(found, happened);
    return this.written(this.playWithRoom(world, policy, seed, rounds, record, happened), happened);
  }

  // Room for events that is enough for most histories; one that needs more is played again.
  roomFor(rounds, theatres) {
    return LEAST_CAPACITY + EVENTS_PER_THEATRE_ROUND * rounds * theatres;
  }

  // Summaries of histories on these seeds, one row of told.summary.columns a seed; columns are those of Python's runs.
  ensemble(world, policy, seeds, rounds = world.rounds) {
    const columns = this.told.summary.columns.length;
    const found = new Float64Array(seeds.length * columns);
    seeds.forEach((seed, run) => {
      const { "track.metrics": metrics } = this.play(world, policy, { seed, rounds, record: false });
      found.set(summarise(metrics, this.told), run * columns);
    });
    return found;
  }

  // The log without room that was not used.
  written(found, happened) {
    for (const name of ["desk.log.codes", "desk.log.numbers"]) {
      const [, columns] = this.arguments.get(name).shape;
      found[name] = found[name].slice(0, happened * columns);
    }
    return found;
  }

  playWithRoom(world, policy, seed, rounds, record, capacity) {
    const levers = typeof policy === "string" ? world.policies.get(policy) : policy;
    if (levers === undefined) throw new Error(`There is no policy '${policy}'.`);
    const { segments, arrays } = levers;
    const sizes = { ...world.sizes, segments, rounds, recorded: record ? rounds : 0, capacity };
    const place = this.placeFor(sizes);
    this.fill(place, { ...world.arrays, ...arrays }, BigInt(seed));
    const failed = this.exports.play(place.words, place.end);
    if (failed !== 0) throw new Error(`The engine stopped with code ${failed}.`);
    return this.read(place);
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
      for (const argument of this.told.arguments) {
        if (argument.type === undefined) continue;
        const [at, bytes] = [aligned(end), this.size(argument, sizes)];
        spots.push({ argument, at, bytes });
        end = at + bytes;
      }
      const words = this.words(spots, sizes, unread);
      this.last = { key, spots, words: aligned(end), values: words, end: aligned(aligned(end) + 8 * words.length) };
    }
    const missing = this.last.end - this.exports.memory.buffer.byteLength;
    if (missing > 0) this.exports.memory.grow(Math.ceil(missing / PAGE));
    return this.last;
  }

  // The words that Numba's calling convention makes of the arguments: a result and a fault, which nobody reads, then of
  // each array its owner (nobody), number of items, bytes of one, address, lengths and strides of axes.
  words(spots, sizes, unread) {
    const address = new Map(spots.map(({ argument, at }) => [argument.name, at]));
    const found = [unread, unread + 8];
    for (const { name, type, shape } of this.told.arguments) {
      if (type === undefined) {
        found.push(0);
      } else if (shape === undefined) {
        found.push(address.get(name));
      } else {
        const lengths = shape.map((axis) => sizes[axis] ?? axis);
        const strides = lengths.map((_, axis) => type.bytes * product(lengths.slice(axis + 1)));
        found.push(0, 0, product(lengths), type.bytes, address.get(name), ...lengths, ...strides);
      }
    }
    return found;
  }

  // What a call begins with.
  fill({ spots, words, values }, given, seed) {
    const memory = new Uint8Array(this.exports.memory.buffer);
    for (const { argument, at, bytes } of spots) {
      if (given[argument.name] !== undefined) {
        memory.set(given[argument.name], at);
        continue;
      }
      memory.fill(0, at, at + bytes);
      if (argument.name === "luck.key") {
        new BigUint64Array(memory.buffer, at, 2).set([seed & WORD, seed >> 64n]);
      } else if (argument.counts) {
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
  read({ spots }) {
    const found = {};
    for (const { argument, at, bytes } of spots) {
      if (/^(world|track|desk\.log)\./.test(argument.name)) {
        found[argument.name] = typed(argument.type, this.exports.memory.buffer.slice(at, at + bytes));
      }
    }
    return found;
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
