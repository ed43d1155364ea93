// What opens over the page: files to take along, a world of one's own, and what this is.
import { bench } from "./bench.js";
import { h, options } from "./draw.js";
import { save } from "./files.js";
import { given, host } from "./host.js";
import { icon } from "./icons.js";
import { notify } from "./notices.js";
import { inAnotherWorld, lab } from "./store.js";

// A dialog that is built when it is first asked for; what opens it.
export function dialog(title, content) {
  let made = null;
  return () => {
    if (made === null) {
      const close = h("button.gp-icon", { "aria-label": "Close" }, icon("close"));
      close.addEventListener("click", () => made.close());
      const head = h("div.gp-dialog-head", h("h2", title), close);
      made = h("dialog.gp-dialog", { "aria-label": title });
      made.append(head, ...content(made));
      document.body.append(made);
    }
    made.showModal();
  };
}

// --- Files

// Fetched first, so that what cannot be had is said in the page and not by the browser.
async function take(path, more = {}) {
  try {
    const response = await host.post(`exports/${path}`, { state: lab.state(), ...more });
    const name = /filename="([^"]+)"/.exec(response.headers.get("content-disposition"))?.[1] ?? "";
    save(name, await response.blob());
  } catch (error) {
    notify(error.message, "warning");
  }
}

function file(title, paths, click = take, control = null) {
  const button = ([kind, path]) => {
    const named = { "aria-label": `${title}, ${kind}`, "data-testid": `export-${path.replaceAll(/[/.]/g, "-")}` };
    return h("button.gp-button", { ...named, onclick: () => click(path) }, kind);
  };
  return h("div.gp-file", h("span", title, control), h("div.gp-file-kinds", ...Object.entries(paths).map(button)));
}

// Two printable pages on both policies and a place: those that the world's question names come first.
function briefRow() {
  const places = h("select", { "aria-label": "Place of the brief", "data-testid": "brief-place" });
  const fill = () => {
    const { shared, askedPlaces } = bench.world();
    const asked = ({ id }) => askedPlaces.includes(id);
    const ordered = [...shared.theatres.filter(asked), ...shared.theatres.filter((theatre) => !asked(theatre))];
    places.replaceChildren(...options(ordered.map(({ id, name }) => [id, name])));
  };
  bench.on("world", fill);
  fill();
  const click = (path) => {
    notify("The brief is being played and written; it takes some ten seconds.");
    return take(path, { place: places.value });
  };
  return file("Two printable pages on what both policies do", { PDF: "brief.pdf", HTML: "brief.html" }, click, places);
}

export const openExport = dialog("Export", () => [
  h("p.gp-note", "The run and the comparison that are shown now."),
  h("h3", "This run"),
  file("The directory that 'greatpowers run --out' writes, as a zip file", { ZIP: "run" }),
  h("h3", "A brief"),
  briefRow(),
  h("h3", "Figures"),
  ...Object.entries(given.exports.figures).map(([name, title]) =>
    file(title, { PNG: `figure/${name}.png`, SVG: `figure/${name}.svg` }),
  ),
  h("h3", "Data"),
  ...Object.entries(given.exports.tables).map(([name, title]) => file(title, { CSV: `table/${name}.csv` })),
]);

// --- A world of one's own

export const openUpload = dialog("A world of your own", (made) => {
  const size = Math.floor(given.largest / 1024);
  const fault = h("p.gp-fault", { role: "alert", hidden: true, "data-testid": "upload-fault" });
  const input = h("input", { type: "file", accept: ".toml", "aria-label": "Choose a file", "data-testid": "upload" });
  const show = (sentence) => {
    fault.textContent = sentence;
    fault.hidden = !sentence;
  };
  input.addEventListener("change", async () => {
    const [chosen] = input.files;
    if (!chosen) return;
    try {
      if (chosen.size > given.largest)
        throw new Error(`own scenario: expected one TOML file of at most ${given.largest} bytes.`);
      const text = new TextDecoder("utf-8", { fatal: true }).decode(await chosen.arrayBuffer());
      const { state } = await host.json("upload", { state: { ...lab.state(), ...inAnotherWorld(lab.state()) }, text });
      show("");
      made.close();
      lab.change(state);
    } catch (error) {
      show(error instanceof TypeError ? "own scenario: the file is not UTF-8 text; save it as UTF-8." : error.message);
    } finally {
      input.value = "";
    }
  });
  made.addEventListener("close", () => show(""));
  const template = { href: `${given.prefix}/template.toml`, download: "template.toml" };
  return [
    h(
      "p.gp-note",
      `A scenario as a TOML file of at most ${size} KB; the template explains every setting. ` +
        "It is checked, played and kept in the link of this page; it is not stored on the server.",
    ),
    fault,
    input,
    h("a.gp-link", template, "The template"),
  ];
});

// --- What this is

export const openAbout = dialog("About this page", () => {
  const { world, about } = given;
  const rows = Object.entries(about).flatMap(([name, text]) => [h("dt", name), h("dd", text)]);
  return [
    ...(world ? [h("p", world.summary)] : []),
    h(
      "p.gp-note",
      "Histories are played in your browser, by the model itself. Differences are paired; their intervals are those of " +
        "luck alone, unless they say otherwise. These are claims about a model, not forecasts.",
    ),
    h("dl", ...rows),
  ];
});
