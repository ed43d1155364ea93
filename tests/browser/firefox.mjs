// Play histories in a page in Firefox and print a digest of each: node firefox.mjs FIREFOX PAGE FUNCTION ARGUMENTS, where
// the function gives parts of a history in base64, and the arguments are a list in JSON, one entry a history. Last the
// story that the first entry of the chronicle opens, as a line of JSON: its theatre, its round and its parts by name.
import { createHash } from "node:crypto";
import { createRequire } from "node:module";

const require = createRequire(new URL("../../model/package.json", import.meta.url));
const puppeteer = require("puppeteer-core");
const [executablePath, url, played, histories] = process.argv.slice(2);
const browser = await puppeteer.launch({ browser: "firefox", executablePath, headless: true });
const complaints = [];
try {
  const page = await browser.newPage();
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => complaints.push(message.text()));
  await page.goto(url);
  await page.waitForSelector("html[data-history]:not([data-stale])", { timeout: 300_000 });
  for (const history of JSON.parse(histories)) {
    const digest = createHash("sha256");
    const parts = await page.evaluate(`(${played})(${JSON.stringify(history)})`);
    for (const part of parts) digest.update(Buffer.from(part, "base64"));
    process.stdout.write(`${digest.digest("hex")}\n`);
  }
  await page.focus("gp-chronicle button.gs-entry");
  await page.keyboard.press("Enter");
  const dialog = await page.waitForSelector("[data-testid=story][data-state=told]");
  const story = await dialog.evaluate(({ dataset, children: [room] }) => ({
    ...dataset,
    marks: document.querySelectorAll("gp-map .gw-theatre").length,
    countries: document.querySelectorAll("gp-map .gw-land path").length,
    parts: Object.fromEntries(
      [...room.querySelectorAll("p[data-testid]")].map((p) => [p.dataset.testid, p.textContent]),
    ),
  }));
  process.stdout.write(`${JSON.stringify(story)}\n`);
} finally {
  await browser.close();
}
if (complaints.length > 0) throw new Error(complaints.join("\n"));
