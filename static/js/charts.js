// Draws the tables that are marked as charts. The table stays beside its chart, so both always say the same, and without
// this file the table is there alone. Series differ in pattern as well as in colour; the keyboard walks along them.
import { heatOption, rangeSeries, said } from "./chart-shapes.js";

const SERIES = 5;
const LIGHT = ["#1357a6", "#c26a00", "#17693f", "#8a3ffc", "#6b7685"];
const DARK = ["#86b8f2", "#e5b95c", "#7bcf9f", "#c9a6ff", "#a7b1bf"];
const darkSystem = matchMedia("(prefers-color-scheme: dark)");
const still = matchMedia("(prefers-reduced-motion: reduce)");

function read(table, most) {
  const series = [...table.querySelectorAll("thead [data-series]")].map((head) => head.textContent.trim());
  const rows = [...table.tBodies[0].rows].map((row) => ({
    label: row.cells[0].textContent.trim(),
    values: [...row.querySelectorAll("[data-value]")].map(({ dataset }) => (dataset.value ? Number(dataset.value) : null)),
  }));
  return { series: series.slice(0, most), rows };
}

// On paper everything is dark on white, whatever the screen shows.
function palette(printing) {
  const theme = document.documentElement.dataset.theme;
  const dark = !printing && (theme === "dark" || (theme !== "light" && darkSystem.matches));
  return dark
    ? { series: DARK, ink: "#e4e8ee", line: "#4a5464", ground: "#1a1f27", decal: "rgba(0, 0, 0, 0.35)" }
    : { series: LIGHT, ink: "#1c2430", line: "#aeb6c1", ground: "#ffffff", decal: "rgba(255, 255, 255, 0.45)" };
}

function decals(colour) {
  const base = { color: colour, dashArrayX: [1, 0], dashArrayY: [2, 5], rotation: Math.PI / 4, symbolSize: 1 };
  return [
    { symbol: "none" },
    base,
    { ...base, rotation: -Math.PI / 4 },
    { ...base, dashArrayY: [2, 4], rotation: 0 },
    { color: colour, symbol: "circle", dashArrayX: [[6, 6], [0, 6, 6, 0]], dashArrayY: [5, 1], symbolSize: 0.7 },
  ];
}

// In how many rows the names of the series come to stand above a chart of this width; a character is 12 pixels wide.
function legendRows(data, width) {
  if (data.series.length < 2) {
    return 0;
  }
  let rows = 1;
  let used = 0;
  for (const name of data.series) {
    const needed = 40 + 12 * name.length;
    if (used && used + needed > width) {
      rows += 1;
      used = 0;
    }
    used += needed;
  }
  return rows;
}

function option(data, { shape, unit, apart }, printing, width) {
  const colours = palette(printing);
  const bars = shape !== "columns";
  const labels = data.rows.map((row) => row.label);
  const text = { color: colours.ink, fontFamily: getComputedStyle(document.body).fontFamily };
  const axis = { axisLabel: text, axisLine: { lineStyle: { color: colours.line } } };
  const categories = { ...axis, type: "category", data: labels, inverse: bars, axisTick: { show: false } };
  const room = bars ? Math.max(110, Math.min(190, width * 0.36)) : undefined;
  categories.axisLabel = { ...text, interval: 0, width: room, overflow: bars ? "truncate" : undefined };
  if (!bars) {
    categories.axisLabel.interval = "auto";
  }
  const numbers = {
    ...axis,
    type: "value",
    name: unit,
    nameTextStyle: text,
    axisLabel: { ...text, hideOverlap: true },
    minInterval: 1,
    splitLine: { lineStyle: { color: colours.line, opacity: 0.5 } },
  };
  const common = {
    animation: !printing && !still.matches,
    animationDuration: 200,
    textStyle: text,
    aria: { enabled: true, label: { enabled: false }, decal: { show: true, decals: decals(colours.decal) } },
  };
  // Rich text is drawn; a tooltip of the page would need styles inside of markup, which the policy forbids.
  const tooltip = {
    renderMode: "richText",
    confine: true,
    backgroundColor: colours.ground,
    borderColor: colours.line,
    textStyle: text,
  };
  if (shape === "heat") {
    const formatter = ({ value: [x, y, value] }) =>
      `${data.rows[y].label}\n${data.series[x]}\n${value === "-" ? "无数据" : `${said(value)} ${unit}`}`;
    return { ...common, ...heatOption(data, unit, colours, text, width), tooltip: { ...tooltip, formatter } };
  }
  const top = data.series.length > 1 ? 40 + 24 * legendRows(data, width) : 32;
  const range = shape === "range";
  return {
    ...common,
    color: colours.series,
    grid: { left: 8, right: 48, top, bottom: 8, containLabel: true },
    legend: {
      show: data.series.length > 1,
      top: 0,
      left: 0,
      textStyle: text,
      inactiveColor: colours.line,
      icon: range ? undefined : "rect",
      data: range ? [`${data.series[0]}至${data.series[2]}`, data.series[1]] : undefined,
    },
    tooltip: {
      ...tooltip,
      trigger: "axis",
      axisPointer: { type: "shadow" },
      formatter: range
        ? ([{ dataIndex }]) => words(data, { unit, apart: true }, dataIndex).replace(/[：，]/gu, "\n")
        : undefined,
    },
    xAxis: bars ? numbers : categories,
    yAxis: bars ? categories : numbers,
    series: range ? rangeSeries(data, colours) : data.series.map((name, place) => ({
      name,
      type: "bar",
      stack: apart ? undefined : "all",
      barMaxWidth: apart ? 14 : 28,
      data: data.rows.map((row) => row.values[place]),
      label: {
        show: data.series.length === 1,
        position: bars ? "right" : "top",
        color: colours.ink,
        formatter: ({ value }) => said(value),
      },
    })),
  };
}

function words(data, { unit, apart }, place) {
  const row = data.rows[place];
  const numbers = row.values.slice(0, data.series.length);
  const parts = numbers.map((value, at) =>
    value === null ? `${data.series[at]} 无数据` : `${data.series[at]} ${said(value)} ${unit}`,
  );
  if (numbers.length > 1 && !apart) {
    const sum = numbers.reduce((total, value) => total + value, 0);
    parts.push(`合计 ${sum.toLocaleString("zh-CN")} ${unit}`);
  }
  return `${row.label}：${parts.join("，")}`;
}

function draw(section) {
  const figure = section.querySelector("[data-chart-figure]");
  const table = section.querySelector("[data-chart-table]");
  if (!figure || !table) {
    return;
  }
  if (typeof echarts === "undefined") {
    figure.hidden = true;
    return;
  }
  const canvas = figure.querySelector("[data-chart-canvas]");
  const said = figure.querySelector("[data-chart-said]");
  const way = { shape: section.dataset.chart, unit: section.dataset.unit, apart: "apart" in section.dataset };
  const data = read(table, way.shape === "heat" ? Infinity : SERIES);
  if (way.shape !== "columns") {
    const high = way.apart && way.shape === "bars" ? 8 + 18 * data.series.length : 26;
    const around = way.shape === "heat" ? 220 : 96;
    canvas.style.height = `${Math.max(160, data.rows.length * high + around)}px`;
  }
  const chart = echarts.init(canvas, null, { renderer: "svg" });
  const render = (printing = false) =>
    chart.setOption(option(data, way, printing, canvas.clientWidth), true);
  render();
  let place = -1;

  function show(next) {
    place = Math.min(Math.max(next, 0), data.rows.length - 1);
    // In a field of cells, the first cell of the row.
    const dataIndex = way.shape === "heat" ? place * data.series.length : place;
    chart.dispatchAction({ type: "showTip", seriesIndex: 0, dataIndex });
    said.textContent = words(data, way, place);
  }

  canvas.addEventListener("keydown", (event) => {
    const moves = { ArrowRight: place + 1, ArrowDown: place + 1, ArrowLeft: place - 1, ArrowUp: place - 1 };
    const ends = { Home: 0, End: data.rows.length - 1 };
    const next = { ...moves, ...ends }[event.key];
    if (next !== undefined && !event.altKey && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      show(next);
    } else if (event.key === "Escape") {
      chart.dispatchAction({ type: "hideTip" });
    }
  });
  canvas.addEventListener("blur", () => chart.dispatchAction({ type: "hideTip" }));

  let rows = legendRows(data, canvas.clientWidth);
  new ResizeObserver(() => {
    chart.resize();
    if (rows !== legendRows(data, canvas.clientWidth)) {
      rows = legendRows(data, canvas.clientWidth);
      render();
    }
  }).observe(canvas);
  new MutationObserver(() => render()).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  darkSystem.addEventListener("change", () => render());
  addEventListener("beforeprint", () => {
    render(true);
    chart.resize({ width: Math.min(canvas.clientWidth, 640) });
  });
  addEventListener("afterprint", () => {
    render();
    chart.resize({ width: "auto" });
  });
}

export function drawAll(within) {
  within.querySelectorAll("[data-chart]").forEach(draw);
}

drawAll(document);
