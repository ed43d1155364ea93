// Doctrines are told apart without colour by a texture too; the first of a scenario is left plain.
import { svg } from "./draw.js";

const TEXTURES = [null, "M-1,1l2,-2M0,6l6,-6M5,7l2,-2", "M0,3h6", "M3,0v6M0,3h6", "M0,0l6,6", "M3,0v6"];

const idOf = (which, i) => `gw-texture-${which}-${i % TEXTURES.length}`;

export function patterns(which) {
  const pattern = (d, i) =>
    svg(
      "pattern",
      { id: idOf(which, i), width: 6, height: 6, patternUnits: "userSpaceOnUse" },
      svg("path.gw-texture-line", { d }),
    );
  return TEXTURES.map((d, i) => d && pattern(d, i)).filter(Boolean);
}

// A copy of each state's shape, filled with the texture of its doctrine.
export function drawTextures(layer, shapes, p, which) {
  const overlays = p.states.map((state, i) => {
    const doctrine = p.doctrines.findIndex((each) => each.id === state.doctrine);
    if (!shapes[i] || !TEXTURES[doctrine % TEXTURES.length]) return null;
    const copy = shapes[i].cloneNode(false);
    copy.removeAttribute("data-testid");
    copy.setAttribute("class", "gw-texture");
    copy.style.fill = `url(#${idOf(which, doctrine)})`;
    return copy;
  });
  layer.replaceChildren(...overlays.filter(Boolean));
}
