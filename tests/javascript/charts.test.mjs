// The library that results are drawn with: what ships is what is made of it, and a strict page runs it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { charts } from "../../model/bundle.mjs";

const ASSETS = new URL("../../model/greatpowers/server/assets/", import.meta.url);
const made = await charts();

for (const [name, contents] of Object.entries(made))
  test(`${name} is what npm run charts makes of the versions that are pinned`, () => {
    assert.ok(
      readFileSync(new URL(name, ASSETS), "utf8") === contents,
      `run npm run charts in model: ${name} is another`,
    );
  });

test("nothing in it makes code of text, which the page forbids, or asks for anything", () => {
  assert.doesNotMatch(made["echarts.min.js"], /\beval\(|\bFunction\(|\bimport\(|\bfetch\(|XMLHttpRequest/);
});

test("both charts are drawn: a line for every run, and a point", async () => {
  const { init } = await import(new URL("echarts.min.js", ASSETS));
  const drawn = (option) => {
    const chart = init(null, null, { renderer: "svg", ssr: true, width: 400, height: 300 });
    chart.setOption({ animation: false, ...option });
    const text = chart.renderToSVGString();
    chart.dispose();
    return text;
  };
  const data = [
    [1, 2],
    [3, 1],
    [2, 2],
  ];
  const lines = drawn({
    parallelAxis: [{ dim: 0 }, { dim: 1 }],
    series: [{ type: "parallel", color: "#123456", data }],
  });
  assert.equal(lines.match(/stroke="#123456"/g)?.length, data.length);
  const points = drawn({ xAxis: {}, yAxis: {}, series: [{ type: "scatter", color: "#123456", data }] });
  assert.equal(points.match(/fill="#123456"/g)?.length, data.length);
});
