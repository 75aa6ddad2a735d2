// The page's data, what is chosen, and the few ways to make elements and words.
window.addEventListener('error', (event) => { document.documentElement.dataset.error = event.message; });
const D = JSON.parse(document.getElementById('plan-data').textContent);
const DASH = '–';
const DAY_NAMES = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const byId = (id) => document.getElementById(id);

// --- what is chosen; the address holds it, so that a view can be sent and reopened
const state = { queue: '', day: '', sort: 'start', find: '', unmet: '', off: '', cell: '', at: '' };

function readAddress() {
  const hash = location.hash.slice(1);
  if (!hash.includes('=')) return;
  const given = new URLSearchParams(hash);
  for (const key of Object.keys(state)) state[key] = given.get(key) || (key === 'sort' ? 'start' : '');
  if (!D.queues.includes(state.queue)) state.queue = '';
  if (!D.days.includes(state.day)) state.day = '';
}

function writeAddress() {
  const kept = new URLSearchParams();
  for (const [key, value] of Object.entries(state)) {
    if (value && key !== 'at' && !(key === 'sort' && value === 'start')) kept.set(key, value);
  }
  const text = kept.toString();
  try { history.replaceState(null, '', text ? '#' + text : location.pathname + location.search); } catch (error) { /* a frame may forbid it */ }
}

function choose(change) {
  Object.assign(state, change);
  writeAddress();
  draw(Object.keys(change));
}

// --- elements
function make(tag, attributes, ...children) {
  return fill(document.createElement(tag), attributes, children);
}
function svg(tag, attributes, ...children) {
  return fill(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children);
}
function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else if (name === 'style') Object.assign(node.style, value);
    else node.setAttribute(name, value === true ? '' : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

// --- numbers and times
const known = (value) => value !== null && value !== undefined;
function num(value, digits = 0) {
  if (!known(value)) return DASH;
  const text = Math.abs(value).toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return (value < 0 && /[1-9]/.test(text) ? '−' : '') + text;
}
const tidy = (value) => num(value, known(value) && Math.abs(value) < 100 && Math.abs(value - Math.round(value)) > 0.04 ? 1 : 0);
const pct = (value, digits = 1) => (known(value) ? num(100 * value, digits) + ' %' : DASH);
function secs(value) {
  if (!known(value)) return DASH;
  if (value < 120) return num(value, value < 10 ? 1 : 0) + ' s';
  return value < 7200 ? num(value / 60, 1) + ' min' : num(value / 3600, 1) + ' h';
}
const inUnit = (measure, value) => (measure === 'mean_wait_s' ? secs(value) : pct(value));
function against(measure, value, target) {
  // One more digit where a missed value would read like its target.
  const text = inUnit(measure, value);
  if (value === target || text !== inUnit(measure, target)) return text;
  return measure === 'mean_wait_s' ? num(value, 1) + ' s' : pct(value, 2);
}

function between(measure, low, high) {
  // More digits where the two ends would read alike; nothing where they still do.
  for (const more of [0, 1, 2]) {
    const ends = [low, high].map((value) => (measure === 'mean_wait_s' ? (more ? num(value, more) + ' s' : secs(value)) : pct(value, 1 + more)));
    if (ends[0] !== ends[1]) return ends.join(' – ');
  }
  return '';
}

function wall(minute) {
  // Minutes of the grid to the centre's clock.
  const [utc, ...changes] = D.offsets;
  let offset = changes[0][1];
  for (const [from, ahead] of changes) if (from <= minute) offset = ahead;
  const moment = new Date((utc + minute + offset) * 60000);
  const pad = (value) => String(value).padStart(2, '0');
  return {
    day: moment.toISOString().slice(0, 10),
    minute: moment.getUTCHours() * 60 + moment.getUTCMinutes(),
    clock: pad(moment.getUTCHours()) + ':' + pad(moment.getUTCMinutes()),
  };
}
function dayName(iso, short) {
  const moment = new Date(iso + 'T00:00:00Z');
  const head = DAY_NAMES[moment.getUTCDay()] + ' ' + moment.getUTCDate();
  return short ? head : head + ' ' + MONTHS[moment.getUTCMonth()];
}
function spanName(from, to) {
  const a = wall(from), b = wall(to);
  const end = b.clock === '00:00' && b.day !== a.day ? '24:00' : b.clock;
  return dayName(a.day) + ' ' + a.clock + '–' + end;
}
const labels = Array.from({ length: D.size }, (_, t) => wall(t * D.step));
const dayOf = labels.map((label) => D.days.indexOf(label.day));

function chosenDays() {
  return state.day ? [D.days.indexOf(state.day)] : D.days.map((_, d) => d);
}
function chosenSpan() {
  // First and last-plus-one interval of what is shown.
  if (!state.day) return [0, D.size];
  // A day is shown from its first to its last hour with a queue open or somebody on duty.
  const d = D.days.indexOf(state.day);
  const day = [dayOf.indexOf(d), dayOf.lastIndexOf(d) + 1];
  const used = (t) => D.staff.people[t] > 0 || D.open.some((row) => row[t] === '1') || D.need.agents.some((row) => row[t] > 0);
  let [first, end] = day;
  while (first < end && !used(first)) first++;
  while (end > first && !used(end - 1)) end--;
  return first < end ? [first, end] : day;
}
const queueIndex = () => D.queues.indexOf(state.queue);
const sumOver = (rows, t) => rows.reduce((sum, row) => sum + (row[t] || 0), 0);
const isOpen = (t) => (state.queue ? D.open[queueIndex()][t] === '1' : D.open.some((row) => row[t] === '1'));
const names = (indices) => {
  // More than four queues are counted, not listed.
  const extra = indices.length > 4 ? indices.length - 3 : 0;
  const list = indices.slice(0, extra ? 3 : 4).map((q) => D.queues[q]);
  if (extra) list.push(`${extra} more`);
  return list.length > 1 ? list.slice(0, -1).join(', ') + ' and ' + list[list.length - 1] : list[0] || '';
};

// --- one tip for everything that is pointed at
const tip = byId('tip');
function showTip(x, y, lines) {
  tip.replaceChildren(make('b', {}, lines[0]), ...lines.slice(1).map((line) => '\n' + line));
  tip.hidden = false;
  const box = tip.getBoundingClientRect();
  tip.style.left = Math.max(6, Math.min(x + 14, innerWidth - box.width - 8)) + 'px';
  tip.style.top = (y + 18 + box.height > innerHeight ? Math.max(4, y - box.height - 12) : y + 18) + 'px';
}
function hideTip() { tip.hidden = true; }

function legend(host, entries) {
  host.replaceChildren(...entries.map(([kind, text]) => make('span', {}, make('i', { class: kind, 'aria-hidden': 'true' }), text)));
}
function plainTable(head, rows) {
  const cell = (value, k, tag) => make(tag, { class: k ? 'n' : null, scope: tag === 'th' ? (k ? 'col' : 'row') : null }, value);
  return make('table', { class: 'plain' },
    make('thead', {}, make('tr', {}, ...head.map((value, k) => make('th', { scope: 'col', class: k ? 'n' : null }, value)))),
    make('tbody', {}, ...rows.map((row) => make('tr', {}, ...row.map((value, k) => cell(value, k, k ? 'td' : 'th'))))));
}
