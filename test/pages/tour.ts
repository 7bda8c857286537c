import type { Hono } from 'hono';
import type { Browser, Page } from 'playwright-core';
import { publicAssets, staffAssets } from '../../functions/api/assets/assets.ts';
import { createPublicPages } from '../../functions/api/pages/public/public-pages.ts';
import { createStaffPages } from '../../functions/api/pages/staff/staff-pages.ts';
import { type Visit, type VisitOptions, violationsOn, visit } from './browser.ts';

/** `GET /requests/:reference`, as the code mounts it. */
type Route = string;

/** Every route of the pages, read from the routers themselves: what is mounted tomorrow is in here without anybody adding it. */
export function pageRoutes(side: 'public' | 'staff'): readonly Route[] {
  const url = 'http://127.0.0.1';
  // Mounting asks for nothing but the addresses; what a route calls is never called here.
  const nothing = { publicUrl: url, identity: { staffUrl: url } } as never;
  const app: Hono =
    side === 'public'
      ? createPublicPages(nothing, nothing, nothing)
      : createStaffPages(nothing, nothing, nothing);
  const assets: readonly string[] = Object.values(side === 'public' ? publicAssets : staffAssets).map(
    ({ path }) => path,
  );
  const routes = app.routes
    .filter(({ method, path }) => method !== 'ALL' && !path.includes('*') && !assets.includes(path))
    .map(({ method, path }) => `${method} ${path}`);
  return [...new Set(routes)].sort();
}

export interface Tour {
  readonly seen: ReadonlySet<Route>;
  /** What axe found, what ran out of the screen, what was too heavy or in the wrong language; one line each. */
  readonly faults: readonly string[];
  open(options?: VisitOptions): Promise<Page>;
  /** Looks at the page that stands open, light and dark, wide and narrow. */
  look(page: Page, state: string): Promise<void>;
  goAndLook(page: Page, path: string, state?: string): Promise<void>;
  /** Shows a page made by hand at an address of the site: for states that a test cannot bring about. */
  show(page: Page, body: string): Promise<void>;
  /** Sends a form of the page's own site, so that what is answered to it stands in the browser. */
  send(page: Page, path: string, fields: Fields, enctype?: 'multipart/form-data'): Promise<void>;
  close(): Promise<void>;
}

export type Fields = readonly (readonly [string, string])[] | Readonly<Record<string, string>>;

const pageLimit = 50 * 1024;
const narrow = 320;

export function createTour(
  browser: Browser,
  url: string,
  language: 'nl' | 'en',
  routes: readonly Route[],
): Tour {
  const seen = new Set<Route>();
  const faults: string[] = [];
  const visits: Visit[] = [];
  /** The last document that each page was answered. */
  const shown = new Map<Page, { readonly route: Route | undefined; readonly bytes: number }>();

  function routeOf(method: string, path: string): Route | undefined {
    const exact = `${method} ${path}`;
    if (routes.includes(exact)) return exact;
    return routes.find((route) => {
      const [verb, pattern = ''] = route.split(' ');
      return verb === method && new RegExp(`^${pattern.replaceAll(/:\w+/g, '[^/]+')}$`).test(path);
    });
  }

  const tour: Tour = {
    seen,
    faults,
    async open(options = {}) {
      const made = await visit(browser, url, { language, ...options });
      visits.push(made);
      // Colours that are still on their way to the next are nobody's to judge.
      await made.page.emulateMedia({ reducedMotion: 'reduce' });
      made.page.on('response', async (answer) => {
        const request = answer.request();
        if (!request.isNavigationRequest() || (answer.status() >= 300 && answer.status() < 400)) return;
        const bytes = Number(answer.headers()['content-length'] ?? 0);
        const { pathname } = new URL(answer.url());
        shown.set(made.page, { route: routeOf(request.method(), pathname), bytes });
      });
      return made.page;
    },
    async look(page, state) {
      const { route, bytes } = shown.get(page) ?? {};
      if (route) seen.add(route);
      const where = `${route ?? new URL(page.url()).pathname} (${state}, ${language})`;
      const fault = (what: string) => faults.push(`${where}: ${what}`.slice(0, 300));
      await page.evaluate(`document.querySelectorAll('details').forEach((one) => { one.open = true; })`);
      for (const one of await violationsOn(page)) fault(one);
      // The structure is the same in every scheme and width, and colours in every language.
      if (language === 'en') {
        await page.emulateMedia({ colorScheme: 'dark' });
        for (const one of await violationsOn(page, ['color-contrast'])) fault(`dark: ${one}`);
        await page.emulateMedia({ colorScheme: 'light' });
      }
      const size = page.viewportSize() ?? { width: 1200, height: 900 };
      await page.setViewportSize({ width: narrow, height: size.height });
      const rules = ['scrollable-region-focusable', 'target-size'];
      for (const one of await violationsOn(page, rules)) fault(`narrow: ${one}`);
      if (!(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')))
        fault('runs out of a narrow screen');
      await page.setViewportSize(size);
      const spoken = await page.getAttribute('html', 'lang');
      if (spoken !== language) fault(`speaks ${spoken}`);
      // With style, script and picture, as a first visit loads them.
      const assets = Object.values(page.url().includes('/staff') ? staffAssets : publicAssets);
      const whole = assets.reduce((sum, { body }) => sum + Buffer.byteLength(body), bytes ?? 0);
      if (bytes === undefined || whole > pageLimit) fault(`${whole} bytes`);
    },
    async goAndLook(page, path, state = path) {
      await page.goto(path);
      await tour.look(page, state);
    },
    async show(page, body) {
      await page.route('**/shown', (route) =>
        route.fulfill({
          body,
          contentType: 'text/html; charset=utf-8',
          headers: { 'content-length': String(Buffer.byteLength(body)) },
        }),
      );
      await page.goto('/shown');
      await page.unroute('**/shown');
    },
    async send(page, path, fields, enctype) {
      // A form is sent from a page of the site, as people's are.
      if (page.url() === 'about:blank') await page.goto(path.startsWith('/staff') ? '/staff' : '/help');
      const pairs = Array.isArray(fields) ? fields : Object.entries(fields);
      const answered = page.waitForEvent('domcontentloaded');
      await page.evaluate(
        `(${fill.toString()})(${JSON.stringify(path)}, ${JSON.stringify(pairs)}, ${JSON.stringify(enctype ?? '')})`,
      );
      await answered;
    },
    async close() {
      for (const { hosts, complaints, context } of visits) {
        for (const host of hosts) if (host !== new URL(url).host) faults.push(`asked ${host}`);
        faults.push(...complaints);
        await context.close();
      }
    },
  };
  return tour;
}

/** Runs inside the page, so it may use nothing from here. */
function fill(path: string, pairs: [string, string][], enctype: string): void {
  // biome-ignore lint/suspicious/noExplicitAny: the page's own document, which this project's types do not know
  const { document } = globalThis as any;
  const form = document.createElement('form');
  form.method = 'post';
  form.action = path;
  if (enctype) form.enctype = enctype;
  for (const [name, value] of pairs) {
    const field = document.createElement('input');
    field.type = 'hidden';
    field.name = name;
    field.value = value;
    form.append(field);
  }
  document.body.append(form);
  form.submit();
}
