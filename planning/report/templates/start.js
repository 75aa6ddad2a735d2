// Wiring: what is chosen reaches the charts that depend on it.
const CHARTS = [
  [drawNet, ['queue', 'day', 'cell']], [drawSeats, ['queue', 'day']], [drawDemand, ['queue', 'day']],
  [drawRoster, ['queue', 'day', 'sort', 'find', 'off']], [drawTargets, ['queue', 'day', 'unmet']],
];
function draw(changed) {
  hideTip();
  for (const [chart, needs] of CHARTS) if (!changed || needs.some((key) => changed.includes(key))) chart();
  byId('pick-queue').value = state.queue;
  byId('pick-day').value = state.day;
  byId('pick-sort').value = state.sort;
  byId('pick-unmet').checked = Boolean(state.unmet);
  byId('pick-off').checked = Boolean(state.off);
  if (byId('pick-find').value !== state.find) byId('pick-find').value = state.find;
  document.documentElement.dataset.drawn = 'yes';
}

function sortable(table) {
  const plain = (cell) => { const text = cell.textContent.trim(); const value = parseFloat(text.replace(/,/g, '').replace('−', '-')); return Number.isNaN(value) || cell.tagName === 'TH' ? text.toLowerCase() : value; };
  [...table.tHead.rows[0].cells].forEach((head, column) => {
    const button = make('button', { type: 'button' }, ...head.childNodes);
    head.replaceChildren(button);
    button.addEventListener('click', () => {
      const down = head.getAttribute('aria-sort') === 'descending' || (head.getAttribute('aria-sort') === null && !head.classList.contains('n'));
      for (const other of table.tHead.rows[0].cells) other.removeAttribute('aria-sort');
      head.setAttribute('aria-sort', down ? 'ascending' : 'descending');
      const rows = [...table.tBodies[0].rows].map((row) => [plain(row.cells[column]), row]);
      rows.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0) * (down ? 1 : -1));
      table.tBodies[0].append(...rows.map(([, row]) => row));
    });
  });
}

readAddress();
startNet();
startRoster();
draw();
sortable(byId('people-table'));
byId('pick-queue').addEventListener('change', (event) => choose({ queue: event.target.value }));
byId('pick-day').addEventListener('change', (event) => choose({ day: event.target.value }));
byId('pick-sort').addEventListener('change', (event) => choose({ sort: event.target.value }));
byId('pick-find').addEventListener('input', (event) => choose({ find: event.target.value }));
byId('pick-off').addEventListener('change', (event) => choose({ off: event.target.checked ? '1' : '' }));
byId('pick-unmet').addEventListener('change', (event) => choose({ unmet: event.target.checked ? '1' : '' }));
window.addEventListener('hashchange', () => { if (location.hash.includes('=')) { readAddress(); draw(); go(); } });
let width = innerWidth, waiting = 0;
window.addEventListener('resize', () => {
  if (innerWidth === width) return;
  width = innerWidth;
  cancelAnimationFrame(waiting);
  waiting = requestAnimationFrame(() => { drawSeats(); drawDemand(); });
});
function go() { if (state.at && byId(state.at)) byId(state.at).scrollIntoView(); }
go();
