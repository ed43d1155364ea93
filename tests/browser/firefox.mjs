// Play histories in a page in Firefox: node firefox.mjs FIREFOX PAGE PARTS HISTORIES, both JSON; prints a digest of each.
import { createHash } from "node:crypto";
import { createRequire } from "node:module";

const require = createRequire(new URL("../../model/package.json", import.meta.url));
const puppeteer = require("puppeteer-core");
const [executablePath, url, parts, histories] = process.argv.slice(2);
const browser = await puppeteer.launch({ browser: "firefox", executablePath, headless: true });
const complaints = [];
try {
  const page = await browser.newPage();
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => complaints.push(message.text()));
  await page.goto(url);
  await page.waitForSelector("body[data-compared]", { timeout: 300_000 });
  for (const history of JSON.parse(histories)) {
    const play = async ([policy, seed], names) => {
      const found = await globalThis.greatpowers.play(policy, seed);
      return names.map((name) => Array.from(new Uint8Array(found[name].buffer)));
    };
    const digest = createHash("sha256");
    for (const part of await page.evaluate(play, history, JSON.parse(parts))) digest.update(Buffer.from(part));
    process.stdout.write(`${digest.digest("hex")}\n`);
  }
} finally {
  await browser.close();
}
if (complaints.length > 0) throw new Error(complaints.join("\n"));
