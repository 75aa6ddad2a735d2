// Two charts over time: demand with its bands, and seats needed against people on duty.
function niceStep(top) {
  const raw = top / 5, power = 10 ** Math.floor(Math.log10(raw));
  return [1, 2, 2.5, 5, 10].map((k) => k * power).find((step) => step >= raw);
}

function frame(host, top, { height = 280 } = {}) {
  // An empty chart of the chosen span: scales, grid, axis labels.
  const width = Math.max(Math.min(host.clientWidth || 1180, 1600), 320);
  const box = { left: 46, right: 8, top: 14, bottom: 30 };
  const [t0, t1] = chosenSpan();
  const x = (minute) => box.left + (minute - t0 * D.step) / ((t1 - t0) * D.step) * (width - box.left - box.right);
  const step = niceStep(Math.max(top, 0.5));
  const peak = Math.max(Math.ceil(top / step) * step, step);
  const y = (value) => height - box.bottom - value / peak * (height - box.top - box.bottom);
  const root = svg('svg', { viewBox: `0 0 ${width} ${height}`, role: 'img', tabindex: '0' });
  for (let value = 0; value <= peak + step / 2; value += step) {
    root.append(svg('line', { class: 'grid', x1: box.left, x2: width - box.right, y1: y(value), y2: y(value) }),
      svg('text', { x: box.left - 8, y: y(value) + 4, 'text-anchor': 'end' }, tidy(value)));
  }
  const shownDays = chosenDays();
  if (shownDays.length === 1) {
    const every = width < 620 ? 180 : 120;
    for (let t = t0; t < t1; t++) {
      if (labels[t].minute % every === 0) root.append(svg('text', { x: x(t * D.step), y: height - 10, 'text-anchor': t === t0 ? 'start' : 'middle' }, labels[t].clock));
    }
  } else {
    const every = Math.ceil(shownDays.length * 46 / (width - 60));
    shownDays.forEach((d, k) => {
      const at = x(dayOf.indexOf(d) * D.step);
      root.append(svg('line', { class: 'midnight', x1: at, x2: at, y1: box.top, y2: height - box.bottom + 6 }));
      if (k % every === 0) root.append(svg('text', { x: at + 5, y: height - 10 }, dayName(D.days[d], true)));
    });
  }
  return { root, x, y, t0, t1, width, height, box };
}

function line(f, values, step) {
  // A path through the values, broken where nothing is known; stepped or from middle to middle.
  let path = '', pen = false;
  for (let t = f.t0; t < f.t1; t++) {
    if (!known(values(t))) { pen = false; continue; }
    const y = f.y(values(t)).toFixed(1);
    if (step) path += `${pen ? 'L' : 'M'}${f.x(t * D.step).toFixed(1)} ${y}H${f.x((t + 1) * D.step).toFixed(1)}`;
    else path += `${pen ? 'L' : 'M'}${f.x((t + 0.5) * D.step).toFixed(1)} ${y}`;
    pen = true;
  }
  return path;
}
function area(f, low, high) {
  let path = '', up = [], down = [];
  const close = () => { if (up.length) path += 'M' + [...up, ...down.reverse()].join('L') + 'Z'; up = []; down = []; };
  for (let t = f.t0; t < f.t1; t++) {
    if (!known(low(t)) || !known(high(t))) { close(); continue; }
    const x = f.x((t + 0.5) * D.step).toFixed(1);
    up.push(x + ' ' + f.y(high(t)).toFixed(1));
    down.push(x + ' ' + f.y(low(t)).toFixed(1));
  }
  close();
  return path;
}
function boxes(f, low, high, when) {
  let path = '';
  for (let t = f.t0; t < f.t1; t++) {
    if (!when(t)) continue;
    path += `M${f.x(t * D.step).toFixed(1)} ${f.y(low(t)).toFixed(1)}H${f.x((t + 1) * D.step).toFixed(1)}V${f.y(high(t)).toFixed(1)}H${f.x(t * D.step).toFixed(1)}Z`;
  }
  return path;
}

function follow(f, host, lines) {
  // A cursor that a pointer or the arrow keys move.
  const mark = svg('line', { class: 'cursor', y1: f.box.top, y2: f.height - f.box.bottom, visibility: 'hidden' });
  f.root.append(mark);
  let at = f.t0;
  const show = (t, x, y) => {
    at = Math.max(f.t0, Math.min(f.t1 - 1, t));
    const middle = f.x((at + 0.5) * D.step);
    mark.setAttribute('x1', middle); mark.setAttribute('x2', middle); mark.setAttribute('visibility', 'visible');
    const bounds = f.root.getBoundingClientRect();
    const text = [spanName(at * D.step, (at + 1) * D.step), ...lines(at)];
    f.root.setAttribute('aria-label', text.join(', '));
    showTip(x ?? bounds.left + middle * bounds.width / f.width, y ?? bounds.top + 20, text);
  };
  const hide = () => { mark.setAttribute('visibility', 'hidden'); hideTip(); };
  f.root.addEventListener('pointermove', (event) => {
    const bounds = f.root.getBoundingClientRect();
    const share = ((event.clientX - bounds.left) / bounds.width * f.width - f.box.left) / (f.width - f.box.left - f.box.right);
    show(f.t0 + Math.floor(share * (f.t1 - f.t0)), event.clientX, event.clientY);
  });
  f.root.addEventListener('pointerleave', hide);
  f.root.addEventListener('blur', hide);
  f.root.addEventListener('keydown', (event) => {
    const move = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (event.key === 'Escape') hide();
    if (move) { event.preventDefault(); show(at + move); }
  });
}

function place(host, f, label, entries, head, row) {
  // Chart, legend, and the same figures as a table, made when it is opened.
  f.root.setAttribute('aria-label', label);
  const keys = make('div', { class: 'legend' });
  legend(keys, entries);
  const opened = host.querySelector('details')?.open;
  const more = make('details', {}, make('summary', {}, 'These figures as a table'));
  const fillTable = () => {
    if (!more.open || more.children.length > 1) return;
    const rows = [];
    for (let t = f.t0; t < f.t1; t++) if (isOpen(t) || D.staff.people[t]) rows.push([dayName(labels[t].day, true) + ' ' + labels[t].clock, ...row(t)]);
    more.append(make('div', { class: 'scroll' }, plainTable(['Interval', ...head], rows)));
  };
  more.addEventListener('toggle', fillTable);
  host.replaceChildren(f.root, make('figcaption', {}, keys), more);
  if (opened) more.open = true;
}

function drawSeats() {
  const host = byId('seats-chart'), q = queueIndex(), all = !state.queue;
  const need = (t) => (all ? sumOver(D.need.pooled, t) : D.need.pooled[q][t] || 0);
  const have = (t) => (all ? D.staff.supply[t] : D.staff.could[q][t]);
  const people = (t) => (all ? D.staff.people[t] : D.staff.couldPeople[q][t]);
  const net = netValues();
  const sim = !all && D.simulated ? (t) => D.simulated.seats[q][t] : null;
  const used = (t) => need(t) > 0 || have(t) > 0;
  byId('seats-about').textContent = all
    ? 'Everyone on contact duty counted once, as average agents after unplanned losses, against what the queues need, those that the same people serve taken together. Red marks below the axis: some queue lies below its need although the total may do.'
    : 'Everyone who could serve this queue, as average agents after unplanned losses (who serves several counts in each), against its share of its pool’s need. The dashed line is the part of their time that went to it in the simulation.';
  let top = 0;
  const [t0, t1] = chosenSpan();
  for (let t = t0; t < t1; t++) top = Math.max(top, need(t), have(t), sim && known(sim(t)) ? sim(t) : 0);
  const f = frame(host, top);
  f.root.prepend(svg('defs', {}, svg('pattern', { id: 'hatch', width: 6, height: 6, patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(45)' },
    svg('rect', { class: 'hatch-bg', width: 6, height: 6 }), svg('line', { class: 'hatch-line', x1: 0, y1: 0, x2: 0, y2: 6 }))));
  f.root.append(
    svg('path', { class: 'over', d: boxes(f, need, have, (t) => have(t) > need(t)) }),
    svg('path', { class: 'under', d: boxes(f, have, need, (t) => need(t) > have(t) + 0.05) }),
    svg('path', { class: 'supply', d: line(f, (t) => (used(t) ? have(t) : null), true) }),
    svg('path', { class: 'need', d: line(f, (t) => (used(t) ? need(t) : null), true) }));
  if (sim) f.root.append(svg('path', { class: 'sim', d: line(f, sim, true) }));
  let marks = '';
  for (let t = f.t0; t < f.t1; t++) if (net[t] < -0.05) marks += `M${f.x(t * D.step).toFixed(1)} ${f.height - f.box.bottom + 1}H${f.x((t + 1) * D.step).toFixed(1)}V${f.height - f.box.bottom + 6}H${f.x(t * D.step).toFixed(1)}Z`;
  f.root.append(svg('path', { class: 'alarm', d: marks }));
  follow(f, host, (t) => [`${seatsText(need(t))} needed`, `${tidy(have(t))} seats from ${tidy(people(t))} people`, ...(known(net[t]) ? [netWords(net[t])] : []), ...(sim ? [`${tidy(sim(t))} at work on it in the simulation`] : [])]);
  place(host, f, `Seats needed and people on duty, ${state.queue || 'all queues'}, ${state.day ? dayName(state.day) : 'all days'}`,
    [['line', all ? 'seats needed' : 'share of the pool’s need'], ['over', all ? 'people on duty, as seats' : 'people who could serve it, as seats'], ['under', 'below need'], ...(sim ? [['dash', 'at work on it in the simulation']] : [])],
    [all ? 'Needed' : 'Share of the pool’s need', all ? 'On duty, seats' : 'Could serve, seats', 'People', 'Above or below need', ...(sim ? ['Simulated'] : [])],
    (t) => [num(need(t), 1), num(have(t), 1), tidy(people(t)), num(net[t], 1), ...(sim ? [num(sim(t), 1)] : [])]);
}

function drawDemand() {
  const host = byId('demand-chart'), q = queueIndex(), all = !state.queue;
  // deferred work comes in at all hours
  const comes = (t) => (all ? D.takes.some((row) => row[t] === '1') : D.takes[q][t] === '1');
  const pick = (rows) => (t) => (!comes(t) ? null : all ? sumOver(rows, t) : rows[q][t]);
  const mean = pick(D.demand.mean);
  const bands = Object.entries(D.demand.bands).sort(([a], [b]) => b - a).map(([name, [low, high]]) => [name, pick(low), pick(high)]);
  const [t0, t1] = chosenSpan();
  let top = 0, total = 0;
  for (let t = t0; t < t1; t++) {
    total += mean(t) || 0;
    top = Math.max(top, mean(t) || 0, ...bands.map(([, , high]) => high(t) || 0));
  }
  const step = D.step === 60 ? 'hour' : `${D.step} minutes`;
  let about = `Expected contacts each ${step}: ${num(total)} ${state.day ? 'on ' + dayName(state.day) : 'in all'}. `;
  if (!bands.length) about += 'The volume is taken as known, so there are no bands.';
  else about += all ? 'The bands of all queues are added as if they rose and fell together, which is on the wide side.' : 'An interval falls inside a band with the stated probability.';
  byId('demand-about').textContent = about;
  const f = frame(host, top);
  for (const [name, low, high] of bands) f.root.append(svg('path', { class: 'band' + name, d: area(f, low, high) }));
  f.root.append(svg('path', { class: 'mean', d: line(f, mean, false) }));
  follow(f, host, (t) => [`${tidy(mean(t))} contacts expected`, ...bands.map(([name, low, high]) => `${name} %: ${tidy(low(t))}–${tidy(high(t))}`)]);
  place(host, f, `Expected contacts, ${state.queue || 'all queues'}, ${state.day ? dayName(state.day) : 'all days'}`,
    [['mean', 'mean'], ...bands.slice().reverse().map(([name]) => ['band' + name, name + ' % band'])],
    ['Mean', ...bands.flatMap(([name]) => [name + ' % low', name + ' % high'])],
    (t) => [num(mean(t), 1), ...bands.flatMap(([, low, high]) => [num(low(t), 1), num(high(t), 1)])]);
}
