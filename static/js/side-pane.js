// Documents beside the page: what a link names, or what belongs to the row that one works on. On a wide screen the pane
// takes the right half and leaves the page in hand; on a narrow one it lies above the page.
//
// Alt and the arrows go from row to row, on the page and in the pane; Escape closes; 固定 keeps what is shown while one
// goes on. Only addresses of this site are shown; a part of a page is cut out by data-pane-part where it has one.
const WIDE = matchMedia("(min-width: 1100px)");
const WIDTH = "side-pane-width";
const FIELDS = "input:not([type=hidden]), select, textarea, button, a[href], td[tabindex], th[tabindex]";

class SidePane {
  constructor(pane) {
    this.pane = pane;
    this.body = pane.querySelector("[data-pane-body]");
    this.title = pane.querySelector("[data-pane-title]");
    this.outside = pane.querySelector("[data-pane-outside]");
    this.edge = pane.querySelector("[data-pane-edge]");
    this.said = pane.querySelector("[data-pane-said]");
    this.usual = this.title.textContent;
    this.row = null;
    this.opener = null;
    this.pinned = false;
    this.turn = 0;
    this.resize(Number(stored() ?? 50));
    this.listen();
  }

  rows() {
    return [...document.querySelectorAll("[data-pane-url]")].filter((row) => row.offsetParent !== null || row.getClientRects().length);
  }

  open(opener) {
    this.opener = opener;
    if (!this.pane.open) {
      this.lay();
    }
  }

  lay() {
    if (WIDE.matches) {
      this.pane.setAttribute("open", "");
      document.documentElement.classList.add("has-pane");
    } else {
      this.pane.showModal();
    }
  }

  close() {
    this.turn += 1;
    document.documentElement.classList.remove("has-pane");
    if (this.pane.open) {
      this.pane.close();
    }
    this.body.replaceChildren();
    this.row = null;
    if (this.opener?.isConnected) {
      this.opener.focus();
    }
    this.opener = null;
  }

  async show(address, { kind = "", name = "", row = null } = {}) {
    this.turn += 1;
    const { turn } = this;
    this.row = row;
    this.title.textContent = name || this.usual;
    this.outside.href = address;
    if (kind === "image" || kind === "file") {
      this.body.replaceChildren(kind === "image" ? picture(address, name) : file(address, name));
      this.said.textContent = `已显示${name || this.usual}`;
      return;
    }
    this.body.setAttribute("aria-busy", "true");
    const parts = await fetched(address);
    if (turn !== this.turn) {
      return;
    }
    this.body.removeAttribute("aria-busy");
    this.body.replaceChildren(...parts);
    this.body.scrollTop = 0;
    this.said.textContent = `已显示${name || this.usual}`;
  }

  showRow(row) {
    return this.show(row.dataset.paneUrl, { name: nameOf(row), row });
  }

  // From the row that one is in to the next one, to the box in the same place.
  step(by) {
    const inPane = this.pane.contains(document.activeElement);
    const rows = this.rows();
    const here = inPane ? this.row : document.activeElement?.closest("[data-pane-url]");
    const next = rows[rows.indexOf(here) + by];
    if (!here || !next) {
      return false;
    }
    if (inPane) {
      this.showRow(next);
      this.title.focus();
    } else {
      const place = [...here.querySelectorAll(FIELDS)].filter(isUsable).indexOf(document.activeElement);
      const there = [...next.querySelectorAll(FIELDS)].filter(isUsable);
      (there[place] ?? there[0])?.focus();
      next.scrollIntoView({ block: "nearest" });
    }
    return true;
  }

  resize(part) {
    const now = Math.max(30, Math.min(Math.round(part) || 50, 70));
    this.edge.setAttribute("aria-valuenow", now);
    this.edge.setAttribute("aria-valuetext", `宽 ${now}%`);
    document.documentElement.style.setProperty("--pane", `${now}vw`);
    return now;
  }

  listen() {
    document.addEventListener("click", (event) => {
      const link = event.target.closest("a[data-pane-link]");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey || !isOurs(link.href)) {
        return;
      }
      event.preventDefault();
      const inPane = this.pane.contains(link);
      const row = link.closest("[data-pane-url]") ?? (inPane ? this.row : null);
      this.open(inPane ? this.opener : link);
      this.show(link.href, { kind: link.dataset.paneLink, name: link.dataset.paneName ?? link.textContent.trim(), row });
      this.title.focus();
    });
    document.addEventListener("focusin", (event) => {
      const row = event.target.closest("[data-pane-url]");
      if (!row || !this.pane.open || !WIDE.matches || this.pane.contains(row)) {
        return;
      }
      this.opener = event.target;
      if (!this.pinned && row !== this.row) {
        this.showRow(row);
      }
    });
    document.addEventListener("keydown", (event) => {
      if (event.defaultPrevented || event.isComposing) {
        return;
      }
      const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (event.altKey && by && this.step(by)) {
        event.preventDefault();
      } else if (event.key === "Escape" && this.pane.open && WIDE.matches) {
        event.preventDefault();
        this.close();
      }
    });
    // On a narrow screen the browser closes it.
    this.pane.addEventListener("cancel", (event) => {
      event.preventDefault();
      this.close();
    });
    this.pane.querySelector("[data-pane-close]").addEventListener("click", () => this.close());
    this.pane.querySelector("[data-pane-pin]").addEventListener("click", (event) => {
      this.pinned = !this.pinned;
      event.currentTarget.setAttribute("aria-pressed", this.pinned);
    });
    this.edge.addEventListener("keydown", (event) => {
      const now = Number(this.edge.getAttribute("aria-valuenow"));
      const next = { ArrowLeft: now + 2, ArrowRight: now - 2, Home: 70, End: 30 }[event.key];
      if (next) {
        event.preventDefault();
        keepWidth(this.resize(next));
      }
    });
    this.edge.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      this.edge.setPointerCapture(event.pointerId);
    });
    this.edge.addEventListener("pointermove", (event) => {
      if (this.edge.hasPointerCapture(event.pointerId)) {
        keepWidth(this.resize(((innerWidth - event.clientX) / innerWidth) * 100));
      }
    });
    WIDE.addEventListener("change", () => {
      if (this.pane.open) {
        document.documentElement.classList.remove("has-pane");
        this.pane.close();
        this.lay();
      }
    });
  }
}

const isUsable = (box) => !box.disabled && box.tabIndex >= 0;
const isOurs = (address) => new URL(address, location.href).origin === location.origin;

function nameOf(row) {
  return row.dataset.paneName ?? row.querySelector("th")?.firstElementChild?.textContent.trim() ?? "";
}

function picture(address, name) {
  const image = document.createElement("img");
  image.src = address;
  image.alt = name || "图片";
  image.addEventListener("error", () => image.replaceWith(unseen("图片暂时无法显示，请在新页面打开。")));
  return image;
}

function file(address, name) {
  const frame = document.createElement("iframe");
  frame.src = address;
  frame.title = name || "文件";
  return frame;
}

function unseen(text) {
  const line = document.createElement("p");
  line.className = "muted";
  line.textContent = text;
  return line;
}

// What stands at an address of this site, without its frame; a sentence where there is nothing to show.
async function fetched(address) {
  if (!isOurs(address)) {
    return [unseen("请在新页面打开。")];
  }
  try {
    const answer = await fetch(address, { headers: { "HX-Request": "true" }, redirect: "manual" });
    if (answer.status === 401 || answer.type === "opaqueredirect") {
      return [unseen("登录已过期，请重新登录后查看。")];
    }
    if (!answer.ok) {
      return [unseen(answer.status === 404 ? "没有可显示的材料。" : "暂时无法显示，请在新页面打开。")];
    }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const part = page.querySelector("[data-pane-part]") ?? page.querySelector("main") ?? page.body;
    return [...part.childNodes].map((each) => document.importNode(each, true));
  } catch {
    return [unseen("网络中断，暂时无法显示。")];
  }
}

function stored() {
  try {
    return localStorage.getItem(WIDTH);
  } catch {
    return null;
  }
}

function keepWidth(part) {
  try {
    localStorage.setItem(WIDTH, part);
  } catch {
    // The width is that of this page only.
  }
}

const pane = document.querySelector("[data-side-pane]");
if (pane) {
  new SidePane(pane);
}
