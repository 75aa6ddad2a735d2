// Net staffing: a day a row, a time a column; a cell opens into how its need comes about.
const NET_SLOT = Math.max(D.step, 30);
const netValues = () => (state.queue ? D.staff.net[queueIndex()] : D.staff.overall);
const setsAt = new Map();
for (const [t, queues, seats] of D.staff.sets) setsAt.set(t, [...(setsAt.get(t) || []), [queues, seats]]);

const netUnit = (() => {
  // The scale grows with the centre: what is one seat among twenty is ten among two hundred.
  const peak = Math.max(1, ...D.staff.supply);
  return [0.5, 1, 2, 5, 10, 20, 50].find((unit) => unit >= peak * 0.03) || 100;
})();
function netClass(value) {
  if (value < -0.05) return value > -netUnit ? 's1' : value > -2 * netUnit ? 's2' : value > -4 * netUnit ? 's3' : 's4';
  return value < netUnit ? 'o0' : value < 2 * netUnit ? 'o1' : value < 4 * netUnit ? 'o2' : 'o3';
}
function netText(value) {
  if (value < -0.05) return value > -0.5 ? '−' : num(-Math.round(-value));
  return value < 0.5 ? '' : num(Math.floor(value + 1e-9)) === '0' ? '' : '+' + num(Math.floor(value + 1e-9));
}

function netCells() {
  // cells[d] maps a slot of the clock to its intervals: two where quarter hours are paired or an hour comes twice.
  const values = netValues();
  const cells = D.days.map(() => new Map());
  let first = Infinity, last = -Infinity;
  for (let t = 0; t < D.size; t++) {
    if (!known(values[t]) || (!isOpen(t) && !D.staff.people[t] && !sumOver(D.need.agents, t))) continue;
    const slot = Math.floor(labels[t].minute / NET_SLOT);
    const row = cells[dayOf[t]];
    row.set(slot, [...(row.get(slot) || []), t]);
    first = Math.min(first, slot); last = Math.max(last, slot);
  }
  return { values, cells, first, last };
}

function drawNet() {
  const { values, cells, first, last } = netCells();
  const host = byId('net-chart');
  byId('net-about').textContent = state.queue
    ? `Seats ${state.queue} could still have (+), or that are missing (−) where no sharing of the people on duty can help. Choose a cell to see why.`
    : 'Seats to spare (+) or missing (−) in each interval, with everybody counted once and used where they help most. Choose a cell to see why.';
  if (first > last) { host.replaceChildren(make('p', {}, 'Nothing is open in these days.')); byId('net-detail').hidden = true; return; }
  const clock = (slot) => String(Math.floor(slot * NET_SLOT / 60)).padStart(2, '0') + ':' + String(slot * NET_SLOT % 60).padStart(2, '0');
  const worst = (list) => list.reduce((a, b) => (values[b] < values[a] ? b : a));
  const count = last - first + 1;
  const head = make('tr', {}, make('td', { class: 'corner' }));
  for (let slot = first; slot <= last; slot++) {
    const hour = slot * NET_SLOT % 60 === 0;
    const shown = hour && (count <= 36 || (slot * NET_SLOT / 60) % 2 === 0);
    head.append(make('th', { scope: 'col', 'aria-label': clock(slot) }, shown ? clock(slot) : ''));
  }
  const body = make('tbody', {});
  D.days.forEach((day, d) => {
    const row = make('tr', { class: state.day && state.day !== day ? 'aside' : null },
      make('th', { scope: 'row' }, make('button', { type: 'button', title: 'show this day below', onclick: () => choose({ day: state.day === day ? '' : day }) }, dayName(day))));
    for (let slot = first; slot <= last; slot++) {
      const list = cells[d].get(slot);
      if (!list) { row.append(make('td', { class: 'shut' })); continue; }
      const t = worst(list);
      const chosen = list.includes(Number(state.cell)) && state.cell !== '';
      row.append(make('td', {
        class: netClass(values[t]), role: 'gridcell', tabindex: '-1', 'data-t': t, 'aria-selected': chosen ? 'true' : 'false',
        'aria-label': `${spanName(t * D.step, (t + 1) * D.step)}: ${netWords(values[t])}`,
      }, netText(values[t])));
    }
    body.append(row);
  });
  const table = make('table', { class: 'heat', role: 'grid', 'aria-label': 'Net staffing by day and time' }, make('thead', {}, head), body);
  const held = host.contains(document.activeElement);
  host.replaceChildren(table);
  const current = table.querySelector('[aria-selected=true]') || table.querySelector('td[data-t]');
  if (current) { current.tabIndex = 0; if (held) current.focus(); }
  const u = netUnit;
  legend(byId('net-legend'), [
    ['s4', `${tidy(4 * u)} or more missing`], ['s3', `${tidy(2 * u)}–${tidy(4 * u)}`], ['s2', `${tidy(u)}–${tidy(2 * u)}`], ['s1', `under ${tidy(u)} missing`],
    ['o0', `enough, under ${tidy(u)} to spare`], ['o1', `${tidy(u)}–${tidy(2 * u)} to spare`], ['o2', `${tidy(2 * u)}–${tidy(4 * u)}`], ['o3', `${tidy(4 * u)} or more`],
  ]);
  drawDetail();
}
function netWords(value) {
  return value < -0.05 ? `${tidy(-value)} seats missing` : value < 0.05 ? 'just enough' : `${tidy(value)} seats to spare`;
}

function drawDetail() {
  const host = byId('net-detail');
  const t = Number(state.cell);
  host.hidden = state.cell === '' || !(t >= 0 && t < D.size);
  if (host.hidden) return;
  const from = t * D.step, to = from + D.step;
  const value = netValues()[t];
  const parts = [make('h3', {}, `${spanName(from, to)}${state.queue ? ', ' + state.queue : ''}: ${known(value) ? netWords(value) : 'nothing needed'}`)];
  parts.push(make('p', {}, `${tidy(D.staff.people[t])} people on duty, worth ${tidy(D.staff.supply[t])} seats after unplanned losses and handling speed; ${tidy(sumOver(D.need.pooled, t))} needed by all queues, those that the same people serve taken together.`));
  for (const [queues, seats] of setsAt.get(t) || []) {
    parts.push(make('p', {}, queues.length > 1
      ? `${names(queues)} share people and together lack ${tidy(seats)} seats.`
      : `${names(queues)} lacks ${tidy(seats)} seats, even with everyone who may serve it.`));
  }
  if (D.staff.postponed[t] > 0.05) parts.push(make('p', {}, `Deferred work for ${tidy(D.staff.postponed[t])} seats has to wait for a quieter hour.`));
  const reasons = D.shorts.filter(([queue, a, b]) => a < to && b > from && (!state.queue || queue === state.queue));
  for (const [queue, a, b, seats, why] of reasons) {
    parts.push(make('p', { class: 'why' }, make('strong', {}, `${queue}, ${spanName(a, b)}, ${tidy(seats)} seats: `), why));
  }
  if (!reasons.length && value < -0.05) parts.push(make('p', { class: 'muted' }, 'The plan reports no shortage here: a target over the day allows an interval below its own need, or other queues give way. Whether they do is among the targets below.'));
  const rows = D.queues.map((queue, q) => [q, queue]).filter(([q]) => (state.queue ? q === queueIndex() : D.need.agents[q][t] || D.staff.couldPeople[q][t]));
  const sim = D.simulated;
  parts.push(make('div', { class: 'scroll' }, plainTable(
    ['Queue', 'Contacts', 'Handle time', 'Seats needed', 'Wait at that', 'Answered in time', 'Abandoned', 'Occupancy', 'To schedule', 'Could serve', ...(sim ? ['Simulated wait'] : [])],
    rows.map(([q, queue]) => [queue, tidy(D.need.volume[q][t]), secs(D.need.aht[q][t]), num(D.need.agents[q][t], 1), secs(D.need.wait[q][t]), pct(D.need.level[q][t]), pct(D.need.abandonment[q][t]), pct(D.need.occupancy[q][t], 0), num(D.need.scheduled[q][t], 1), tidy(D.staff.couldPeople[q][t]), ...(sim ? [secs(sim.wait[q][t])] : [])]))));
  host.replaceChildren(...parts);
}

function startNet() {
  const host = byId('net-chart');
  host.addEventListener('click', (event) => {
    const cell = event.target.closest('td[data-t]');
    if (cell) choose({ cell: cell.dataset.t });
  });
  host.addEventListener('keydown', (event) => {
    const cell = event.target.closest('td[data-t]');
    if (!cell) return;
    const column = cell.cellIndex;
    const walk = (next, pick) => { while (next && !next.dataset.t) next = pick(next); return next; };
    const rowOf = (row) => row && row.cells[column];
    const target = {
      ArrowRight: () => walk(cell.nextElementSibling, (node) => node.nextElementSibling),
      ArrowLeft: () => walk(cell.previousElementSibling, (node) => node.previousElementSibling),
      ArrowDown: () => walk(rowOf(cell.parentNode.nextElementSibling), (node) => rowOf(node.parentNode.nextElementSibling)),
      ArrowUp: () => walk(rowOf(cell.parentNode.previousElementSibling), (node) => rowOf(node.parentNode.previousElementSibling)),
    }[event.key];
    if (event.key === 'Enter' || event.key === ' ') { event.preventDefault(); choose({ cell: cell.dataset.t }); return; }
    if (!target) return;
    event.preventDefault();
    const next = target();
    if (next && next.dataset.t) { cell.tabIndex = -1; next.tabIndex = 0; next.focus(); }
  });
  host.addEventListener('mousemove', (event) => {
    const cell = event.target.closest('td[data-t]');
    if (!cell) { hideTip(); return; }
    const t = Number(cell.dataset.t);
    const lines = [spanName(t * D.step, (t + 1) * D.step), netWords(netValues()[t])];
    for (const [queues, seats] of setsAt.get(t) || []) lines.push(`${names(queues)}: ${tidy(seats)} missing`);
    lines.push(`${tidy(D.staff.people[t])} people on duty`);
    showTip(event.clientX, event.clientY, lines);
  });
  host.addEventListener('mouseleave', hideTip);
  if (state.cell === '') {
    // Open at the worst interval, one with a reported reason if there is any.
    const values = netValues(), explained = (t) => D.shorts.some(([queue, a, b]) => (!state.queue || queue === state.queue) && a < (t + 1) * D.step && b > t * D.step);
    const shorts = labels.map((_, t) => t).filter((t) => values[t] < -0.05);
    const pool = shorts.some(explained) ? shorts.filter(explained) : shorts;
    if (pool.length) state.cell = String(pool.reduce((best, t) => (values[t] < values[best] ? t : best)));
  }
}
