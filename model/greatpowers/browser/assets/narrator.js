// A history as pages read it, played and put into sentences here: number for number and word for word what the library
// records and tells of it. What is the same of all histories of a world comes with it (`narration`); the sentences are those
// of narrative/sentences.toml.
const POWERS = Array.from({ length: 309 }, (_, n) => Number(`1e${n}`));
const FIELD = /\{(\w+)(?::(\w+))?\}/g;
const CONDITION = /^(?:(\w+) - )?(\w+) (<=|>=|<|>|=) ([\w.]+)$/;
const COMPARED = {
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
  "=": (a, b) => a === b,
};

const RECORD = ["track.metrics", "track.states", "track.theatres", "track.trace_rows"];
const LOG = ["workspace.log.codes", "workspace.log.numbers", "workspace.log.happened"];

const range = (count) => Array.from({ length: count }, (_, i) => i);

// Halves go to the even neighbour, as in Python.
function rounded(value) {
  return Math.abs(value % 1) === 0.5 ? 2 * Math.round(value / 2) : Math.round(value);
}

// The value to so many significant digits, as labels.significant() has it; what is no number is null.
export function short(value, digits) {
  if (!Number.isFinite(value)) return null;
  if (value === 0) return 0;
  const places = digits - 1 - Math.floor(Math.log10(Math.abs(value)));
  const [up, down] = [POWERS[Math.max(places, 0)], POWERS[Math.max(-places, 0)]];
  return (rounded((value * up) / down) * down) / up;
}

// A field of every item of a structured array: a function of the item's place.
function field(engine, name, array, wanted, part = 0) {
  const { bytes, fields } = engine.arguments.get(name).type;
  const [, offset, kind] = fields.find(([known]) => known === wanted);
  const [width, at] = [bytes / 8, offset / 8 + part];
  if (kind === "<f8") {
    const numbers = new Float64Array(array.buffer, array.byteOffset, array.byteLength / 8);
    return (i) => numbers[i * width + at];
  }
  const words = new Int32Array(array.buffer, array.byteOffset, array.byteLength / 4); // numbers of 64 bits, of which these few need the lower half
  return (i) => words[2 * (i * width + at)];
}

// Parts of the record that the sentences need.
export function playRecord(engine, world, policy, asked) {
  return engine.play(world, policy, { ...asked, parts: [...RECORD, ...LOG] });
}

export function narrateHistory(engine, world, narration, policy, { seed, rounds }) {
  const stances = new Stances(engine, narration, rounds, world.sizes);
  const each = (round, bytes) => stances.note(round, bytes);
  const history = playRecord(engine, world, policy, { seed, rounds, each });
  return new Narrator(engine, narration, rounds, world.sizes, history).payload(stances);
}

// What states do in theatres, as changes; hostility of each challenger and host; ties to the leader less ties to its rivals.
class Stances {
  constructor(engine, narration, rounds, { states, theatres }) {
    Object.assign(this, { engine, narration, states, theatres, begun: false });
    this.hostility = Array.from({ length: rounds }, () => []);
    this.alignment = Array.from({ length: rounds }, () => []);
  }

  note(round, bytes) {
    if (round === 0) {
      this.changes = Object.fromEntries(
        this.narration.stances.map((name) => [name, range(this.theatres).map(() => [])]),
      );
      this.last = this.narration.stances.map(() => new Float64Array(this.theatres * this.states));
    }
    this.narration.stances.forEach((name, which) => {
      const value = field(this.engine, "world.stances", bytes("world.stances"), name);
      this.follow(round, value, this.changes[name], this.last[which]);
    });
    const pairs = bytes("world.pairs");
    const pair = (name) => field(this.engine, "world.pairs", pairs, name);
    const hostility = pair("hostility");
    const { challenger, host } = this.narration;
    this.hostility[round] = challenger.map((c, k) => hostility(c * this.states + host[k]));
    this.alignment[round] = this.aligned(bytes, pair("alliance"), pair("rivalry"));
  }

  // Forces swell and shrink a little every round: a value counts as new when it ends or has moved far enough.
  follow(round, value, rows, last) {
    const [relative, least] = this.narration.news;
    for (let i = 0; i < last.length; i++) {
      const rounded = short(value(i), 2);
      const moved = Math.abs(rounded - last[i]) > Math.max(relative * Math.abs(last[i]), least);
      if (!moved && !(rounded === 0 && last[i] !== 0)) continue;
      last[i] = rounded;
      rows[Math.floor(i / this.states)].push([round, i % this.states, rounded]);
    }
  }

  aligned(bytes, alliance, rivalry) {
    const { states } = this;
    const leader = field(this.engine, "world.system", bytes("world.system"), "leader")(0);
    if (leader < 0) return range(states).map(() => 0);
    const [power, order] = ["power_weight", "order_weight"].map((name) =>
      field(this.engine, "world.states", bytes("world.states"), name),
    );
    const tie = (i, j) => Math.max(alliance(i * states + j), alliance(j * states + i));
    const rivals = range(states).filter(
      (s) => s !== leader && rivalry(leader * states + s) >= 0.5 && power(s) > order(s),
    );
    return range(states).map((s) => {
      if (s === leader) return 1;
      const against = rivals.includes(s) ? 1 : rivals.reduce((most, rival) => Math.max(most, tie(s, rival)), 0);
      return tie(s, leader) - against;
    });
  }
}

// A history that was played: its columns, its events and its chronicle.
export class Narrator {
  constructor(engine, narration, rounds, { states, theatres }, history) {
    Object.assign(this, { engine, narration, rounds, states, theatres, history });
    this.columns = engine.layout.columns;
    this.kinds = Object.entries(engine.layout.events); // in the order of their numbers
  }

  payload(stances) {
    const events = this.events();
    const entries = this.chronicle(events);
    const main = new Set(entries.flatMap((entry) => entry.events));
    const { columns, digits } = this.narration;
    const table = (rows) => rows.map((row) => row.map((value) => short(value, digits.usual)));
    const all = (part, names, width) =>
      Object.fromEntries(names.map((name) => [name, this.grid(width, this.of(part, name), digits.usual)]));
    const trace = (name, at, figures = digits.usual) => this.grid(this.theatres, this.trace(name, at), figures);
    const [value, power, { challenger }] = [this.trace("value"), this.of("states", "power"), this.narration];
    const stake = (i) => value(i) * power(Math.floor(i / this.theatres) * this.states + challenger[i % this.theatres]);
    return {
      guardians: this.narration.allied.map((states) => this.byPower(states)),
      metrics: Object.fromEntries(
        this.columns["track.metrics"].map((name) => [
          name,
          this.grid(1, this.of("metrics", name), digits.usual).flat(),
        ]),
      ),
      state: { ...all("states", columns.state, this.states), alignment: table(stances.alignment) },
      theatre: {
        ...all("theatres", this.columns["track.theatres"], this.theatres),
        ...Object.fromEntries(columns.judged.map((name) => [name, trace(name)])),
        balance: trace("balance", columns.options.indexOf("hold")),
        value: trace("value"),
        stake: this.grid(this.theatres, stake, digits.usual),
        hostility: table(stances.hostility),
      },
      stances: stances.changes,
      weighed: Object.fromEntries(
        columns.weighed.map((name) => [
          name,
          Object.fromEntries(columns.options.map((option, at) => [option, trace(name, at, digits.weighed)])),
        ]),
      ),
      events: events.map(({ kind, numbers, ...event }) => ({
        ...event,
        kind,
        text: this.sentenceOf({ kind, numbers, ...event }),
        main: main.has(event.i),
      })),
      chronicle: entries.map(({ events: _, ...entry }) => entry),
    };
  }

  // A column of the record: a function of the place in [round, item].
  of(part, name) {
    const names = this.columns[`track.${part}`];
    const [values, at] = [this.history[`track.${part}`], names.indexOf(name)];
    return (i) => values[i * names.length + at];
  }

  trace(name, part = 0) {
    return field(this.engine, "track.trace_rows", this.history["track.trace_rows"], name, part);
  }

  grid(width, value, digits) {
    const rows = [];
    for (let at = 0; at < this.rounds * width; at += width) {
      const row = new Array(width);
      for (let i = 0; i < width; i++) row[i] = short(value(at + i), digits);
      rows.push(row);
    }
    return rows;
  }

  // The strongest first, by their power when the record begins.
  byPower(states) {
    const power = this.of("states", "power");
    return [...new Set(states)].sort((a, b) => power(b) - power(a) || a - b);
  }

  // --- Events as sentences

  events() {
    const [codes, numbers] = [this.history["workspace.log.codes"], this.history["workspace.log.numbers"]];
    const names = this.columns["workspace.log.codes"];
    return range(codes.length / names.length).map((i) => {
      const event = Object.fromEntries(names.map((name, at) => [name, Number(codes[i * names.length + at])]));
      const [kind, named] = this.kinds[event.kind];
      const values = Object.fromEntries(named.map((name, at) => [name, numbers[i * named.length + at]]));
      return { i, ...event, kind, numbers: values };
    });
  }

  name(state) {
    return state < 0 ? "the coalition" : this.narration.states[state];
  }

  sentenceOf(event) {
    return sentence(this.phrase(event, this.narration.words.events[event.kind]));
  }

  // A pattern with the names of parties, the numbers and the parts filled in; an event may bring names of its own.
  filled(event, pattern) {
    const { challenger, host, leader, theatres, words } = this.narration;
    const parties = {
      c: () => this.name(challenger[event.theatre]),
      h: () => this.name(host[event.theatre]),
      l: () => this.name(leader),
      a: () => this.name(event.actor),
      o: () => this.name(event.other),
      place: () => theatres[event.theatre],
    };
    return pattern.replace(FIELD, (_, name, written) => {
      if (written) return this.written(written, this.number(event, name));
      return event.names?.[name] ?? parties[name]?.() ?? this.phrase(event, words.parts[name]);
    });
  }

  phrase(event, cases) {
    const [, words] = cases.find(([condition]) => this.holds(event, condition));
    return this.filled(event, words);
  }

  holds(event, condition) {
    if (condition === "") return true;
    const [, less, name, compared, bound] = CONDITION.exec(condition);
    const value = this.number(event, name);
    const to = /^\d/.test(bound) ? Number(bound) : this.number(event, bound);
    return COMPARED[compared](less === undefined ? value : this.number(event, less) - value, to);
  }

  number({ numbers, round, theatre }, name) {
    if (name !== "was") return numbers[name];
    if (round === 0) return this.narration.sanctions[theatre];
    return this.of("theatres", "sanctions")((round - 1) * this.theatres + theatre);
  }

  written(how, value) {
    return {
      percent,
      chance,
      rung: (rung) => this.narration.rungs[rung],
      quarters: (age) => `${Math.trunc(age)} quarter${Math.trunc(age) === 1 ? "" : "s"}`,
      dead,
    }[how](value);
  }

  // --- The chronicle of the main events

  chronicle(events) {
    const kept = events.filter((event) => this.matters(event)).map((event, at) => ({ event, at }));
    kept.sort((a, b) => a.event.round - b.event.round || a.event.theatre - b.event.theatre || a.at - b.at);
    const [groups, seen] = [new Map(), new Set()];
    for (const { event } of kept) {
      const { round, theatre, actor, numbers } = event;
      const up = event.kind === "rung" && numbers.after > numbers.before;
      const entry = { event, repeated: up && seen.has(`${round} ${actor}`) };
      if (up) seen.add(`${round} ${actor}`);
      const key = `${round} ${theatre}`;
      groups.set(key, [...(groups.get(key) ?? []), entry]);
    }
    return [...groups.values()].map((group) => {
      const { round, theatre } = group[0].event;
      const kinds = new Set(group.map(({ event }) => event.kind));
      const rest = group.filter(({ event }) => !this.isRepeated(event, kinds));
      const place = theatre < 0 ? this.narration.leaderships : this.narration.places[theatre];
      return { round, theatre, place, sentences: this.sentences(rest), events: rest.map(({ event }) => event.i) };
    });
  }

  matters({ kind, round, actor, numbers }) {
    const { headlines, main, grave, leader } = this.narration;
    if (headlines.includes(kind)) return true;
    if (kind === "rung") return numbers.after > numbers.before && numbers.after >= grave;
    if (kind === "turn") {
      return actor === leader || this.of("states", "great_power")(round * this.states + actor) !== 0;
    }
    return main.includes(kind);
  }

  // Whether another event of the same place and round says it: an offer that is signed, a step that is a war.
  isRepeated({ kind, numbers }, kinds) {
    if (kind === "offer" && kinds.has("deal")) return true;
    return kind === "rung" && numbers.after === this.narration.rungs.length - 1 && kinds.has("war");
  }

  // Those called to a war, or entering it, are named by side.
  sentences(group) {
    const { together } = this.narration.words;
    const waiting = new Set(Object.keys(together));
    return group.flatMap(({ event, repeated }) => {
      if (!(event.kind in together)) return [repeated ? sentence(this.filled(event, "{up}")) : this.sentenceOf(event)];
      if (!waiting.delete(event.kind)) return [];
      const alike = group.map((entry) => entry.event).filter(({ kind }) => kind === event.kind);
      const sides = [1, -1].map((side) => alike.filter(({ numbers }) => numbers.after === side));
      const there = sides.filter((side) => side.length > 0);
      return there.map((side) =>
        side.length > 1 ? this.jointSentence(side, this.narration.named) : this.sentenceOf(side[0]),
      );
    });
  }

  // At most so many names, with how many others there are.
  jointSentence(events, most) {
    const names = this.byPower(events.map(({ actor }) => actor)).map((state) => this.name(state));
    const words = [listed(names, most), this.filled(events[0], "{principal}")];
    const { [events.length > 1 ? "together" : "alone"]: patterns } = this.narration.words;
    return sentence(patterns[events[0].kind].replaceAll("{}", () => words.shift()));
  }
}

// --- Words, as greatpowers.simulation.events writes them

// So many digits behind the point, halves to the even digit.
export function fixed(value, digits) {
  const scaled = value * 10 ** digits;
  const tie = Math.abs((value * 2 ** (digits + 1)) % 2) === 1;
  return tie ? (2 * Math.round(scaled / 2) * 10 ** -digits).toFixed(digits) : value.toFixed(digits);
}

function percent(share) {
  if (share > 0 && share < 0.0005) return "less than 0.1%";
  return `${fixed(100 * share, share < 0.02 && share > 0 ? 1 : 0)}%`;
}

function chance(share) {
  if (share > 0 && share < 0.0005) return "less than a 0.1% chance";
  const text = percent(share);
  return `a${text.startsWith("8") || text === "11%" || text === "18%" ? "n" : ""} ${text} chance`;
}

function dead(thousands) {
  if (thousands >= 1000) return `${fixed(thousands / 1000, 1)} million deaths in battle`;
  if (thousands < 0.5) return "few deaths in battle";
  return `about ${Math.max(1, rounded(thousands)).toLocaleString("en-US")},000 deaths in battle`;
}

// Names as a phrase, at most so many; the rest as a number.
export function listed(names, most) {
  const shown = names.length > most ? [...names.slice(0, most - 1), `${names.length - most + 1} others`] : names;
  return shown.length === 1 ? shown[0] : `${shown.slice(0, -1).join(", ")} and ${shown.at(-1)}`;
}

export function sentence(text) {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.?!]$/.test(text) ? "" : "."}`;
}
