// Something that others listen to: what on() gives them ends it.
export function announcer() {
  const listeners = new Map();
  return {
    on(kind, fn) {
      if (!listeners.has(kind)) listeners.set(kind, new Set());
      listeners.get(kind).add(fn);
      return () => listeners.get(kind).delete(fn);
    },
    notify(kind, ...news) {
      for (const fn of [...(listeners.get(kind) ?? [])]) fn(...news);
    },
  };
}
