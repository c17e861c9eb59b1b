"use strict";
const figure = JSON.parse(document.getElementById("data").textContent);
const log = document.getElementById("log");
const place = document.getElementById("plots");
const number = (value) => (value === null || value === undefined ? "–" : String(value));
const short = (value) => (value === null ? "" : Number(value.toPrecision(4)).toString());
let plots = [];

function guides(u) {
  const { ctx, bbox } = u;
  ctx.save();
  ctx.strokeStyle = figure.faint;
  ctx.setLineDash([2, 4]);
  for (const x of figure.guides) {
    const left = u.valToPos(x, "x", true);
    if (left < bbox.left || left > bbox.left + bbox.width) continue;
    ctx.beginPath();
    ctx.moveTo(left, bbox.top);
    ctx.lineTo(left, bbox.top + bbox.height);
    ctx.stroke();
  }
  ctx.restore();
}

function bands(u, panel) {
  const { ctx, bbox } = u;
  ctx.save();
  ctx.globalAlpha = figure.band;
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  for (const [i, one] of panel.series.entries()) {
    if (!one.within || !u.series[i + 1].show) continue;
    const known = panel.x.map((x, at) => [x, one.y[at]]).filter(([, y]) => y !== null);
    const outline = [...known.map(([x, y]) => [x, y + one.within]), ...known.reverse().map(([x, y]) => [x, y - one.within])];
    ctx.fillStyle = one.colour;
    ctx.beginPath();
    for (const [x, y] of outline) ctx.lineTo(u.valToPos(x, "x", true), u.valToPos(y, "y", true));
    ctx.fill();
  }
  ctx.restore();
}

function marks(u, panel) {
  const { ctx } = u;
  ctx.save();
  ctx.fillStyle = figure.ink;
  for (const [x, y, label] of panel.marks) {
    const [left, top] = [u.valToPos(x, "x", true), u.valToPos(y, "y", true)];
    ctx.beginPath();
    ctx.arc(left, top, 5, 0, 2 * Math.PI);
    ctx.fill();
    ctx.fillText(label, left + 8, top - 8);
  }
  ctx.restore();
}

function axes(panel, last) {
  const look = { stroke: figure.ink, grid: { stroke: figure.faint, width: 1 }, ticks: { stroke: figure.ink, width: 1 } };
  const below = { ...look, label: last ? figure.unit : "", grid: { show: false } };
  const left = { ...look, label: panel.label, size: 80, values: (u, values) => values.map(short) };
  if (!figure.above || panel !== figure.panels[0]) return [below, left];
  const factor = figure.above.per_x;
  const above = { ...below, scale: "x", side: 0, label: figure.above.unit, values: (u, values) => values.map((v) => short(v * factor)) };
  return [below, left, above];
}

function zoomed(u, key) {
  if (key !== "x") return;
  const { min, max } = u.scales.x;
  for (const other of plots) {
    if (other !== u && (other.scales.x.min !== min || other.scales.x.max !== max)) other.setScale("x", { min, max });
  }
}

function options(panel, i) {
  const logarithmic = log.checked && i === 0;
  const range = panel.limits || (logarithmic ? undefined : (u, low, high) => [panel.from_zero ? Math.min(low, 0) : low, high * 1.03 || 1]);
  return {
    width: place.clientWidth,
    height: i === 0 ? Math.max(320, window.innerHeight * 0.55) : 180,
    cursor: { sync: { key: "x" }, drag: { x: true, y: false } },
    scales: { x: { time: false, distr: figure.log_x ? 3 : 1 }, y: { distr: logarithmic ? 3 : 1, ...(range ? { range } : {}) } },
    axes: axes(panel, i === figure.panels.length - 1),
    hooks: { drawAxes: [guides, (u) => bands(u, panel)], draw: [(u) => marks(u, panel)], setScale: [zoomed] },
    series: [
      { label: figure.unit, value: (u, value) => number(value) },
      ...panel.series.map((one) => ({
        label: one.name,
        stroke: one.colour,
        dash: one.dash,
        width: 2,
        points: { show: one.dots, size: 5, fill: one.colour },
        paths: one.dots ? () => null : one.steps ? uPlot.paths.stepped({ align: 1 }) : uPlot.paths.linear(),
        value: (u, value) => number(value),
      })),
    ],
  };
}

function draw() {
  for (const plot of plots) plot.destroy();
  plots = [];
  for (const [i, panel] of figure.panels.entries()) {
    const positive = (values) => (log.checked && i === 0 ? values.map((v) => (v > 0 ? v : null)) : values);
    plots.push(new uPlot(options(panel, i), [panel.x, ...panel.series.map((one) => positive(one.y))], place));
  }
}

function cell(row, kind, text) {
  const made = document.createElement(kind);
  made.textContent = text;
  row.append(made);
}

function table() {
  const panel = figure.panels[0];
  const made = document.createElement("table");
  made.className = "values";
  const head = made.createTHead().insertRow();
  for (const name of [figure.unit, ...panel.series.map((one) => one.name)]) cell(head, "th", name);
  const body = made.createTBody();
  panel.x.forEach((x, i) => {
    const row = body.insertRow();
    for (const value of [x, ...panel.series.map((one) => one.y[i])]) cell(row, "td", number(value));
  });
  document.getElementById("rows").replaceChildren(made);
}

for (const text of figure.caption) {
  const line = document.createElement("li");
  line.textContent = text;
  document.getElementById("caption").append(line);
}
log.checked = figure.log;
log.addEventListener("change", draw);
window.addEventListener("resize", draw);
document.querySelector("details").addEventListener("toggle", table, { once: true });
draw();
