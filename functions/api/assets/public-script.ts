import { fileLimit } from './file-limit.ts';

/**
 * All that a browser runs on the public side; every page works without it. The token of a mailed link stands in the fragment, which no
 * server and no log ever sees (TRUST.md A13): it goes into the form's field, and out of the address bar and the history.
 */
export const publicScript = `(() => {
  const form = document.getElementById('link-form');
  const token = new URLSearchParams(location.hash.slice(1)).get('token');
  if (form && token) {
    form.elements.token.value = token;
    history.replaceState(null, '', location.pathname + location.search);
    for (const one of document.querySelectorAll('[data-without-link]')) one.hidden = true;
    for (const one of document.querySelectorAll('[data-with-link]')) one.hidden = false;
  }
  const summary = document.getElementById('error-summary');
  if (summary) summary.focus();
  ${fileLimit}
  for (const one of document.forms) {
    one.addEventListener('submit', (event) => {
      if (one.dataset.sent) return event.preventDefault();
      one.dataset.sent = 'yes';
      setTimeout(() => delete one.dataset.sent, 4000);
    });
  }
  addEventListener('pageshow', () => { for (const one of document.forms) delete one.dataset.sent; });
})();
`;
