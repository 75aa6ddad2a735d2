// Seats against each interval's own need: a day a row, a time a column; a cell opens into how its need comes about.
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
  const cells = D.days.map(() => new Map()), used = new Set();
  for (let t = 0; t < D.size; t++) {
    if (!known(values[t]) || (!isOpen(t) && !D.staff.people[t] && !sumOver(D.need.agents, t))) continue;
    const slot = Math.floor(labels[t].minute / NET_SLOT);
    const row = cells[dayOf[t]];
    row.set(slot, [...(row.get(slot) || []), t]);
    used.add(slot);
  }
  // a time of the day at which everything is closed all week has no column
  return { values, cells, slots: [...used].sort((a, b) => a - b) };
}

function drawNet() {
  const { values, cells, slots } = netCells();
  const host = byId('net-chart');
  byId('net-about').textContent = (state.queue
    ? `Seats above (+) or below (−) the share of ${state.queue} in what its pool needs in each interval, however the people on duty are shared out. `
    : 'Seats above (+) or below (−) what each interval needs by itself to keep every target, with everybody counted once and used where they help most. ')
    + 'A target over the day lets an interval lie below its own need while the day holds; spans that make a target miss are listed under Short. Choose a cell to see how its need comes about.';
  if (!slots.length) { host.replaceChildren(make('p', {}, 'Nothing is open in these days.')); byId('net-detail').hidden = true; return; }
  const clock = (slot) => String(Math.floor(slot * NET_SLOT / 60)).padStart(2, '0') + ':' + String(slot * NET_SLOT % 60).padStart(2, '0');
  const worst = (list) => list.reduce((a, b) => (values[b] < values[a] ? b : a));
  const head = make('tr', {}, make('td', { class: 'corner' }));
  for (const slot of slots) {
    const hour = slot * NET_SLOT % 60 === 0;
    const shown = hour && (slots.length <= 36 || (slot * NET_SLOT / 60) % 2 === 0);
    head.append(make('th', { scope: 'col', 'aria-label': clock(slot) }, shown ? clock(slot) : ''));
  }
  const body = make('tbody', {});
  D.days.forEach((day, d) => {
    const row = make('tr', { class: state.day && state.day !== day ? 'aside' : null },
      make('th', { scope: 'row' }, make('button', { type: 'button', title: 'show this day below', onclick: () => choose({ day: state.day === day ? '' : day }) }, dayName(day))));
    for (const slot of slots) {
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
    ['s4', `${tidy(4 * u)} or more below`], ['s3', `${tidy(2 * u)}–${tidy(4 * u)}`], ['s2', `${tidy(u)}–${tidy(2 * u)}`], ['s1', `under ${tidy(u)} below`],
    ['o0', `enough, under ${tidy(u)} above`], ['o1', `${tidy(u)}–${tidy(2 * u)} above`], ['o2', `${tidy(2 * u)}–${tidy(4 * u)}`], ['o3', `${tidy(4 * u)} or more`],
  ]);
  drawDetail();
}
function netWords(value) {
  return value < -0.05 ? `${seatsText(-value)} below the interval’s own need` : value < 0.05 ? 'just the interval’s own need' : `${seatsText(value)} above the interval’s own need`;
}
function seatsText(value) {
  const text = tidy(value);
  return text === '1' ? '1 seat' : `${text} seats`;
}

function drawDetail() {
  const host = byId('net-detail');
  const t = Number(state.cell);
  host.hidden = state.cell === '' || !(t >= 0 && t < D.size);
  if (host.hidden) return;
  const from = t * D.step, to = from + D.step;
  const value = netValues()[t];
  const parts = [make('h3', {}, `${spanName(from, to)}${state.queue ? ', ' + state.queue : ''}: ${known(value) ? netWords(value) : 'nothing needed'}`)];
  const people = tidy(D.staff.people[t]);
  parts.push(make('p', {}, `${people} ${people === '1' ? 'person' : 'people'} on duty, worth ${seatsText(D.staff.supply[t])} after unplanned losses and handling speed; all queues need ${seatsText(sumOver(D.need.pooled, t))}, those that the same people serve taken together.`));
  const sets = (setsAt.get(t) || []).filter(([queues]) => !state.queue || queues.includes(queueIndex()));
  for (const [queues, seats] of sets) {
    // with one set its number is the heading's
    const lack = sets.length > 1 ? ` lack ${seatsText(seats)}` : ' lack them';
    parts.push(make('p', {}, queues.length > 1
      ? `${names(queues)} share people and together${lack}.`
      : D.deferred[queues[0]] ? `${names(queues)} (deferred)${lack.replace(' lack', ' lacks')}, other hours of the day counted in${D.staff.couldPeople[queues[0]][t] > 0 ? '; what is done of it between live contacts makes those wait' : ''}.`
        : `${names(queues)}${lack.replace(' lack', ' lacks')}, even with everyone who may serve it.`));
  }
  if (D.staff.postponed[t] > 0.05) parts.push(make('p', {}, `Deferred work for ${seatsText(D.staff.postponed[t])} is done at another hour of the day.`));
  const reasons = D.shorts.filter(([queues, a, b]) => a < to && b > from && (!state.queue || queues.includes(queueIndex())));
  for (const [, a, b, name, amount, why] of reasons) {
    parts.push(make('p', { class: 'why' }, make('strong', {}, `Reported short: ${name}, ${b - a >= 1380 ? dayName(wall(a).day) : spanName(a, b)}, ${amount}${b - a > D.step && b - a < 1380 ? ' on average' : ''}. `), why));
  }
  if (!reasons.length && value < -0.05) parts.push(make('p', { class: 'muted' }, 'Not reported short: no target is missed for want of these seats, as other hours of the day (or week) make up for them.'));
  const rows = D.queues.map((queue, q) => [q, queue]).filter(([q]) => (state.queue ? q === queueIndex() : D.need.agents[q][t] || D.staff.couldPeople[q][t]));
  const sim = D.simulated;
  parts.push(make('div', { class: 'scroll' }, plainTable(
    ['Queue', 'Contacts', 'Handle time', 'Need alone, seats', 'Wait at that', 'Answered in time', 'Abandoned', 'Occupancy', 'People for it', 'Share of the pool’s need', 'Could serve', ...(sim ? ['Simulated wait'] : [])],
    rows.map(([q, queue]) => [queue, tidy(D.need.volume[q][t]), secs(D.need.aht[q][t]), num(D.need.agents[q][t], 1), secs(D.need.wait[q][t]), pct(D.need.level[q][t]), pct(D.need.abandonment[q][t]), pct(D.need.occupancy[q][t], 0), num(D.need.scheduled[q][t], 1), num(D.need.pooled[q][t], 1), tidy(D.staff.couldPeople[q][t]), ...(sim ? [secs(sim.wait[q][t])] : [])]))));
  parts.push(make('p', { class: 'muted' }, 'Need alone: what the queue by itself takes in this interval, as in requirement.csv, and the people to schedule for it. Share of the pool’s need: queues that the same people serve need less together; each has its part, and the grid counts against that.'));
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
    for (const [queues, seats] of setsAt.get(t) || []) lines.push(`${names(queues)}: ${tidy(seats)} below`);
    lines.push(`${tidy(D.staff.people[t])} people on duty`);
    showTip(event.clientX, event.clientY, lines);
  });
  host.addEventListener('mouseleave', hideTip);
  if (state.cell === '') {
    // Open at the worst interval, one with a reported reason if there is any.
    const values = netValues(), explained = (t) => D.shorts.some(([queues, a, b]) => (!state.queue || queues.includes(queueIndex())) && a < (t + 1) * D.step && b > t * D.step);
    const shorts = labels.map((_, t) => t).filter((t) => values[t] < -0.05);
    const pool = shorts.some(explained) ? shorts.filter(explained) : shorts;
    if (pool.length) state.cell = String(pool.reduce((best, t) => (values[t] < values[best] ? t : best)));
  }
}
