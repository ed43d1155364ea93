// Where two histories of the same luck part, and why, from both played again: what divergence() of narrative/divergence.py makes
// of a fork at the beginning, number for number and word for word; sentences are those of narrative/sentences.toml.
import { Explainer } from "./explained.js";
import { fixed, listed, playRecord, sentence } from "./narrator.js";
import { summarise } from "./summary.js";

const TABLES = ["track.theatres", "track.trace_rows", "track.metrics", "track.states"];

// `names` are what the two are called inside a sentence, `quarters` what rounds are called.
export function partHistories(engine, world, narration, policies, { seed, rounds, names, quarters }) {
  const played = policies.map((policy) => playRecord(engine, world, policy, { seed, rounds }));
  const at = (theatre, round) =>
    played.map((history) => new Explainer(engine, narration, rounds, world.sizes, history, theatre, round));
  return new Parting(engine, narration, played, at, names, quarters).whole();
}

class Parting {
  // `at(theatre, round)` are both histories' own explainers.
  constructor(engine, narration, played, at, names, quarters) {
    Object.assign(this, { engine, narration, played, at, names, quarters });
    this.narrators = at(0, 0);
    this.rounds = quarters.length;
    this.theatres = narration.places.length;
    this.moves = narration.columns.options;
  }

  whole() {
    const [first, decision] = [this.first(), this.decision()];
    const { round, theatres } = first;
    if (round === null) return { ...first, quarter: null, decision: null, paragraphs: [this.say("nothing")] };
    const there = theatres.map((k) => this.narration.theatres[k]);
    const where = there.length > 0 ? { where: listed(there, this.limits.places) } : {};
    const names = { quarter: this.quarters[round], round: String(round), ...where };
    return {
      ...first,
      quarter: this.quarters[round],
      decision: decision && { ...decision, place: this.narration.places[decision.theatre] },
      paragraphs: [
        this.say("first", { places: there.length }, names),
        ...(decision ? this.decided(decision) : [this.say("alike")]),
        this.end().join(" "),
      ],
    };
  }

  get limits() {
    return this.narration.words.limits;
  }

  phrase(what, numbers, names) {
    const [one, two] = this.names;
    return this.narrators[0].phrase(
      { theatre: 0, numbers, names: { one, two, ...names } },
      this.narration.words.parted[what],
    );
  }

  say(what, numbers = {}, names = {}) {
    return sentence(this.phrase(what, numbers, names));
  }

  // Whether a table differs in a row; of theatres there are so many rows a round.
  differs(table, row, rows) {
    const [ours, theirs] = this.played.map((history) => history[table]);
    const width = ours.length / rows;
    for (let at = row * width; at < (row + 1) * width; at++) if (ours[at] !== theirs[at]) return true;
    return false;
  }

  // The first round in which anything differs, and the theatres that differ in it; null if nothing ever does.
  first() {
    for (let round = 0; round < this.rounds; round++) {
      if (!TABLES.some((table) => this.differs(table, round, this.rounds))) continue;
      const differs = (k) =>
        TABLES.slice(0, 2).some((table) => this.differs(table, round * this.theatres + k, this.rounds * this.theatres));
      return { round, theatres: Array.from({ length: this.theatres }, (_, k) => k).filter(differs) };
    }
    return { round: null, theatres: [] };
  }

  // The first choice that differs: of several in one round, the one whose chances moved most.
  decision() {
    const [ours, theirs] = this.narrators.map((narrator) => narrator.trace("move"));
    const chances = this.narrators.map((narrator) => this.moves.map((_, at) => narrator.trace("probability", at)));
    for (let round = 0; round < this.rounds; round++) {
      let [theatre, most] = [-1, -1];
      for (let k = 0; k < this.theatres; k++) {
        const at = round * this.theatres + k;
        if (ours(at) === theirs(at)) continue;
        const moved = Math.max(...this.moves.map((_, move) => Math.abs(chances[0][move](at) - chances[1][move](at))));
        if (moved > most) [theatre, most] = [k, moved];
      }
      if (theatre >= 0) return { theatre, round, quarter: this.quarters[round] };
    }
    return null;
  }

  decided({ theatre, round, quarter }) {
    const { words, states, challenger, host, places } = this.narration;
    const both = this.at(theatre, round).map((narrator) => {
      const { rung } = narrator;
      const { made, luck } = narrator.choice(rung);
      const options = new Map(narrator.options(rung).map((option) => [option.move, option]));
      const reached = Math.max(0, Math.min(this.narration.rungs.length - 1, rung + this.moves.indexOf(made) - 1));
      return { made, luck, options, reached };
    });
    const [one, two] = both;
    const odds = both.map(({ options }) => options.get(two.made)?.probability ?? 0);
    const [here, there] = odds.map((share) => this.narrators[0].written("percent", share));
    const parties = { c: states[challenger[theatre]], h: states[host[theatre]] };
    return [
      [
        this.say("decision", {}, { place: places[theatre], quarter, round: String(round) }),
        this.say(
          "chose",
          { rung_one: one.reached, rung_two: two.reached },
          { ...parties, made_one: words.made[one.made], made_two: words.made[two.made] },
        ),
        this.say(
          "drawn",
          { odds_one: odds[0], odds_two: odds[1], same: Number(here === there) },
          { making: words.doing[two.made], luck: fixed(one.luck, 3) },
        ),
      ].join(" "),
      [this.tipped(one, two), ...(round > 0 ? [this.before(theatre, round)] : [])].join(" "),
    ];
  }

  // What made the move whose chance changed most, beside the one made in the first history, another matter in the second.
  tipped({ made: taken, options: ours }, { options: theirs }) {
    const { tipped, doing } = this.narration.words;
    const shared = this.moves.filter((move) => ours.has(move) && theirs.has(move));
    const others = shared.filter((move) => move !== taken);
    if (!shared.includes(taken) || others.length === 0) return this.say("incomparable");
    const change = (move) => Math.abs(theirs.get(move).probability - ours.get(move).probability);
    const moved = others.reduce((a, b) => (change(b) > change(a) ? b : a));
    const edge = (options, term) => options.get(moved).terms[term] - options.get(taken).terms[term];
    const causes = this.narration.terms
      .map(([term]) => [term, edge(theirs, term) - edge(ours, term)])
      .filter(([, shift]) => Math.abs(shift) >= this.limits.smallest)
      .sort(([, a], [, b]) => Math.abs(b) - Math.abs(a))
      .slice(0, this.limits.causes)
      .map(([term, shift]) => tipped[term][Number(shift > 0)]);
    if (causes.length === 0) return this.say("border");
    return this.say("causes", {}, { taken: doing[taken], moved: doing[moved], causes: listed(causes, causes.length) });
  }

  // How the place stood a quarter earlier.
  before(theatre, round) {
    const narrators = this.at(theatre, round - 1);
    const stood = (name, share) => (name === "deal" ? (share ? "yes" : "no") : narrators[0].written("percent", share));
    const pairs = Object.entries(this.narration.words.stood)
      .map(([name, words]) => [name, words, narrators.map((narrator) => narrator.now(name))])
      .filter(([, , [one, two]]) => Math.abs(one - two) >= this.limits.smallest)
      .map(([name, words, shares]) => `${words} ${shares.map((share) => stood(name, share)).join(", ")}`);
    return this.say("before", { differing: pairs.length }, { pairs: pairs.join("; ") });
  }

  // What is said of each of the two, once if it is the same.
  beside(one, other) {
    return this.phrase("beside", { same: Number(one === other) }, { this: one, that: other });
  }

  end() {
    const wars = this.narrators.map((narrator) => {
      const begun = new Map(); // by theatre
      for (const { kind, theatre, numbers } of narrator.events()) {
        if (kind === "war" && numbers.spread === 0) begun.set(theatre, (begun.get(theatre) ?? 0) + 1);
      }
      return begun;
    });
    const total = wars.map((begun) => String([...begun.values()].reduce((a, b) => a + b, 0)));
    const only = wars.map((begun, at) =>
      [...begun]
        .map(([theatre, number]) => [theatre, number - (wars[1 - at].get(theatre) ?? 0)])
        .filter(([, more]) => more > 0)
        .map(([theatre, more]) => this.narration.theatres[theatre] + (more > 1 ? ` (${more} wars)` : "")),
    );
    const summaries = this.played.map((history) => summarise(history["track.metrics"], this.engine.layout));
    const outcome = ([metric, words]) => {
      const at = this.engine.layout.summary.columns.indexOf(metric);
      return `${words} ${this.beside(...summaries.map((summary) => fixed(summary[at], 3)))}`;
    };
    return [
      this.say("wars", {}, { quarter: this.quarters[0], wars: this.beside(...total) }),
      ...only.flatMap((places, at) =>
        places.length > 0
          ? [this.say("only", {}, { who: this.names[at], where: listed(places, this.limits.wars) })]
          : [],
      ),
      sentence(Object.entries(this.narration.words.outcomes).map(outcome).join("; ")),
    ];
  }
}
