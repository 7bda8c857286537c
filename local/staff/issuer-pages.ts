import { html } from 'hono/html';
import { localPage } from '../local-pages.ts';
import type { StaffMember } from './people.ts';

/** The sign-in page: one button per person. `request` travels along unchanged and is checked again when it comes back. */
export function choicePage(people: readonly StaffMember[], request: object, action: string) {
  const fields = Object.entries(request).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  );
  const buttons = people
    .filter(({ enabled }) => enabled)
    .map(
      ({ username, label, groups }) =>
        html`<p><button name="user" value="${username}">${label}</button> <small>${groups.join(', ')}</small></p>`,
    );
  return localPage(
    'Sign in',
    html`<p>This machine's stand-in for the staff sign-in. Choose who you are.</p>
<form method="post" action="${action}">${fields}${buttons}</form>`,
  );
}

export function problemPage(message: string) {
  return localPage('Sign-in is not possible', html`<p>${message}</p>`);
}
