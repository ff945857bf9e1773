// The line that says whether everything is saved, and what can be done where it is not. One line for every page that
// saves itself: the words stand in one box, what can be pressed in another beside it.
export class SaveState {
  constructor(words, more) {
    this.words = words;
    this.more = more;
    this.state = "saved";
  }

  say(next, text) {
    this.state = next;
    const told = document.createElement("span");
    told.dataset.state = next;
    told.textContent = text;
    this.words.replaceChildren(told);
    this.more.replaceChildren();
  }

  // The session is over: `leave` is called before the login opens.
  expired(login, leave) {
    this.say("expired", "登录已过期，内容保存在本机。");
    const link = document.createElement("a");
    link.href = login;
    link.textContent = "重新登录";
    link.addEventListener("click", leave);
    this.more.replaceChildren(link);
  }

  // Nothing more can be saved from here; `linesOf` returns what is unsaved as lines, to be copied.
  stuck(next, text, linesOf) {
    this.say(next, text);
    const button = this.press("复制未保存的内容", () => copy(button, linesOf().join("\n")));
    this.more.replaceChildren(button);
  }

  // Asks what to do; `choices` are pairs of label and act.
  offer(text, choices) {
    this.say("offer", text);
    this.more.replaceChildren(...choices.map(([label, act]) => this.press(label, act)));
  }

  // This browser keeps nothing: the page is the only place where the typing stands.
  unkept() {
    this.more.textContent = "（本机无法暂存，请勿离开本页）";
  }

  press(label, act) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button";
    button.textContent = label;
    button.addEventListener("click", act);
    return button;
  }
}

async function copy(button, text) {
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "已复制";
  } catch {
    const box = document.createElement("textarea");
    box.readOnly = true;
    box.value = text;
    box.setAttribute("aria-label", "未保存的内容");
    button.replaceWith(box);
    box.select();
  }
}
