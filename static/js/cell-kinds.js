// What may stand in a cell or a box, judged while it is typed and in the words of the server, which judges it again
// (platforms/pages/cell_grid.py). A rule is a dataset: kind, and min, max and decimals of a number, max of a text.
const NUMBER = /^-?\d{1,18}(\.\d{1,9})?$/;
const YES = ["yes", "1", "是", "具备", "有", "√", "✓"];
const NO = ["no", "0", "否", "不具备", "无", "×", "✗"];
// What no keyboard makes and no database holds, but for line break and tab.
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/;
const HALF = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

export const WORDS = { yes: "具备", no: "不具备", "": "" };

// Returns the value as the server keeps it, how it is shown, and the sentence that says what is wrong with it.
export function read(rule, text) {
  const typed = text.replace(/\r\n?/g, "\n").trim();
  if (CONTROL.test(typed) || HALF.test(typed)) {
    return wrong(typed, "含有无法保存的字符，请删除后重新填写。");
  }
  if (rule.kind === "number") {
    return number(rule, typed.normalize("NFKC").trim());
  }
  if (rule.kind === "yesno") {
    const word = typed.normalize("NFKC").toLowerCase();
    const value = YES.includes(word) ? "yes" : NO.includes(word) ? "no" : word;
    return value in WORDS ? { value, shown: WORDS[value], sentence: "" } : wrong(typed, "请填写“具备”或“不具备”。");
  }
  const most = Number(rule.max ?? 0);
  const length = [...typed].length;
  return most && length > most ? wrong(typed, `最多 ${most} 个字，现为 ${length} 个字。`) : right(typed);
}

function number(rule, text) {
  if (text === "") {
    return right("");
  }
  if (!NUMBER.test(text)) {
    return wrong(text, "请只填写数字，不要带逗号、单位或其他文字。");
  }
  const value = canonical(text);
  const [low, high] = [rule.min ?? "", rule.max ?? ""];
  if ((low !== "" && Number(value) < Number(low)) || (high !== "" && Number(value) > Number(high))) {
    const range = high === "" ? `不小于 ${low}` : low === "" ? `不大于 ${high}` : `在 ${low} 至 ${high} 之间`;
    return wrong(text, `应${range}，请核对。`);
  }
  const places = Number(rule.decimals ?? 9);
  if ((value.split(".")[1] ?? "").length > places) {
    return wrong(text, places ? `最多保留 ${places} 位小数。` : "请填写整数。");
  }
  return right(value);
}

// 007.50 is 7.5.
function canonical(text) {
  const [whole, part = ""] = text.replace("-", "").split(".");
  const value = [whole.replace(/^0+(?=\d)/, ""), part.replace(/0+$/, "")].filter(Boolean).join(".");
  return text.startsWith("-") && value !== "0" ? `-${value}` : value;
}

const right = (value) => ({ value, shown: value, sentence: "" });
const wrong = (value, sentence) => ({ value, shown: value, sentence });
