// Two maps that look at the same part of the world: whoever moves one moves the other.
let leading = false;

export function linkMaps(maps) {
  const shown = maps.find((map) => map.view && map.offsetParent !== null);
  for (const { view } of maps) if (view && shown) view.box = shown.view.box;
  for (const map of maps) {
    const { view } = map;
    if (!view || view.linked) continue;
    view.linked = true;
    const drawn = view.changed;
    view.changed = () => {
      drawn();
      const others = maps.filter((other) => other !== map);
      if (!leading && map.offsetParent !== null) lead(view, others);
    };
  }
}

function lead({ x, y, k, box }, others) {
  leading = true;
  for (const { view, offsetParent } of others) {
    if (!view) continue;
    view.box = box; // what it shows once there is room for it
    if (offsetParent === null) continue;
    Object.assign(view, { x, y, k });
    view.tell();
  }
  leading = false;
}
