// The roster as a chart: a person a row, time to the right; what a bar is can be read without its colour.
const R = D.roster;
const WORK = R.activities.indexOf('work');
const busySets = R.sets.map((queues, k) => k).filter((k) => R.sets[k].length);
const tinted = busySets.length <= 6;
const PAUSES = new Set(['meal', 'break', 'lunch', 'rest']);
const barsOf = R.people.map(() => []);
R.bars.forEach((bar, k) => { bar.push(k); barsOf[bar[0]].push(bar); });
const leaveOf = R.people.map(() => []);
for (const off of R.leave) leaveOf[off[0]].push(off);

const brief = (queues) => (queues.length > 3 ? `${queues.slice(0, 2).join(', ')} +${queues.length - 2}` : queues.join(', '));

function rosterRows() {
  const d = D.days.indexOf(state.day);
  let from = (state.day ? dayOf.indexOf(d) : 0) * D.step, to = (state.day ? dayOf.lastIndexOf(d) + 1 : D.size) * D.step;
  const rows = R.people.map((person, p) => {
    const bars = barsOf[p].filter(([, a, b]) => a < to && b > from);
    const leave = leaveOf[p].filter(([, a, b]) => a < to && b > from);
    const hours = bars.reduce((sum, [, a, b, , , paid]) => sum + (paid ? Math.min(b, to) - Math.max(a, from) : 0), 0) / 60;
    return { p, person, bars, leave, hours, start: bars.length ? bars[0][1] : Infinity };
  });
  if (state.day) {
    const edges = rows.flatMap((row) => row.bars.flatMap(([, a, b]) => [Math.max(a, from), Math.min(b, to)]));
    if (edges.length) {
      const low = Math.min(...edges), high = Math.max(...edges);
      const hour = (minute, round) => from + round((minute - from) / 60) * 60;
      [from, to] = [hour(low, Math.floor), Math.min(hour(high, Math.ceil), to)];
    }
  }
  const text = state.find.trim().toLowerCase();
  const on = rows.filter((row) => (row.bars.length || row.leave.length || state.off)
    && (!text || row.person.slice(0, 3).some((word) => word.toLowerCase().includes(text))));
  const order = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
  const pool = (row) => ['core', 'expert', 'elastic'].indexOf(row.person[4]);
  const by = {
    start: (a, b) => order(a.start, b.start) || order(a.p, b.p),
    team: (a, b) => order(pool(a), pool(b)) || order(a.person[2], b.person[2]) || order(a.start, b.start) || order(a.p, b.p),
    name: (a, b) => a.person[1].localeCompare(b.person[1], 'en') || order(a.p, b.p),
    hours: (a, b) => order(b.hours, a.hours) || order(a.p, b.p),
  }[state.sort] || ((a, b) => order(a.start, b.start));
  return { rows: on.sort(by), from, to, hidden: rows.length - on.length };
}

function barOf(bar, from, to, week) {
  const [p, a, b, activity, set, , k] = bar;
  const pool = R.people[p][4], name = R.activities[activity], queues = R.sets[set];
  const place = { left: (Math.max(a, from) - from) / (to - from) * 100 + '%', width: (Math.min(b, to) - Math.max(a, from)) / (to - from) * 100 + '%' };
  let kind, text = '';
  if (activity === WORK) {
    kind = 'work ' + (pool === 'elastic' || pool === 'expert' ? pool : 'w' + (tinted ? busySets.indexOf(set) : 0));
    text = (pool === 'elastic' ? 'E · ' : pool === 'expert' ? 'X · ' : '') + brief(queues);
    if (state.queue && !queues.includes(state.queue)) kind += ' faded';
  } else if (PAUSES.has(name)) { kind = 'pause'; text = name[0].toUpperCase(); }
  else { kind = 'other'; text = name; }
  const short = (b - a) / (to - from) < (week ? 1 : 0.012);
  const inner = short ? null : kind.startsWith('work w') || kind === 'pause' ? text : make('b', {}, text);
  return make('div', { class: 'bar ' + kind, style: place, 'data-bar': k }, inner);
}

function drawRoster() {
  const host = byId('roster-chart');
  const { rows, from, to, hidden } = rosterRows();
  const week = !state.day;
  const hours = (to - from) / 60;
  const scale = make('th', { class: 'scale', scope: 'col' });
  if (week) {
    D.days.forEach((day, d) => scale.append(make('span', { class: 'day', style: { left: (dayOf.indexOf(d) * D.step - from) / (to - from) * 100 + '%' } }, dayName(day, true))));
  } else {
    const every = hours > 16 ? 120 : 60;
    for (let minute = from + 60; minute < to; minute += 60) {
      const label = wall(minute);
      if (label.minute % every === 0) scale.append(make('span', { style: { left: (minute - from) / (to - from) * 100 + '%' } }, label.clock));
    }
  }
  const body = make('tbody', {});
  let team = null;
  for (const row of rows) {
    if (state.sort === 'team') {
      const name = row.person[4] === 'core' ? row.person[2] || 'no team' : row.person[4] === 'elastic' ? 'elastic seats' : 'experts';
      if (name !== team) { team = name; body.append(make('tr', { class: 'group' }, make('th', { colspan: '2', scope: 'rowgroup' }, name))); }
    }
    const track = make('td', { 'aria-label': rowWords(row) });
    for (const [, a, b, kind] of row.leave) {
      track.append(make('div', { class: 'bar leave', style: { left: (Math.max(a, from) - from) / (to - from) * 100 + '%', width: Math.max(0, Math.min(b, to) - Math.max(a, from)) / (to - from) * 100 + '%' }, 'data-leave': kind, 'data-span': spanName(a, b) }, make('b', {}, kind === 'paid' ? 'paid leave' : 'not available')));
    }
    for (const bar of row.bars) track.append(barOf(bar, from, to, week));
    body.append(make('tr', {}, make('th', { class: 'who', scope: 'row', title: row.person[0] }, row.person[1], make('small', {}, num(row.hours, row.hours % 1 ? 1 : 0) + ' h')), track));
  }
  const table = make('table', { class: week ? 'gantt week' : 'gantt' },
    make('thead', {}, make('tr', {}, make('th', { class: 'who', scope: 'col' }, `${rows.length} shown`), scale)), body);
  table.style.setProperty('--cuts', week ? String(D.days.length) : String(hours));
  host.replaceChildren(table);
  byId('roster-about').textContent = (week ? 'All days at once; choose a day above to read breaks and queues.' : `${dayName(state.day)}, from the first start to the last end.`)
    + (hidden && !state.find ? ` ${hidden} without a shift or leave are not shown.` : '')
    + (state.queue ? ` Work on other queues than ${state.queue} is faded.` : '');
}
function rowWords(row) {
  const parts = row.bars.map(([, a, b, activity, set]) => `${spanName(a, b)} ${R.activities[activity]} ${R.sets[set].join(', ')}`);
  return parts.concat(row.leave.map(([, a, b, kind]) => `${spanName(a, b)} ${kind === 'paid' ? 'paid leave' : 'not available'}`)).join('; ') || 'off';
}

function startRoster() {
  const host = byId('roster-chart');
  host.addEventListener('mousemove', (event) => {
    const bar = event.target.closest('.bar');
    if (!bar) { hideTip(); return; }
    const row = bar.closest('tr').querySelector('th').title;
    if (bar.dataset.leave) { showTip(event.clientX, event.clientY, [row, bar.dataset.leave === 'paid' ? 'paid leave' : 'not available', bar.dataset.span]); return; }
    const [p, a, b, activity, set, paid] = R.bars[Number(bar.dataset.bar)];
    const [id, name, team, contract, pool] = R.people[p];
    const lines = [name === id ? name : `${name} (${id})`, `${R.activities[activity]}, ${spanName(a, b)}${paid ? '' : ', unpaid'}`];
    if (R.sets[set].length) lines.push('queues: ' + R.sets[set].join(', '));
    lines.push([team, contract, pool].filter(Boolean).join(' · '));
    showTip(event.clientX, event.clientY, lines);
  });
  host.addEventListener('mouseleave', hideTip);
  const used = new Set(R.people.filter((_, p) => barsOf[p].length).map((person) => person[4]));
  const sets = tinted ? busySets.filter((k) => R.bars.some((bar) => bar[4] === k && R.people[bar[0]][4] === 'core')) : [];
  legend(byId('roster-legend'), [
    ...(sets.length ? sets.map((k) => ['w' + busySets.indexOf(k), brief(R.sets[k])]) : [['w0', 'work']]),
    ...(used.has('elastic') ? [['elastic', 'E: elastic seat']] : []), ...(used.has('expert') ? [['expert', 'X: expert']] : []),
    ['pause', 'M: meal, B: break'], ...(R.activities.some((name) => name !== 'work' && !PAUSES.has(name)) ? [['other', 'training, meeting']] : []),
    ...(R.leave.length ? [['leave', 'leave']] : []),
  ]);
}
