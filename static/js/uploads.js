// Files one by one with figures, each with its own outcome; without this file a form sends them all at once.
const MEGABYTE = 1024 * 1024;

const inMegabytes = (bytes) => `${(bytes / MEGABYTE).toFixed(1)} MB`;

const NO_NETWORK = "网络中断，没有上传。";
const LOGGED_OUT = "登录已超时，没有上传，请在另一个窗口重新登录后重试。";

/** Sends one file; resolves to "" or to the sentence why it was not kept. Never rejects. */
function send(form, file, onProgress) {
  return new Promise((resolve) => {
    const body = new FormData(form);
    body.set("uploads", file);
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/json");
    request.responseType = "text";
    request.upload.addEventListener("progress", (event) => onProgress(Math.min(event.loaded, file.size)));
    request.addEventListener("error", () => resolve(NO_NETWORK));
    request.addEventListener("abort", () => resolve("已取消，没有上传。"));
    request.addEventListener("load", () => resolve(outcome(form, request, file)));
    request.send(body);
  });
}

function outcome(form, request, file) {
  if (request.status === 413) {
    return `文件“${file.name}”为 ${inMegabytes(file.size)}，超过上限 ${form.dataset.limitWords}，请压缩或拆分后上传。`;
  }
  if (!(request.getResponseHeader("Content-Type") ?? "").startsWith("application/json")) {
    return request.status < 400
      ? LOGGED_OUT
      : `没有上传（${request.status}），请刷新页面后重试。`;
  }
  const answer = JSON.parse(request.responseText);
  return answer.errors[0] ?? answer.files[0]?.refusal ?? "没有上传，请刷新页面后重试。";
}

/** What the browser knows already need not be sent. */
function refusedAtOnce(form, file) {
  if (file.size === 0) {
    return `文件“${file.name}”是空的，请检查后重新上传。`;
  }
  if (file.size > Number(form.dataset.limit)) {
    return `文件“${file.name}”为 ${inMegabytes(file.size)}，超过上限 ${form.dataset.limitWords}，请压缩或拆分后上传。`;
  }
  return "";
}

/** Puts the lists as they are now in the place of those on the page. */
async function refresh() {
  const answer = await fetch(location.pathname, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!answer?.ok || answer.redirected) {
    return;
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const files = [...page.querySelectorAll("[data-need-files]")].map((each) => `[data-need-files="${each.dataset.needFiles}"]`);
  // A row with its own box keeps what it says of its uploads; elsewhere the lists have no box in them.
  const lists = files.length ? [...files, "#other-files"] : ["#id_attachments"];
  for (const selector of [...lists, "#form-rail", "#section-gaps"]) {
    const fresh = page.querySelector(selector);
    const here = document.querySelector(selector);
    if (fresh && here) {
      here.replaceWith(document.importNode(fresh, true));
    }
  }
}

function start(form) {
  // The second box, where there is one, opens the camera of a telephone.
  const boxes = [...form.querySelectorAll("input[type=file]")];
  const box = boxes[0];
  const state = form.querySelector("[data-upload-state]");
  const bar = state.querySelector("progress");
  const figures = state.querySelector("[data-upload-figures]");
  const list = state.querySelector("[data-upload-list]");
  const said = form.querySelector("[data-upload-said]");
  const button = form.querySelector("button[type=submit]");
  let waiting = [];
  let all = [];
  let busy = false;

  const say = () => {
    const total = all.reduce((sum, each) => sum + each.file.size, 0);
    const done = all.reduce((sum, each) => sum + each.sent, 0);
    const over = all.filter((each) => each.over).length;
    const part = total ? done / total : 1;
    bar.value = part;
    figures.textContent =
      `${over} / ${all.length} 个文件，${inMegabytes(done)} / ${inMegabytes(total)}，${Math.floor(part * 100)}%`;
  };

  const show = (each, words, tone) => {
    each.line.querySelector("span").textContent = words;
    each.line.dataset.tone = tone;
  };

  const enter = (file) => {
    const line = document.createElement("li");
    const name = document.createElement("b");
    name.textContent = file.name;
    line.append(name, " ", document.createElement("span"));
    list.append(line);
    const each = { file, line, sent: 0, over: false };
    all.push(each);
    waiting.push(each);
    show(each, "等待上传", "wait");
  };

  const finish = (each, refusal) => {
    each.over = true;
    each.sent = each.file.size;
    each.failed = Boolean(refusal);
    show(each, refusal || "上传成功", refusal ? "bad" : "good");
    if (refusal === NO_NETWORK || refusal === LOGGED_OUT) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "button";
      button.textContent = "重试";
      button.addEventListener("click", () => {
        button.remove();
        Object.assign(each, { over: false, failed: false, sent: 0 });
        show(each, "等待上传", "wait");
        waiting.push(each);
        if (!busy) {
          work();
        }
      });
      each.line.append(" ", button);
    }
    say();
  };

  const work = async () => {
    busy = true;
    state.hidden = false;
    button.disabled = true;
    while (waiting.length) {
      const each = waiting.shift();
      let refusal = refusedAtOnce(form, each.file);
      if (!refusal) {
        show(each, "正在上传", "info");
        refusal = await send(form, each.file, (sent) => {
          each.sent = sent;
          show(each, `正在上传 ${Math.floor((sent / each.file.size) * 100)}%`, "info");
          say();
        });
      }
      finish(each, refusal);
    }
    busy = false;
    button.disabled = false;
    const failed = all.filter((each) => each.failed).length;
    said.textContent = failed
      ? `${all.length - failed} 个文件上传成功，${failed} 个上传失败，原因见列表。`
      : `${all.length} 个文件上传成功。`;
    if (!failed && form.querySelector("[name=replace]")) {
      location.assign(form.action);
      return;
    }
    for (const each of boxes) {
      each.value = "";
    }
    await refresh();
  };

  const take = (files) => {
    const chosen = [...files];
    if (!chosen.length) {
      said.textContent = "请选择要上传的文件。";
      box.focus();
      return;
    }
    if (!busy) {
      all = [];
      list.replaceChildren();
    }
    for (const file of form.querySelector("[name=replace]") ? chosen.slice(0, 1) : chosen) {
      enter(file);
    }
    say();
    if (!busy) {
      work();
    }
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    delete form.dataset.sent;
    take(boxes.flatMap((each) => [...each.files]));
  });

  // In the row of its requirement a file goes as soon as it is chosen; elsewhere it waits for the button.
  if (form.dataset.uploads === "at-once") {
    for (const each of boxes) {
      each.addEventListener("change", () => {
        if (each.files.length) {
          take(each.files);
        }
      });
    }
  }

  const drop = form.querySelector("[data-drop]");
  if (drop) {
    drop.hidden = false;
  }
  for (const type of ["dragenter", "dragover"]) {
    form.addEventListener(type, (event) => {
      event.preventDefault();
      form.classList.add("uploads--over");
    });
  }
  for (const type of ["dragleave", "drop"]) {
    form.addEventListener(type, () => form.classList.remove("uploads--over"));
  }
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    take(event.dataTransfer.files);
  });

  addEventListener("beforeunload", (event) => {
    if (busy) {
      event.preventDefault();
    }
  });
}

for (const form of document.querySelectorAll("form[data-uploads]")) {
  start(form);
}
for (const each of document.querySelectorAll("[data-without-script]")) {
  each.hidden = true;
}
