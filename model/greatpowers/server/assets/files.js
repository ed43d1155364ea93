// Figures and data to take along: a drawing with its styles written out, as SVG or PNG, and rows as CSV.
import { h, svg } from "./draw.js";

const STYLES = [
  "fill",
  "fill-opacity",
  "stroke",
  "stroke-width",
  "stroke-dasharray",
  "stroke-linejoin",
  "stroke-opacity",
  "paint-order",
  "vector-effect",
  "opacity",
  "font-family",
  "font-size",
  "font-weight",
  "text-anchor",
  "display",
  "visibility",
];
const HEADING = 46;
const ENLARGED = 2;

// Buttons that save something: `acts` by kind of file.
export function fileButtons(id, acts) {
  return h(
    "div.gc-files",
    { role: "group", "aria-label": `Save ${id.replaceAll("-", " ")} as` },
    ...Object.entries(acts).map(([kind, act]) =>
      h(
        "button.gc-file",
        { "data-testid": `save-${id}-${kind.toLowerCase()}`, title: `Save as ${kind}`, onclick: act },
        kind,
      ),
    ),
  );
}

// The same of a drawing, as standalone() has it, and of the rows it is drawn from; `name` is what its files are called.
export function drawingFiles(id, name, alone, rows) {
  const file = (kind) => `greatpowers-${name()}.${kind}`;
  return fileButtons(id, {
    PNG: () => savePng(file("png"), alone()),
    SVG: () => saveSvg(file("svg"), alone()),
    CSV: () => save(file("csv"), csv(rows())),
  });
}

export function save(name, blob) {
  const link = h("a", { href: URL.createObjectURL(blob), download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

export function csv(rows) {
  const cell = (value) =>
    /[",\n]/.test(String(value)) ? `"${String(value).replaceAll('"', '""')}"` : String(value ?? "");
  return new Blob([rows.map((row) => `${row.map(cell).join(",")}\n`).join("")], { type: "text/csv" });
}

export function colour(name) {
  return getComputedStyle(document.body).getPropertyValue(name).trim();
}

// A drawing under a heading, as a document of its own that looks the same anywhere: {text, width, height}. `subtitle` is
// what stands in the heading's second line: text and nodes. The cursor is left out.
export function standalone(drawing, { width, height, title, subtitle, ground = "--gw-card" }) {
  const copy = drawing.cloneNode(true);
  const [from, to] = [drawing.querySelectorAll("*"), copy.querySelectorAll("*")];
  from.forEach((element, i) => {
    const style = getComputedStyle(element);
    to[i].style.cssText = STYLES.map((name) => `${name}:${style.getPropertyValue(name)}`).join(";");
  });
  for (const cursor of copy.querySelectorAll(".gw-cursor")) cursor.remove();
  const whole = svg(
    "svg",
    { width, height: height + HEADING, viewBox: `0 0 ${width} ${height + HEADING}` },
    svg("rect", { width, height: height + HEADING, style: `fill:${colour("--gw-card")}` }),
    svg("text", { x: 10, y: 19, style: `font:700 14px sans-serif;fill:${colour("--gw-ink")}` }, title),
    svg("text", { x: 10, y: 36, style: `font:400 12px sans-serif;fill:${colour("--gw-muted")}` }, ...subtitle),
    svg(
      "svg",
      { y: HEADING, width, height, viewBox: copy.getAttribute("viewBox") ?? `0 0 ${width} ${height}` },
      svg("rect", { width: "100%", height: "100%", style: `fill:${colour(ground)}` }),
      ...copy.childNodes,
    ),
  );
  return { text: new XMLSerializer().serializeToString(whole), width, height: height + HEADING };
}

export function saveSvg(name, { text }) {
  save(name, new Blob([text], { type: "image/svg+xml" }));
}

async function savePng(name, { text, width, height }) {
  const image = new Image();
  image.src = URL.createObjectURL(new Blob([text], { type: "image/svg+xml" }));
  await image.decode();
  const canvas = h("canvas", { width: ENLARGED * width, height: ENLARGED * height });
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  URL.revokeObjectURL(image.src);
  canvas.toBlob((blob) => save(name, blob), "image/png");
}
