// Matched runs: workers answer when they have played, and what is told is in the order of seeds.
import assert from "node:assert/strict";
import { test } from "node:test";
import { module } from "./page.mjs";

const { Matched, newest } = await module("matched.js");
const CHOICES = [{ policy: "one" }, { policy: "other" }];

// A worker that notes what it is asked for and takes its time; a run's summary is its policy and its seed.
function worker(asked, wait) {
  return async (_, { choices, seeds }) => {
    asked.push(...seeds.flatMap((seed) => choices.map(({ policy }) => `${policy} ${seed}`)));
    await new Promise((done) => setTimeout(done, wait(seeds[0])));
    return choices.map(({ policy }) => ({
      values: seeds.map((seed) => `${policy} ${seed}`),
      series: seeds.map((seed) => [seed]),
    }));
  };
}

test("runs are told in the order of seeds, whichever worker is slow, and each is played once", async () => {
  const asked = [];
  const matched = new Matched([worker(asked, (first) => (first % 8 ? 1 : 12)), worker(asked, () => 3)]);
  const told = [];
  const all = await matched.fill(CHOICES, 40, (count, parts) => {
    for (const [at, { policy }] of CHOICES.entries()) {
      assert.deepEqual(
        parts[at].values,
        Array.from({ length: count }, (_, seed) => `${policy} ${seed}`),
      );
      assert.equal(parts[at].series.length, count);
    }
    told.push(count);
  });
  assert.ok(all);
  assert.deepEqual(
    told,
    Array.from({ length: 20 }, (_, i) => 2 * (i + 1)),
  );
  assert.equal(new Set(asked).size, asked.length);
  assert.ok(await matched.fill(CHOICES, 40, () => {}));
  assert.equal(asked.length, 80, "what is kept is not played again");
});

test("who wants something else is not told of what came before, and a fault ends the playing", async () => {
  const asked = [];
  const matched = new Matched([worker(asked, () => 1)]);
  const first = matched.fill(CHOICES, 40, (count) => count === 4 && matched.stop());
  assert.equal(await first, false);
  assert.ok(asked.length < 40);
  const broken = new Matched([worker(asked, () => 1), () => Promise.reject(new Error("no engine"))]);
  await assert.rejects(
    broken.fill(CHOICES, 40, () => {}),
    /no engine/,
  );
  const then = asked.length;
  await new Promise((done) => setTimeout(done, 20));
  assert.ok(asked.length <= then + 8);
});

test("work is under way once, then for the newest call alone, and a fault does not end it for good", async () => {
  const ends = [];
  let wanted = "";
  const done = [];
  const work = newest(async () => {
    const mine = wanted;
    await new Promise((end, fail) => ends.push({ end, fail }));
    done.push(mine);
  });
  const calls = ["a", "b", "c"].map((name) => {
    wanted = name;
    return work();
  });
  ends[0].end();
  await new Promise((later) => setTimeout(later));
  assert.deepEqual([done, ends.length], [["a"], 2]);
  ends[1].fail(new Error("no engine"));
  await assert.rejects(calls[0], /no engine/);
  const again = work();
  ends[2].end();
  await again;
  assert.deepEqual(done, ["a", "c"]);
});
