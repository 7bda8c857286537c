import { fileLimit } from './file-limit.ts';

/** Keys for the queue: j and k move, Enter opens, / searches, x marks. Everything they do is also a link or a field. */
export const staffScript = `(() => {
  const rows = [...document.querySelectorAll('tr[data-case]')];
  let at = -1;
  const go = (to) => {
    if (rows.length === 0) return;
    rows[at]?.classList.remove('on');
    at = Math.max(0, Math.min(rows.length - 1, to));
    rows[at].classList.add('on');
    rows[at].querySelector('a').focus();
    rows[at].scrollIntoView({ block: 'nearest' });
  };
  const typing = (one) => /^(INPUT|TEXTAREA|SELECT)$/.test(one.tagName) && !/^(checkbox|radio)$/.test(one.type);
  addEventListener('keydown', (event) => {
    if (event.metaKey || event.ctrlKey || event.altKey || typing(event.target)) return;
    const search = document.getElementById('search');
    if (event.key === 'j') go(at + 1);
    else if (event.key === 'k') go(at - 1);
    else if (event.key === 'x' && rows[at]) rows[at].querySelector('input[type=checkbox]')?.click();
    else if (event.key === '/' && search) search.focus();
    else return;
    event.preventDefault();
  });
  const summary = document.getElementById('error-summary');
  if (summary) summary.focus();
  ${fileLimit}
  for (const one of document.forms) {
    one.addEventListener('submit', (event) => {
      if (one.method !== 'post') return;
      if (one.dataset.sent) return event.preventDefault();
      one.dataset.sent = 'yes';
      setTimeout(() => delete one.dataset.sent, 4000);
    });
  }
  addEventListener('pageshow', () => { for (const one of document.forms) delete one.dataset.sent; });
})();
`;
