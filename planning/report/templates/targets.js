// Promises against the simulation: a board of all days, then every row in detail.
const MEASURES = { mean_wait_s: 'Mean wait', service_level: 'Service level', abandonment: 'Abandonment', fcr: 'Resolved at first contact', occupancy: 'Occupancy', share: 'Done in time' };
const AT_MOST = new Set(['mean_wait_s', 'abandonment', 'occupancy']);
const T = D.targets.map(([queue, scope, start, measure, target, promised, simulated, low, high, probability, p10, p90, met, implied, contacts, within, price]) =>
  ({ queue, scope, start, measure, target, promised, simulated, low, high, probability, p10, p90, met, implied, contacts, within, price }));
const priced = T.some((row) => row.price);
const verdict = (row) => (!known(row.simulated) ? 'na' : row.met ? 'yes' : 'no');
const WORDS = { yes: '✓ met', no: '✕ missed', na: '– not judged' };
function promiseText(row) {
  const within = row.within ? ` in ${secs(row.within)}` : '';
  return `${AT_MOST.has(row.measure) ? 'at most' : 'at least'} ${inUnit(row.measure, row.target)}${within}${row.implied ? ' (implied)' : ''}`;
}
function whenText(row) {
  if (row.scope === 'week') return 'week of ' + dayName(row.start.slice(0, 10));
  return dayName(row.start.slice(0, 10)) + (row.scope === 'interval' ? ' ' + row.start.slice(11, 16) : '');
}

function drawTargets() {
  const rows = T.filter((row) => !state.queue || row.queue === state.queue);
  drawBoard(rows);
  const shown = rows.filter((row) => (!state.unmet || verdict(row) === 'no') && (!state.day || row.scope === 'week' || row.start.slice(0, 10) === state.day));
  drawTable(shown);
}

function drawBoard(rows) {
  const groups = new Map();
  for (const row of rows) {
    const key = [row.queue, row.measure, row.scope, row.target].join('\n');
    groups.set(key, [...(groups.get(key) || []), row]);
  }
  const order = [...groups.values()].filter((group) => !state.unmet || group.some((row) => verdict(row) === 'no'))
    .sort((a, b) => D.queues.indexOf(a[0].queue) - D.queues.indexOf(b[0].queue));
  const host = byId('targets-board');
  if (!order.length) { host.replaceChildren(make('p', {}, rows.length ? 'Every target that could be judged is met.' : 'There are no targets.')); return; }
  const body = make('tbody', {});
  let last = null;
  for (const group of order) {
    const first = group[0];
    const line = make('tr', {}, first.queue === last ? make('td') : make('th', { class: 'q', scope: 'row' }, first.queue),
      make('th', { scope: 'row' }, MEASURES[first.measure] || first.measure, make('small', {}, ' ' + promiseText(first))));
    last = first.queue;
    if (first.scope === 'week') {
      const span = Math.max(1, Math.floor(D.days.length / group.length));
      group.forEach((row, k) => line.append(boardCell([row], k === group.length - 1 ? D.days.length - span * k : span)));
    } else {
      for (const day of D.days) line.append(boardCell(group.filter((row) => row.start.slice(0, 10) === day), 1));
    }
    body.append(line);
  }
  host.replaceChildren(make('table', { class: 'board' },
    make('thead', {}, make('tr', {}, make('th', { scope: 'col' }, 'Queue'), make('th', { scope: 'col' }, 'Measure'), ...D.days.map((day) => make('th', { scope: 'col' }, dayName(day, true))))), body));
}

function boardCell(rows, span) {
  if (!rows.length) return make('td', { class: 'hit-na', colspan: span }, '');
  const missed = rows.filter((row) => verdict(row) === 'no'), judged = rows.filter((row) => verdict(row) !== 'na');
  if (rows.length > 1) {
    const text = judged.length ? `${missed.length ? '✕' : '✓'} ${judged.length - missed.length} of ${judged.length}` : DASH;
    return make('td', { class: missed.length ? 'no' : null, colspan: span }, make('span', { class: judged.length ? (missed.length ? 'hit-no' : 'hit-yes') : 'hit-na' }, text), make('small', {}, ' met'));
  }
  const row = rows[0], result = verdict(row);
  const title = `${row.queue}, ${MEASURES[row.measure]}, ${whenText(row)}: ${WORDS[result].slice(2)}`;
  return make('td', { class: result === 'no' ? 'no' : null, colspan: span, title },
    make('span', { class: 'hit-' + result }, result === 'na' ? DASH : `${WORDS[result][0]} ${against(row.measure, row.simulated, row.target)}`, make('span', { class: 'sr' }, ' ' + WORDS[result].slice(2))));
}

function priceOfMiss(row) {
  return verdict(row) === 'no' && row.price ? row.contacts * Math.abs(row.simulated - row.target) / row.target * row.price : null;
}

function drawTable(rows) {
  // One table a queue, made when it is opened.
  const host = byId('targets-table');
  if (!rows.length) { host.replaceChildren(make('p', {}, 'No rows for this choice.')); return; }
  const opened = new Set([...host.querySelectorAll('details[open]')].map((node) => node.dataset.queue));
  const queues = D.queues.filter((queue) => rows.some((row) => row.queue === queue));
  host.replaceChildren(...queues.map((queue) => {
    const mine = rows.filter((row) => row.queue === queue);
    const missed = mine.filter((row) => verdict(row) === 'no').length;
    const more = make('details', { class: 'queue-rows printed', 'data-queue': queue },
      make('summary', {}, queue + ' ', make('small', {}, `${num(mine.length)} ${mine.length === 1 ? 'row' : 'rows'}, `),
        make('small', { class: missed ? 'hit-no' : 'hit-yes' }, missed ? `${num(missed)} missed` : 'none missed')));
    more.fill = () => { if (more.children.length === 1) more.append(make('div', { class: 'scroll' }, rowsTable(mine))); };
    more.addEventListener('toggle', () => { if (more.open) more.fill(); });
    if (opened.has(queue) || state.queue) { more.fill(); more.open = true; }
    return more;
  }));
}

function rowsTable(rows) {
  const range = (row, low, high) => (known(low) && known(high) ? between(row.measure, low, high) : '');
  const body = make('tbody', {}, ...rows.map((row) => make('tr', {},
    make('th', { scope: 'row' }, whenText(row)), make('td', {}, MEASURES[row.measure] || row.measure),
    make('td', { class: 'n' }, promiseText(row)), make('td', { class: 'n' }, inUnit(row.measure, row.promised)), make('td', { class: 'n' }, against(row.measure, row.simulated, row.target), range(row, row.low, row.high) ? make('small', {}, range(row, row.low, row.high)) : null),
    make('td', { class: 'n' }, pct(row.probability, 0)), make('td', { class: 'n' }, range(row, row.p10, row.p90) || inUnit(row.measure, row.p10)), make('td', { class: 'n' }, num(row.contacts)),
    ...(priced ? [make('td', { class: 'n' }, known(priceOfMiss(row)) ? num(priceOfMiss(row)) : '')] : []),
    make('td', { class: 'w' }, make('span', { class: 'hit-' + verdict(row) }, WORDS[verdict(row)])))));
  const heads = [['When'], ['Measure'], ['Target', 'n'], ['By the formulas', 'n'], ['Simulated, 95 % interval', 'n'], ['Probability met', 'n'], ['A day may bring', 'n'], ['Contacts', 'n'], ...(priced ? [[`Price of the miss, ${D.currency}`, 'n']] : []), ['Result']];
  return make('table', { class: 'plain' }, make('thead', {}, make('tr', {}, ...heads.map(([text, kind]) => make('th', { scope: 'col', class: kind }, text)))), body);
}
