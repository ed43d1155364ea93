// Makes the one file of the pages that is not this project's own: of Apache ECharts the two kinds of charts that results
// are drawn in, as a module, with the licences beside it. `npm run charts` writes both where they ship.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const ASSETS = new URL("greatpowers/server/assets/", import.meta.url);
// The kinds of charts bring their axes with them.
const CHARTS = `
import { ParallelChart, ScatterChart } from "echarts/charts";
import { TooltipComponent } from "echarts/components";
import { use } from "echarts/core";
import { CanvasRenderer, SVGRenderer } from "echarts/renderers";
use([ParallelChart, ScatterChart, TooltipComponent, CanvasRenderer, SVGRenderer]);
export { getInstanceByDom, init } from "echarts/core";
`;

const text = (path) => readFileSync(new URL(`node_modules/${path}`, import.meta.url), "utf8").trim();
const versionOf = (name) => createRequire(import.meta.url)(`${name}/package.json`).version;

// What ships, by the names of its files.
export async function charts() {
  const about = `Apache ECharts ${versionOf("echarts")} (Apache-2.0) in part, with ZRender ${versionOf("zrender")} (BSD-3-Clause).`;
  const made = await build({
    stdin: { contents: CHARTS, resolveDir: fileURLToPath(new URL(".", import.meta.url)) },
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    banner: { js: `/*! ${about} Unchanged, made smaller by esbuild; licences in echarts.LICENSE.md. */` },
  });
  const licences = Object.entries({
    "NOTICE of Apache ECharts": "echarts/NOTICE",
    "LICENSE of Apache ECharts": "echarts/LICENSE",
    "LICENSE of d3.js, parts of which are in Apache ECharts": "echarts/licenses/LICENSE-d3",
    "LICENSE of ZRender": "zrender/LICENSE",
  });
  return {
    "echarts.min.js": made.outputFiles[0].text,
    "echarts.LICENSE.md": licences
      .map(([title, path]) => `# ${title}\n\n\`\`\`text\n${text(path)}\n\`\`\`\n`)
      .join("\n"),
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  for (const [name, contents] of Object.entries(await charts())) writeFileSync(new URL(name, ASSETS), contents);
