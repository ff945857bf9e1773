// How two kinds of table are drawn that are no columns: a range per row with a mark in it, and a field of differences.

export function said(value) {
  return value === null || Number.isNaN(value) ? "" : value.toLocaleString("zh-CN");
}

// Three series: the lowest, the marked one, the highest. The bar goes from the first to the last.
export function rangeSeries(data, colours) {
  const [low, mark, high] = data.series;
  const at = (place) => data.rows.map((row) => row.values[place]);
  return [
    {
      name: low,
      type: "bar",
      stack: "range",
      barMaxWidth: 14,
      silent: true,
      data: at(0),
      itemStyle: { color: "transparent", decal: { symbol: "none" } },
    },
    {
      name: `${low}至${high}`,
      type: "bar",
      stack: "range",
      data: data.rows.map(({ values }) => values[2] - values[0]),
      itemStyle: { color: colours.series[0], opacity: 0.55, decal: { symbol: "none" } },
    },
    {
      name: mark,
      type: "scatter",
      symbol: "diamond",
      symbolSize: 13,
      data: at(1),
      itemStyle: { color: colours.ink, borderColor: colours.ground, borderWidth: 1 },
    },
  ];
}

// A row of the table is a row of the field. What is more and what is less differ in colour, and the number stands in the
// cell where there is room for it.
export function heatOption(data, unit, colours, text, width) {
  const names = data.rows.map((row) => row.label);
  const cells = data.rows.flatMap((row, y) => row.values.map((value, x) => [x, y, value === null ? "-" : value]));
  const most = Math.max(1, ...cells.map(([, , value]) => (value === "-" ? 0 : Math.abs(value))));
  const axis = { type: "category", axisTick: { show: false }, axisLine: { lineStyle: { color: colours.line } } };
  const room = Math.max(90, Math.min(150, width * 0.2));
  const across = (width - room) / data.series.length;
  return {
    grid: { left: 8, right: 16, top: 8, bottom: 48, containLabel: true },
    xAxis: {
      ...axis,
      data: data.series,
      axisLabel: { ...text, interval: 0, rotate: 60, width: 160, overflow: "truncate" },
    },
    yAxis: {
      ...axis,
      data: names,
      inverse: true,
      axisLabel: { ...text, interval: 0, width: room, overflow: "truncate" },
    },
    visualMap: {
      type: "continuous",
      min: -most,
      max: most,
      text: [`增加（${unit}）`, `减少（${unit}）`],
      orient: "horizontal",
      left: "center",
      bottom: 0,
      itemHeight: Math.min(200, width / 3),
      textStyle: text,
      inRange: { color: [colours.series[1], colours.ground, colours.series[0]] },
    },
    series: [
      {
        type: "heatmap",
        // On the strongest colours a dark label with a light edge cannot be read.
        data: cells.map((value) =>
          Math.abs(value[2]) > most * 0.6
            ? { value, label: { color: colours.ground, textBorderWidth: 0 } }
            : value,
        ),
        itemStyle: { borderColor: colours.line, borderWidth: 1 },
        emphasis: { itemStyle: { borderColor: colours.ink, borderWidth: 2 } },
        label: {
          show: across > 40,
          fontSize: 11,
          color: colours.ink,
          textBorderColor: colours.ground,
          textBorderWidth: 3,
          // What is no difference stays blank; what is less than a half of one is a plain 0.
          formatter: ({ value }) => (value[2] === "-" || value[2] === 0 ? "" : said(Math.round(value[2]) || 0)),
        },
      },
    ],
  };
}
