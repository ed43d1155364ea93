// A step of a history explained, from the history played again: what explanation_data() of server/explanations.py makes of
// explain(), number for number and word for word; sentences are those of narrative/sentences.toml.
import { listed, Narrator, playRecord, sentence } from "./narrator.js";

export function explainStep(engine, world, narration, policy, { seed, rounds, theatre, round, quarter }) {
  const history = playRecord(engine, world, policy, { seed, rounds });
  return new Explainer(engine, narration, rounds, world.sizes, history, theatre, round).step(quarter);
}

// The likeliest, the first of equals.
const likeliest = (options) => options.reduce((a, b) => (b.probability > a.probability ? b : a));

// The sentences and figures of one place and round of a history that was played.
export class Explainer extends Narrator {
  constructor(engine, narration, rounds, sizes, history, theatre, round) {
    super(engine, narration, rounds, sizes, history);
    Object.assign(this, { theatre, round, at: round * sizes.theatres + theatre });
    this.here = this.events().filter((event) => event.round === round && event.theatre === theatre);
    this.moves = narration.columns.options;
  }

  // What was weighed: a column of the trace, and of a move where there is one for each.
  weighed(name, move = this.moves[0]) {
    return this.trace(name, this.moves.indexOf(move))(this.at);
  }

  now(name) {
    return this.of("theatres", name)(this.at);
  }

  first(kind) {
    return this.here.find((event) => event.kind === kind);
  }

  say(what, numbers = {}, names = {}, parties = {}) {
    const { limits, explained } = this.narration.words;
    const { theatre, round } = this;
    const about = { theatre, round, ...parties, names, numbers: { ...numbers, limit: limits.certain } };
    return sentence(this.phrase(about, explained[what]));
  }

  // The rung from which the choice was made; without a step it is the present one, or that at which war broke out.
  get rung() {
    const [step, war] = [this.first("rung"), this.first("war")];
    return step ? step.numbers.before : war ? war.numbers.after : this.now("rung");
  }

  step(quarter) {
    const { theatre, round, narration, rung } = this;
    const [step, war] = [this.first("rung"), this.first("war")];
    const options = this.options(rung);
    const choice = this.choice(rung);
    const names = { place: narration.places[theatre], quarter, round: String(round) };
    return {
      title: this.filled({ theatre, names }, narration.words.explained.title[0][1]),
      happened: [step ? this.sentenceOf(step) : this.say("still", { rung }), ...(war ? this.whyWar(war) : [])],
      reasons: this.reasons(options, choice),
      options,
      rungs: options.map((option) => narration.rungs[option.rung]),
      terms: narration.terms.map(([name]) => name).filter((name) => options.some((one) => this.shows(one.terms[name]))),
      choice,
      ...this.beliefs(),
      followed: this.followed(war),
    };
  }

  shows(share) {
    return Math.abs(share) >= this.narration.words.limits.visible;
  }

  whyWar(war) {
    const [decision, fire] = [this.first("decision"), this.first("clash")];
    if (war.numbers.after === this.narration.rungs.length - 1) return [this.say("chosen_war")];
    if (!decision || !fire) return [this.say("war_from_outside")];
    const { challenger_ready: one, host_ready: other } = decision.numbers;
    const { actor, other: against } = decision;
    const numbers = { ...decision.numbers, either: 1 - (1 - one) * (1 - other) };
    return [this.say("shots", fire.numbers), this.say("brink", numbers, {}, { actor, other: against })];
  }

  options(rung) {
    const open = this.moves.filter((move) => this.weighed("probability", move) > 0);
    return open.map((move) => ({
      move,
      rung: rung + this.moves.indexOf(move) - 1,
      probability: this.weighed("probability", move),
      utility: this.weighed("utility", move),
      terms: Object.fromEntries(
        this.narration.terms.map(([name, stem, sign]) => [name, sign * this.weighed(stem, move)]),
      ),
      contest: this.weighed("balance", move),
      sanctions: this.weighed("expected_sanctions", move),
      clash: this.weighed("clash_risk", move),
    }));
  }

  choice(rung) {
    const luck = this.weighed("luck");
    const [down, hold, up] = this.moves.map((move) => this.weighed("probability", move));
    const [drawn] = this.moves.slice(luck < down ? 0 : luck < down + hold ? 1 : 2);
    const made = this.moves[1 + Math.sign(this.weighed("move"))];
    const atWar = this.round > 0 && this.of("theatres", "war")(this.at - this.theatres) > 0;
    const attention = rung < this.narration.looked && up > 0 ? this.weighed("attention") : null;
    return { luck, drawn, made, attention, imposed: drawn === made ? "" : atWar ? "war" : "order" };
  }

  reasons(options, choice) {
    const { words } = this.narration;
    const [made] = options.filter(({ move }) => move === choice.made);
    const others = options.filter((option) => option !== made);
    const { attention } = choice;
    const sentences = attention === null ? [] : [this.say("looking", { looking: attention / (1 + attention) })];
    const names = { made: words.do[choice.made], making: words.doing[choice.made], drawn: words.do[choice.drawn] };
    if (choice.imposed)
      return [...sentences, this.say("imposed", {}, { ...names, power: words.powers[choice.imposed] })];
    if (!made) return [...sentences, this.say("no_choice")];
    sentences.push(this.say("chosen", { probability: made.probability }, names));
    return made.probability > words.limits.certain
      ? sentences
      : [...sentences, ...this.compared(made, likeliest(others))];
  }

  compared(made, other) {
    const { doing, edges, limits } = this.narration.words;
    const apart = this.narration.terms.map(([name]) => [name, made.terms[name] - other.terms[name]]);
    const ranked = apart.filter(([, edge]) => this.shows(edge)).sort(([, a], [, b]) => Math.abs(b) - Math.abs(a));
    const sides = [1, -1].map((sign) => ranked.filter(([, edge]) => edge * sign > 0).slice(0, limits.reasons));
    const present = sides.map((side, at) => side.map(([name]) => edges[name][at])).filter((side) => side.length > 0);
    if (present.length === 0) return [];
    const text = present.map((side) => listed(side, side.length)).join(", but ");
    const names = { other: doing[other.move], making: doing[made.move], edges: text };
    return [this.say("compared", { better: sides[0].length }, names)];
  }

  beliefs() {
    const believed = this.weighed("believed_credibility");
    const [credible, contest, truly] = [
      this.weighed("true_credibility"),
      this.weighed("balance", "hold"),
      this.weighed("true_balance"),
    ];
    const numbers = {
      believed_credibility: believed,
      true_credibility: credible,
      contest,
      true_contest: truly,
      breadth: this.weighed("expected_breadth"),
      aid: this.weighed("expected_aid"),
      value: this.weighed("value"),
      encroachment: this.weighed("encroachment"),
      war_contest: this.weighed("war_balance"),
      war_chance: this.weighed("war_chance"),
    };
    const about = ["credibility", "contest", "reach", "worth", "in_a_war"];
    return {
      beliefs: { credibility: [believed, credible], contest: [contest, truly] },
      believed: about.map((what) => this.say(what, numbers)),
    };
  }

  followed(war) {
    const { together, limits } = this.narration.words;
    const joint = Object.keys(together);
    const covered = ["rung", ...joint, ...(war ? ["war", "clash", "decision"] : [])];
    const sides = joint.flatMap((kind) =>
      [1, -1].map((side) => this.here.filter((event) => event.kind === kind && event.numbers.after === side)),
    );
    const columns = ["war", "deal", "control", "sanctions", "breadth", "aid", "answered"];
    return [
      ...this.here.filter(({ kind }) => !covered.includes(kind)).map((event) => this.sentenceOf(event)),
      ...sides.filter((side) => side.length > 0).map((side) => this.jointSentence(side, limits.named)),
      this.say("end", Object.fromEntries(columns.map((name) => [name, this.now(name)]))),
    ];
  }
}
