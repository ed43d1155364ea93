// What is set on the page: changes, undone by gestures, and links that hold them.
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { module } from "./page.mjs";

const nothing = { elsewhere: {}, scaled: {}, levers: {}, places: {} };
const defaults = {
  ...nothing,
  scenario: "2017",
  synthetic: null,
  upload: null,
  policy: "half-a-loaf",
  changes: [],
  doctrines: {},
  resolve: null,
  seed: 12,
  rounds: null,
  against: "laissez-faire",
  against_set: nothing,
  game: "",
  view: "world",
  cursor: 0,
};
const fields = { apart: ["view", "cursor", "game"], world: [] };
const given = document.createElement("script");
const textContent = JSON.stringify({ defaults, fields, state: {} });
Object.assign(given, { id: "given", type: "application/json", textContent });
document.body.append(given);

const { inAnotherWorld, isSame, lab, linkOf, settingsFor, stateIn } = await module("store.js");

afterEach(() => {
  while (lab.canUndo()) lab.undo();
  lab.change({ view: "world", cursor: 0, game: "" });
});

// How often the page is told that the state, and that what is played, is another while something is done.
function told(act) {
  const counts = { state: 0, played: 0 };
  const offs = Object.keys(counts).map((kind) =>
    lab.on(kind, () => {
      counts[kind] += 1;
    }),
  );
  act();
  for (const off of offs) off();
  return counts;
}

test("a change is told once, and one to what is there already is none", () => {
  assert.deepEqual(
    told(() => lab.change({ seed: 3 })),
    { state: 1, played: 1 },
  );
  assert.deepEqual(
    told(() => lab.change({ seed: 3, levers: {} })),
    { state: 0, played: 0 },
  );
});

test("what is looked at is neither played nor undone", () => {
  lab.change({ seed: 3 });
  const counts = told(() => lab.change({ view: "compare", cursor: 7 }));
  assert.deepEqual(counts, { state: 1, played: 0 });
  lab.undo();
  assert.deepEqual([lab.state().seed, lab.state().view, lab.state().cursor], [12, "compare", 7]);
  lab.redo();
  assert.deepEqual([lab.state().seed, lab.state().view, lab.state().cursor], [3, "compare", 7]);
});

test("a gesture is undone as a whole, and another one by itself", () => {
  for (const aid of [0.1, 0.2, 0.3]) lab.change({ levers: { aid } }, "aid");
  for (const keep of [0.1, 0.2]) lab.change({ levers: { aid: 0.3, keep } }, "keep");
  lab.change({ seed: 1 });
  lab.change({ seed: 2 });
  const seen = [];
  while (lab.canUndo()) {
    lab.undo();
    seen.push([lab.state().seed, lab.state().levers]);
  }
  assert.deepEqual(seen, [
    [1, { aid: 0.3, keep: 0.2 }],
    [12, { aid: 0.3, keep: 0.2 }],
    [12, { aid: 0.3 }],
    [12, {}],
  ]);
  while (lab.canRedo()) lab.redo();
  assert.deepEqual([lab.state().seed, lab.state().levers], [2, { aid: 0.3, keep: 0.2 }]);
});

test("a hand that takes a lever again after an undo begins a new gesture", () => {
  lab.change({ levers: { aid: 0.1 } }, "aid");
  lab.undo();
  lab.redo();
  lab.change({ levers: { aid: 0.2 } }, "aid");
  lab.undo();
  assert.deepEqual(lab.state().levers, { aid: 0.1 });
});

test("what was undone is gone once something else is set", () => {
  lab.change({ seed: 1 });
  lab.undo();
  assert.ok(lab.canRedo());
  lab.change({ seed: 2 });
  assert.ok(!lab.canRedo());
  lab.redo();
  assert.equal(lab.state().seed, 2);
});

test("changes of course stand in the order of their rounds", () => {
  const change = (from_round) => ({ from_round, policy: "rollback", ...nothing });
  lab.change({ changes: [change(9), change(3), change(30)] });
  assert.deepEqual(
    lab.state().changes.map(({ from_round }) => from_round),
    [3, 9, 30],
  );
});

test("each of both policies has settings of its own", () => {
  const against_set = { ...nothing, levers: { aid: 0.1 } };
  const state = { ...defaults, scaled: { sanctions: 0.4 }, against_set };
  assert.deepEqual(settingsFor(state, "a"), { ...nothing, scaled: { sanctions: 0.4 } });
  assert.deepEqual(settingsFor(state, "b"), against_set);
});

test("another world keeps what holds there, and nothing that is of places of this one", () => {
  const places = { donbas: { aid: 1 } };
  const state = {
    ...defaults,
    levers: { aid: 0.5 },
    places,
    doctrines: { RUS: "greedy" },
    resolve: "committed",
    rounds: 30,
    cursor: 4,
    against_set: { ...nothing, scaled: { aid: 0.2 }, places },
    changes: [
      { from_round: 3, policy: null, ...nothing, places },
      { from_round: 5, policy: "rollback", ...nothing, places },
      { from_round: 8, policy: null, ...nothing, levers: { deal: 1 }, places },
    ],
  };
  const next = { ...state, ...inAnotherWorld(state) };
  assert.deepEqual(next, {
    ...defaults,
    levers: { aid: 0.5 },
    against_set: { ...nothing, scaled: { aid: 0.2 } },
    changes: [
      { from_round: 5, policy: "rollback", ...nothing },
      { from_round: 8, policy: null, ...nothing, levers: { deal: 1 } },
    ],
  });
});

test("a link holds what is set, whatever letters it has, and what is as usual takes no room", async () => {
  const state = {
    ...defaults,
    upload: 'title = "Ärger – 世界 <script>"\n'.repeat(40),
    levers: { aid: 0.1 + 0.2, deal: 1 },
    changes: [{ from_round: 5, policy: null, ...nothing, places: { donbas: { red_line: 4 } } }],
    seed: Number.MAX_SAFE_INTEGER,
  };
  const link = await linkOf(state);
  assert.match(link, /^[\w-]+$/);
  assert.ok(isSame(await stateIn(link), state));
  assert.ok((await linkOf(defaults)).length < 10);
  assert.ok(isSame(await stateIn(await linkOf(defaults)), defaults));
});

test("equal states have equal links, in whatever order they were set", async () => {
  const turned = (table) => Object.fromEntries(Object.entries(table).reverse());
  const state = { ...defaults, levers: { aid: 0.1, deal: 1 }, seed: 3 };
  assert.equal(await linkOf(turned({ ...state, levers: turned(state.levers) })), await linkOf(state));
});

test("what is too long for an address is refused in a sentence, and a damaged link is an error", async () => {
  const long = Array.from({ length: 60_000 }, (_, i) => Math.sin(i).toString(36)).join("");
  await assert.rejects(linkOf({ ...defaults, upload: long }), /needs a link of \d+ characters; at most 48000 fit/);
  const link = await linkOf({ ...defaults, seed: 3 });
  for (const damaged of [link.slice(0, -4), "!!", "AAAA"]) await assert.rejects(stateIn(damaged), undefined, damaged);
});

test("two hundred changes can be undone, and no more", () => {
  for (let seed = 1000; seed < 1250; seed++) lab.change({ seed });
  let undone = 0;
  for (; lab.canUndo(); undone++) lab.undo();
  assert.deepEqual([undone, lab.state().seed], [200, 1049]);
});
