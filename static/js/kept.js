// What was typed and is not saved yet, kept in this browser. Nothing stays longer than a day; it goes when it is saved
// and when somebody logs out.
const PREFIX = "ningbo-kept:";
const LONGEST = 24 * 60 * 60 * 1000;

// After a logout nothing more is kept by the page that is being left.
let over = false;

function store() {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}

export function read(name) {
  try {
    return JSON.parse(store()?.getItem(PREFIX + name) ?? "null");
  } catch {
    return null;
  }
}

export function write(name, entry) {
  if (over) {
    return true;
  }
  try {
    store()?.setItem(PREFIX + name, JSON.stringify({ ...entry, at: Date.now() }));
    return true;
  } catch {
    return false;
  }
}

export function drop(name) {
  store()?.removeItem(PREFIX + name);
}

// The names that begin with `start`.
export function names(start = "") {
  return Object.keys(store() ?? {})
    .filter((key) => key.startsWith(PREFIX + start))
    .map((key) => key.slice(PREFIX.length));
}

// Takes away what is older than a day, or everything.
export function sweep(everything = false) {
  over ||= everything;
  for (const name of names()) {
    if (everything || !(Date.now() - (read(name)?.at ?? 0) < LONGEST)) {
      drop(name);
    }
  }
}
