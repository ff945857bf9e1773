// Compares a file with the one that was issued, by its digest; the file is read here and sent nowhere. Without this
// file, or where the browser may not compute digests, the digest on the page is compared by hand.

const LARGEST = 50 * 1024 * 1024;
const section = document.querySelector("[data-digest]");
const box = section.querySelector("[data-compare]");
const input = box.querySelector("input");
const said = box.querySelector("[data-said]");
const byHand = section.querySelector("[data-by-hand]");
let turn = 0;

function say(words, tone) {
  said.textContent = words;
  said.dataset.tone = tone;
}

async function digestOf(file) {
  const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function compare(files) {
  const mine = ++turn;
  if (files.length !== 1) {
    say("请每次选择一个文件。", "wait");
    return;
  }
  const [file] = files;
  if (file.size > LARGEST) {
    say(`不一致：“${file.name}”大小与原件不符。`, "bad");
    return;
  }
  say("正在比对……", "wait");
  let found;
  try {
    found = await digestOf(file);
  } catch {
    say(`“${file.name}”无法读取，请重新选择文件。`, "wait");
    return;
  }
  if (mine !== turn) {
    return; // another file was chosen meanwhile
  }
  if (found === section.dataset.digest) {
    say(`一致：“${file.name}”就是签发的原件，是否有效以上方的核验结果为准。`, "good");
  } else {
    say(`不一致：“${file.name}”不是签发的原件，内容可能被改动，或者是另一份文件。`, "bad");
  }
}

box.hidden = false;
if (!globalThis.crypto?.subtle) {
  input.disabled = true;
  say("当前网址未加密（不是 https），浏览器不能在此比对，请按下面的方法人工核对。", "wait");
} else {
  byHand.open = false;
  // The same file may be chosen again after it was changed.
  input.addEventListener("click", () => {
    input.value = "";
  });
  input.addEventListener("change", () => {
    if (input.files.length) {
      compare(input.files);
    }
  });
  for (const type of ["dragenter", "dragover"]) {
    box.addEventListener(type, (event) => {
      event.preventDefault();
      box.classList.add("compare__box--over");
    });
  }
  for (const type of ["dragleave", "drop"]) {
    box.addEventListener(type, () => box.classList.remove("compare__box--over"));
  }
  box.addEventListener("drop", (event) => {
    event.preventDefault();
    compare(event.dataTransfer.files);
  });
}
