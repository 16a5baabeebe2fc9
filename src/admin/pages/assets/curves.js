// Draws the curves of the page Now: what /api/v1/figures says, in the colours of the page, anew when something happens and every half minute.
const curveLines = {
  events: [{ label: 'Events', of: 'events', colour: '--curve' }],
  // Each stands on those after it.
  messages: [
    { label: 'Delivered', of: 'delivered', colour: '--curve-ok' },
    { label: 'Failed tries', of: 'failed', colour: '--curve-warning' },
    { label: 'Given up', of: 'dead', colour: '--curve-critical' },
  ],
  delay: [
    { label: 'Median', of: 'delay_median_ms', colour: '--curve' },
    { label: '95 of 100 within', of: 'delay_p95_ms', colour: '--curve-warning', dash: [5, 4] },
  ],
};
const inSpan = { hour: 'in the last hour', day: 'in the last 24 hours' };

/** As the browser means it, for a custom property says `light-dark(…)`. */
function colourOf(place, name) {
  place.style.color = `var(${name})`;
  const { color } = getComputedStyle(place);
  place.style.color = '';
  return color;
}

function durationOf(ms) {
  if (ms === null || ms === undefined) return '–';
  if (ms < 1000) return `${Number(ms.toPrecision(2))} ms`;
  if (ms < 60_000) return `${Number((ms / 1000).toPrecision(2))} s`;
  return ms < 3_600_000 ? `${Number((ms / 60_000).toPrecision(2))} min` : `${Number((ms / 3_600_000).toPrecision(2))} h`;
}

const known = (values) => values.filter((value) => value !== null);
const sumOf = (values) => known(values).reduce((sum, value) => sum + value, 0);

/** The same for whoever does not see it. */
function wordsOf(kind, figures) {
  const each = curveLines[kind].map(({ label, of }) => {
    const values = known(figures[of]);
    const last = values.at(-1);
    if (kind === 'delay') return `${label} ${last === undefined ? 'not known' : durationOf(last)}`;
    return `${label} ${sumOf(values)}, at most ${Math.max(0, ...values)} at once`;
  });
  return `${inSpan[figures.span]}, by ${figures.step_seconds === 60 ? 'the minute' : 'ten minutes'}${kind === 'delay' ? ', the latest' : ''}: ${each.join('; ')}`;
}

/** As uPlot wants it: stacked values are sums, and the tallest is drawn first. */
function columnsOf(kind, figures) {
  const at = figures.at.map((text) => Date.parse(text) / 1000);
  const values = curveLines[kind].map(({ of }) => figures[of]);
  if (kind !== 'messages') return [at, ...values];
  const stacked = values.map((_, n) => at.map((_, i) => (values[n][i] === null ? null : sumOf(values.slice(n).map((one) => one[i])))));
  return [at, ...stacked];
}

function draw(place, kind, figures, zone) {
  const clock = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  const axis = { stroke: colourOf(place, '--soft'), grid: { stroke: colourOf(place, '--line'), width: 1 }, ticks: { show: false } };
  const font = `12px ${getComputedStyle(place).fontFamily}`;
  const state = { figures };
  const said = (of, i) => {
    const values = state.figures[of];
    if (kind === 'delay') return durationOf(i === null || i === undefined ? known(values).at(-1) : values[i]);
    return i === null || i === undefined ? sumOf(values) : (values[i] ?? '–');
  };
  const series = curveLines[kind].map(({ label, of, colour, dash }) => ({
    label,
    stroke: colourOf(place, colour),
    width: 2,
    value: (_chart, _value, _series, i) => said(of, i),
    ...(kind === 'delay'
      ? { points: { show: true, size: 4, fill: colourOf(place, colour) }, ...(dash && { dash }) }
      : { fill: colourOf(place, colour), width: 0, paths: uPlot.paths.bars({ size: [0.8, 24] }), points: { show: false } }),
  }));
  const span = () => (kind === 'delay' ? 'the latest' : inSpan[state.figures.span]);
  const chart = new uPlot(
    {
      width: place.clientWidth,
      height: 180,
      tzDate: (at) => uPlot.tzDate(new Date(at * 1000), zone),
      padding: [10, 18, 0, 0],
      cursor: { y: false, drag: { x: false, y: false } },
      scales: {
        x: { range: () => rangeOf(state.figures) },
        y: { range: (_chart, _min, max) => [0, kind === 'delay' ? Math.max(1000, (max ?? 0) * 1.1) : Math.max(4, (max ?? 0) * 1.1)] },
      },
      axes: [
        { ...axis, font, size: 28, space: 60, values: (_chart, splits) => splits.map((at) => clock.format(at * 1000)) },
        { ...axis, font, size: 56, space: 34, ...(kind === 'delay' ? delayAxis : countAxis) },
      ],
      series: [{ label: 'Time', value: (_chart, at) => (at === null || at === undefined ? span() : clock.format(at * 1000)) }, ...series],
    },
    columnsOf(kind, figures),
    place,
  );
  place.setAttribute('aria-label', wordsOf(kind, figures));
  return {
    update: (fresh) => {
      state.figures = fresh;
      chart.setData(columnsOf(kind, fresh));
      place.setAttribute('aria-label', wordsOf(kind, fresh));
    },
    resize: () => chart.setSize({ width: place.clientWidth, height: 180 }),
    destroy: () => chart.destroy(),
  };
}

/** Half a step more on either side, so that the bars at the ends are whole. */
const rangeOf = ({ at, step_seconds: step }) => [Date.parse(at[0]) / 1000 - step / 2, Date.parse(at.at(-1)) / 1000 + step / 2];
const countAxis = {
  incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000, 1_000_000],
  values: (_chart, splits) => splits.map((count) => new Intl.NumberFormat('en-GB', { notation: 'compact' }).format(count)),
};
const delayAxis = {
  incrs: [100, 200, 500, 1000, 2000, 5000, 10_000, 30_000, 60_000, 300_000, 600_000, 1_800_000, 3_600_000, 7_200_000, 21_600_000],
  values: (_chart, splits) => splits.map((ms) => (ms === 0 ? '0' : durationOf(ms))),
};

let showing;

function show(box) {
  const places = [...box.querySelectorAll('[data-curve]')];
  const dark = matchMedia('(prefers-color-scheme: dark)');
  let charts = [];
  let last = 0;
  let planned = false;

  async function refresh() {
    planned = false;
    if (!box.isConnected) return leave();
    if (document.hidden) return;
    last = Date.now();
    const span = box.querySelector('input[name="span"]:checked').value;
    // A session that ended, a relay that is gone: the page itself says so when it is asked for again.
    const reply = await fetch(`/api/v1/figures?span=${span}`).catch(() => undefined);
    if (!reply?.ok) return;
    const figures = await reply.json();
    if (charts.length > 0) for (const chart of charts) chart.update(figures);
    else {
      box.hidden = false;
      charts = places.map((place) => draw(place, place.dataset.curve, figures, box.dataset.zone));
    }
  }
  function soon() {
    if (planned) return;
    planned = true;
    setTimeout(refresh, Math.max(0, last + 2000 - Date.now()));
  }
  function redraw() {
    for (const chart of charts) chart.destroy();
    charts = [];
    refresh();
  }
  const resized = new ResizeObserver(() => {
    for (const chart of charts) chart.resize();
  });
  resized.observe(box);
  const beat = setInterval(soon, 30_000);
  box.addEventListener('change', refresh);
  dark.addEventListener('change', redraw);
  document.addEventListener('htmx:sseMessage', soon);
  document.addEventListener('visibilitychange', soon);
  refresh();

  function leave() {
    clearInterval(beat);
    resized.disconnect();
    dark.removeEventListener('change', redraw);
    document.removeEventListener('htmx:sseMessage', soon);
    document.removeEventListener('visibilitychange', soon);
    for (const chart of charts) chart.destroy();
  }
}

function look() {
  const box = document.getElementById('curves');
  // Without the library the table stands for the curves.
  if (box === showing || box === null || window.uPlot === undefined) return;
  showing = box;
  show(box);
}
document.addEventListener('htmx:afterSettle', look);
look();
