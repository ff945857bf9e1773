// Moves a map that the server has drawn (components/map.html): buttons, drag, wheel, pinch and keys. Marks are gathered
// and words placed anew for each size. Without this file every button and mark is a link that asks the server for the
// same; where the marks cannot be read, they stay links.
import { fan, gather } from "./clusters.js";
import { LINE, place, widthOf } from "./labels.js";

const DEEPEST = 32;
const STEP = 0.3;
const FACTOR = 2;
const ROOM = 0.09;
const NAMED_FROM = 1 / 2;
const RADIUS = 12;
const RADII = [14, 16, 19, 22];
const GAP = 14;
const PRESSED = 24;
const BASELINE = 4.5;
// Pixels between marks: for a mouse, and for a finger.
const APART = matchMedia("(pointer: coarse)").matches ? 44 : 30;
const SVG = "http://www.w3.org/2000/svg";
const STEPS = {
  north: [0, -STEP],
  south: [0, STEP],
  west: [-STEP, 0],
  east: [STEP, 0],
};
const KEYS = {
  ArrowUp: "north",
  ArrowDown: "south",
  ArrowLeft: "west",
  ArrowRight: "east",
  "+": "in",
  "=": "in",
  "-": "out",
  _: "out",
  0: "reset",
};

const figure = document.querySelector("[data-map]");
if (figure) {
  start(figure);
}

function element(name, facts, children = []) {
  const made = document.createElementNS(SVG, name);
  for (const [fact, value] of Object.entries(facts)) {
    if (value !== undefined && value !== false) {
      made.setAttribute(fact, value === true ? "" : value);
    }
  }
  made.append(...children);
  return made;
}

function start(figure) {
  const frame = figure.querySelector(".map__view");
  const ground = figure.querySelector(".map__ground");
  const drawnPoints = figure.querySelector("[data-map-points]");
  const drawnLines = figure.querySelector("[data-map-lines]");
  const [words, otherWords] = figure.querySelectorAll("[data-map-words]");
  const said = figure.querySelector("[data-map-said]");
  const list = document.querySelector("#map-list");
  const box = ground.viewBox.baseVal;
  let view = { x: box.x, y: box.y, width: box.width };
  let data = null;
  let chosen = figure.querySelector("[data-key][data-chosen]")?.dataset.key ?? "";
  let waiting = 0;
  let remembering = 0;

  // Until they are asked for, the marks of the server do.
  let reading = null;
  const read = () => {
    reading ??= fetch(figure.dataset.map, { headers: { Accept: "application/json" } })
      .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(answer.status))))
      .then((found) => {
        data = prepared(found);
      });
    return reading;
  };
  for (const event of ["pointerenter", "focusin", "touchstart"]) {
    figure.addEventListener(event, () => read().catch(() => {}), { once: true, passive: true });
  }

  function prepared(found) {
    const points = found.points.map(([key, x, y, kind, name, short, url]) => ({ key, x, y, kind, name, short, url }));
    const areas = found.areas.map(([code, text, title, x, y, url, mark]) => ({ code, text, title, x, y, url, mark }));
    return { ...found, points, areas, byKey: new Map(points.map((point) => [point.key, point])) };
  }

  const heightOf = (width) => (width * data.height) / data.width;

  // What is shown where the address names no view.
  function home() {
    const [x, y, width] = figure.dataset.home.split(",").map(Number);
    return centred(x + width / 2, y + heightOf(width) / 2, width);
  }

  function centred(x, y, width) {
    const wide = Math.min(Math.max(width, data.width / DEEPEST), data.width);
    const high = heightOf(wide);
    return {
      x: Math.min(Math.max(x - wide / 2, 0), data.width - wide),
      y: Math.min(Math.max(y - high / 2, 0), data.height - high),
      width: wide,
    };
  }

  // The view in which the spot at these shares of the picture stays where it is, drawn so many times as large.
  function zoomedAt(across, down, factor) {
    const wide = Math.min(Math.max(view.width / factor, data.width / DEEPEST), data.width);
    const x = view.x + (view.width - wide) * across;
    const y = view.y + heightOf(view.width - wide) * down;
    return centred(x + wide / 2, y + heightOf(wide) / 2, wide);
  }

  function after(act) {
    if (act === "reset") {
      return home();
    }
    if (act in STEPS) {
      const [east, south] = STEPS[act];
      return centred(view.x + view.width * (0.5 + east), view.y + heightOf(view.width) * (0.5 + south), view.width);
    }
    return zoomedAt(0.5, 0.5, act === "in" ? FACTOR : 1 / FACTOR);
  }

  function around(points) {
    const across = points.map((each) => each.x);
    const down = points.map((each) => each.y);
    const [west, east] = [Math.min(...across), Math.max(...across)];
    const [north, south] = [Math.min(...down), Math.max(...down)];
    const needed = Math.max(east - west, ((south - north) * data.width) / data.height) / (1 - 2 * ROOM);
    return centred((west + east) / 2, (north + south) / 2, Math.min(needed, view.width / FACTOR));
  }

  function show(next, told = "") {
    view = next;
    said.textContent = told;
    if (!waiting) {
      waiting = requestAnimationFrame(() => {
        waiting = 0;
        draw();
      });
    }
  }

  const isDeepest = () => view.width <= (data.width / DEEPEST) * 1.01;
  const percent = (share) => `${Math.round(share * 10000) / 100}%`;
  const across = (x) => (x - view.x) / view.width;
  const down = (y) => (y - view.y) / heightOf(view.width);
  const isSeen = ({ x, y }) => across(x) >= 0 && across(x) <= 1 && down(y) >= 0 && down(y) <= 1;

  function address(changes) {
    const query = new URLSearchParams(location.search);
    for (const [name, value] of Object.entries(changes)) {
      if (value) {
        query.set(name, value);
      } else {
        query.delete(name);
      }
    }
    return `${location.pathname}${String(query) && `?${query}`}`;
  }

  const rounded = (number) => Math.round(number * 10) / 10;
  const textOf = (which) => [which.x, which.y, which.width].map(rounded).join(",");

  function draw() {
    ground.setAttribute("viewBox", `${view.x} ${view.y} ${view.width} ${heightOf(view.width)}`);
    const wide = frame.clientWidth;
    const high = frame.clientHeight;
    const clusters = gather(data.points, (view.width * APART) / wide);
    const seen = clusters.filter(isSeen).sort((one, other) => other.points.length - one.points.length);
    const marks = seen.flatMap((cluster) =>
      cluster.points.length > 1 && !isDeepest()
        ? [{ cluster, dx: 0, dy: 0, radius: RADII[Math.min(String(cluster.points.length).length, RADII.length) - 1] }]
        : fan(cluster.points.length).map(([dx, dy], place) => ({
            cluster,
            point: cluster.points[place],
            dx,
            dy,
            radius: RADIUS,
          })),
    );
    const focused = document.activeElement?.closest?.("[data-map-points] a")?.dataset.key;
    figure.dataset.mapApart = APART;
    drawnPoints.replaceChildren(...marks.map(markOf));
    drawnLines.replaceChildren(...linesOf(clusters));
    words.replaceChildren(...wordsOf(marks, wide, high));
    words.dataset.mapWords = "all";
    otherWords.replaceChildren();
    remember();
    if (focused) {
      markFor(focused)?.focus({ preventScroll: true });
    }
    if (drawnPoints.dataset.lost === "true" && !figure.contains(document.activeElement)) {
      frame.focus({ preventScroll: true });
    }
    delete drawnPoints.dataset.lost;
  }

  // The address follows once the map stands still: a browser takes only so many changes of it.
  function remember() {
    clearTimeout(remembering);
    remembering = setTimeout(() => {
      history.replaceState(history.state, "", address({ view: textOf(view) === textOf(home()) && !chosen ? "" : textOf(view), at: chosen }));
    }, 200);
  }

  function markOf({ cluster, point, dx, dy, radius }) {
    const x = percent(across(cluster.x));
    const y = percent(down(cluster.y));
    const several = !point;
    const [shape, tone, label, solid] = several ? [] : data.kinds[point.kind];
    const title = element("title", {});
    title.textContent = several ? `${cluster.points.length} 个平台，放大查看` : [point.name, label].filter(Boolean).join("，");
    const circle = element("circle", { class: several ? "map__cluster" : "map__hit", cx: x, cy: y, r: radius });
    let sign;
    if (several) {
      sign = element("text", { x, y, dy: BASELINE });
      sign.textContent = cluster.points.length;
    } else {
      sign = element("use", { class: "map__point", href: `#mark-${shape}`, x, y, "data-tone": tone, "data-solid": solid });
    }
    const href = several
      ? `${address({ view: textOf(around(cluster.points)), at: "" })}#map`
      : point.url || `${address({ at: point.key, page: "", view: "" })}#at-${point.key}`;
    const isChosen = cluster.points.some((each) => each.key === chosen) && (several || point.key === chosen);
    const made = element(
      "a",
      {
        class: "map__mark",
        href,
        transform: dx || dy ? `translate(${dx} ${dy})` : undefined,
        "data-key": point?.key,
        "data-chosen": isChosen,
      },
      [title, circle, sign],
    );
    made.points = several ? cluster.points : [point];
    return made;
  }

  function linesOf(clusters) {
    const spots = new Map(clusters.flatMap((cluster) => cluster.points.map((point) => [point.key, cluster])));
    return data.lines
      .map(([one, other]) => [spots.get(one), spots.get(other)])
      .filter(([one, other]) => one && other && one !== other)
      .map(([one, other]) =>
        element("line", {
          class: "map__pair",
          x1: percent(across(one.x)),
          y1: percent(down(one.y)),
          x2: percent(across(other.x)),
          y2: percent(down(other.y)),
        }),
      );
  }

  function wordsOf(marks, wide, high) {
    const wanted = data.areas
      .filter((area) => area.text && isSeen(area))
      .map((area) => ({
        area,
        text: area.text,
        x: across(area.x) * wide,
        y: down(area.y) * high,
        gap: 0,
        height: area.mark ? PRESSED : LINE,
      }));
    const taken = [];
    for (const { cluster, point, dx, dy, radius } of marks) {
      const x = across(cluster.x) * wide + dx;
      const y = down(cluster.y) * high + dy;
      taken.push([x - radius, y - radius, x + radius, y + radius]);
      if (point?.short && view.width <= data.width * NAMED_FROM) {
        wanted.push({ text: point.short, x, y, gap: GAP, height: LINE });
      }
    }
    return place(wanted, taken, wide, high).map(({ label, dx, dy }) => {
      const x = percent(label.x / wide);
      const y = percent(label.y / high);
      const text = element("text", { x, y, dx, dy: dy + BASELINE });
      text.textContent = label.text;
      if (!label.area?.mark || !label.area.url) {
        text.setAttribute("aria-hidden", "true");
        text.setAttribute("class", label.area ? "" : "map__name");
        return text;
      }
      const title = element("title", {});
      title.textContent = label.area.title;
      const width = widthOf(label.text) + 8;
      const back = element("rect", {
        x,
        y,
        width,
        height: PRESSED,
        transform: `translate(${dx - width / 2} ${dy - PRESSED / 2})`,
      });
      return element("a", { class: "map__zone", href: label.area.url }, [title, back, text]);
    });
  }

  const markFor = (key) =>
    [...drawnPoints.children].find((mark) => mark.dataset.key === key) ??
    [...drawnPoints.children].find((mark) => mark.points?.some((point) => point.key === key));
  const rowsFor = (key) => list?.querySelectorAll(`[data-row~="${CSS.escape(key)}"]`) ?? [];

  // What was chosen is marked out on both sides; nothing is chosen twice.
  function choose(key) {
    chosen = key;
    for (const row of list?.querySelectorAll("[data-row][data-chosen]") ?? []) {
      delete row.dataset.chosen;
      row.removeAttribute("aria-current");
    }
    for (const row of rowsFor(key)) {
      row.dataset.chosen = "";
      row.setAttribute("aria-current", "true");
    }
    for (const mark of drawnPoints.children) {
      delete mark.dataset.chosen;
    }
    const mark = markFor(key);
    if (mark) {
      mark.dataset.chosen = "";
    }
  }

  // The widest view in which the point has a mark of its own.
  function viewOf(point) {
    let width = data.width / 4;
    const alone = () =>
      gather(data.points, (width * APART) / frame.clientWidth).some(
        (mark) => mark.points.length === 1 && mark.points[0] === point,
      );
    while (width > data.width / DEEPEST && !alone()) {
      width /= 2;
    }
    return centred(point.x, point.y, width);
  }

  // Without the marks a link is a link.
  function take(event, work) {
    if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) {
      return;
    }
    const { href } = event.target.closest("a");
    event.preventDefault();
    read().then(work, () => location.assign(href));
  }

  figure.addEventListener("click", (event) => {
    const tool = event.target.closest("a[data-act]");
    const mark = event.target.closest("[data-map-points] a");
    if (tool) {
      take(event, () => {
        const next = after(tool.dataset.act);
        const still = textOf(next) === textOf(view);
        show(next, still ? "已到边缘" : `已${tool.textContent.trim()}`);
      });
    } else if (mark?.dataset.key) {
      const [row] = rowsFor(mark.dataset.key);
      if (row) {
        take(event, () => {
          choose(mark.dataset.key);
          remember();
          row.scrollIntoView({ block: "nearest" });
          row.querySelector("a")?.focus({ preventScroll: true });
        });
      }
    } else if (mark) {
      take(event, () => {
        const [x, y, width] = new URL(mark.href.baseVal, location.href).searchParams.get("view").split(",").map(Number);
        drawnPoints.dataset.lost = "true";
        show(centred(x + width / 2, y + heightOf(width) / 2, width), `已放大，此处 ${mark.querySelector("text").textContent} 个平台`);
      });
    }
  });

  list?.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-show]");
    if (link) {
      take(event, () => {
        const point = data.byKey.get(link.dataset.show);
        if (!point) {
          location.assign(link.href);
          return;
        }
        choose(point.key);
        show(viewOf(point), `${point.name}已在示意图上标出`);
        figure.scrollIntoView({ block: "nearest" });
      });
    }
  });

  // What is pointed at on one side is shown on the other.
  function point(key, on) {
    for (const each of [...rowsFor(key), markFor(key)]) {
      if (each) {
        each.toggleAttribute("data-pointed", on);
      }
    }
  }
  for (const [event, on] of [["pointerover", true], ["pointerout", false], ["focusin", true], ["focusout", false]]) {
    list?.addEventListener(event, ({ target }) => {
      for (const key of target.closest("[data-row]")?.dataset.row.split(" ") ?? []) {
        point(key, on);
      }
    });
    // On the frame: what is drawn and listens to focus is a stop for the keyboard by that alone.
    frame.addEventListener(event, ({ target }) => {
      const key = target.closest("[data-map-points] a")?.dataset.key;
      if (key) {
        point(key, on);
      }
    });
  }

  // Keys, while the map or something in it has the focus.
  frame.tabIndex = 0;
  figure.querySelector("[data-map-keys]").hidden = false;
  frame.addEventListener("keydown", (event) => {
    const act = KEYS[event.key];
    if (act && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      drawnPoints.dataset.lost = String(drawnPoints.contains(document.activeElement));
      read().then(() => show(after(act)), () => {});
    }
  });

  // The wheel scrolls the page, unless it is meant for the map.
  frame.addEventListener(
    "wheel",
    (event) => {
      if (!data || !(event.ctrlKey || event.metaKey || frame.contains(document.activeElement))) {
        return;
      }
      const spot = frame.getBoundingClientRect();
      const factor = 2 ** (-Math.max(-120, Math.min(120, event.deltaY)) / 240);
      const next = zoomedAt((event.clientX - spot.left) / spot.width, (event.clientY - spot.top) / spot.height, factor);
      // Where nothing is drawn larger or smaller any more, the page goes on; with the key held it would be enlarged.
      if (event.ctrlKey || textOf(next) !== textOf(view)) {
        event.preventDefault();
        show(next);
      }
    },
    { passive: false },
  );

  // A mouse or a pen drags; of fingers it takes two, since one scrolls the page.
  const held = new Map();
  let grip = null;
  const gripNow = () => {
    const spots = [...held.values()];
    const spot = frame.getBoundingClientRect();
    const middle = (name) => spots.reduce((sum, each) => sum + each[name], 0) / spots.length;
    return {
      view: { ...view },
      across: (middle("x") - spot.left) / spot.width,
      down: (middle("y") - spot.top) / spot.height,
      far: spots.length > 1 ? Math.hypot(spots[0].x - spots[1].x, spots[0].y - spots[1].y) : 0,
    };
  };
  frame.addEventListener("pointerdown", (event) => {
    if (event.button || !data) {
      return;
    }
    held.set(event.pointerId, { x: event.clientX, y: event.clientY });
    grip = gripNow();
    grip.isMoved = false;
  });
  addEventListener("pointermove", (event) => {
    if (!held.has(event.pointerId) || (event.pointerType === "touch" && held.size < 2)) {
      return;
    }
    held.set(event.pointerId, { x: event.clientX, y: event.clientY });
    const now = gripNow();
    const size = frame.getBoundingClientRect();
    const far = Math.hypot((now.across - grip.across) * size.width, (now.down - grip.down) * size.height);
    if (!grip.isMoved && far < 4 && Math.abs(now.far - grip.far) < 4) {
      return;
    }
    grip.isMoved = true;
    frame.dataset.moving = "";
    const wide = Math.min(Math.max(grip.far ? (grip.view.width * grip.far) / now.far : grip.view.width, data.width / DEEPEST), data.width);
    const x = grip.view.x + grip.view.width * grip.across - wide * now.across;
    const y = grip.view.y + heightOf(grip.view.width) * grip.down - heightOf(wide) * now.down;
    show(centred(x + wide / 2, y + heightOf(wide) / 2, wide));
  });
  for (const event of ["pointerup", "pointercancel"]) {
    addEventListener(event, ({ pointerId }) => {
      if (held.delete(pointerId)) {
        delete frame.dataset.moving;
        const { isMoved } = grip;
        grip = held.size ? { ...gripNow(), isMoved } : grip;
        // By then the press that ends the drag has come; one that ended elsewhere takes the next one from nobody.
        setTimeout(() => {
          grip.isMoved &&= held.size > 0;
        });
      }
    });
  }
  // What ends a drag is no press on what lies below.
  frame.addEventListener(
    "click",
    (event) => {
      if (grip?.isMoved) {
        event.preventDefault();
        event.stopPropagation();
        grip.isMoved = false;
      }
    },
    true,
  );
  frame.addEventListener("dragstart", (event) => event.preventDefault());
  frame.addEventListener("touchmove", (event) => event.touches.length > 1 && event.preventDefault(), { passive: false });

  new ResizeObserver(() => {
    if (data && words.dataset.mapWords === "all") {
      show(view, said.textContent);
    }
  }).observe(frame);
}
