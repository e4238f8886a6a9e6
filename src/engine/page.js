// SPDX-License-Identifier: Apache-2.0
// Sharpens the status page, which reads without it: filters and sorts the
// rows that are there, tells times as here, copies suggested rules.
'use strict';

(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  // -- times: "3 minutes ago" stays true, dates are local ------------------

  const units = [['year', 31536000], ['month', 2592000], ['day', 86400],
    ['hour', 3600], ['minute', 60], ['second', 1]];
  const relative = new Intl.RelativeTimeFormat('en', { numeric: 'always' });
  const local = new Intl.DateTimeFormat('en-GB', { day: 'numeric',
    month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit',
    timeZoneName: 'short' });
  // The server's clock counts: its page says when it was made.
  const made = document.querySelector('footer time');
  const ahead = made ? Date.parse(made.dateTime) - Date.now() : 0;

  function ago(seconds) {
    const [unit, size] = units.find(([, least]) => seconds >= least)
      || units[units.length - 1];
    return relative.format(-Math.floor(seconds / size), unit);
  }

  function tellTimes() {
    const now = Date.now() + ahead;
    for (const time of all('time.ago')) {
      const seconds = (now - Date.parse(time.dateTime)) / 1000;
      if (seconds >= 1) time.textContent = ago(seconds);
    }
  }

  for (const time of all('time')) {
    const here = local.format(new Date(time.dateTime));
    if (time.className === 'ago') time.title = here;
    else {
      time.title = time.textContent;
      time.textContent = here;
    }
  }
  setInterval(tellTimes, 30000);

  // -- filter: as one types, before the server is asked --------------------

  const table = document.querySelector('table.rules');
  const field = document.querySelector('.search [name=q]');

  function filter(says) {
    // What the server has found stays, by whatever it found it.
    const wanted = field.value === field.defaultValue
      ? '' : field.value.trim().toLowerCase();
    const rows = all('tbody tr:not(.place)', table);
    let shown = 0;
    for (const row of rows) {
      const text = all('.from > *, .to > code', row)
        .map((part) => part.textContent).join('\n').toLowerCase();
      row.hidden = !text.includes(wanted);
      shown += !row.hidden;
    }
    for (const place of all('.place', table)) {
      place.hidden = ![...place.parentNode.rows].some(
        (row) => row !== place && !row.hidden);
    }
    says.textContent = wanted
      ? `${shown} of the ${rows.length} rules shown here. `
        + 'Enter searches all of them.' : '';
  }

  if (table && field) {
    const says = document.createElement('p');
    says.className = 'found';
    says.setAttribute('role', 'status');
    table.before(says);
    field.addEventListener('input', () => filter(says));
  }

  // -- sort: the rows of this page, within their place ---------------------

  const number = (text) => Number(text.replace(/[^\d]/g, ''));

  // "about 5 minutes"; what is not kept comes first.
  function lasting(text) {
    const [, count, name] = text.match(/(\d+) ([a-z]+?)s?$/) || [];
    const unit = units.find(([known]) => known === name);
    return unit ? count * unit[1] : text === 'no-store' ? 0 : -1;
  }

  function key(row, column) {
    const cell = row.cells[column];
    if (cell.className === 'cache_control') {
      return lasting(cell.textContent.trim());
    }
    if (cell.className !== 'hits') return cell.textContent.trim();
    return number((cell.firstChild || cell).textContent);
  }

  function sort(heading) {
    const up = heading.getAttribute('aria-sort') !== 'ascending'
      && (heading.className !== 'hits'
        || heading.getAttribute('aria-sort') === 'descending');
    const column = heading.cellIndex;
    const order = (a, b) => (typeof a === 'number' ? a - b
      : a.localeCompare(b, undefined, { numeric: true })) * (up ? 1 : -1);
    for (const other of heading.parentNode.cells) {
      other.removeAttribute('aria-sort');
    }
    heading.setAttribute('aria-sort', up ? 'ascending' : 'descending');
    for (const body of table.tBodies) {
      const rows = [...body.rows].filter((row) => row.className !== 'place');
      rows.map((row) => [key(row, column), row])
        .sort(([a], [b]) => order(a, b))
        .forEach(([, row]) => body.append(row));
    }
  }

  // On a narrow screen rows are cards, and there are no headings to press.
  if (table && matchMedia('(min-width: 60.01rem)').matches) {
    for (const heading of all('thead th', table)) {
      const button = document.createElement('button');
      button.type = 'button';
      button.title = 'Sort the rules shown here';
      button.append(...heading.childNodes);
      button.addEventListener('click', () => sort(heading));
      heading.append(button);
    }
  }

  // -- copy: a rule as it would be written ---------------------------------

  if (navigator.clipboard) {
    for (const code of all('.misses .rule code')) {
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = 'Copy';
      button.addEventListener('click', () => {
        navigator.clipboard.writeText(code.textContent).then(
          () => { button.textContent = 'Copied'; },
          () => { getSelection().selectAllChildren(code); });
      });
      code.after(button);
    }
  }
})();
