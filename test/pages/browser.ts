import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { browserPath, launchBrowser, noBrowser } from '../../local/commands/browser.ts';

export interface Machine {
  /** Whether a browser was found. */
  readonly browser: boolean;
  /** Whether this is the run that others rely on. */
  readonly ci: boolean;
}

/**
 * Journeys need a browser. Where none is, they are skipped and say so; under CI they run and fail, so that nobody takes silence for success.
 */
export function planFor(name: string, { browser, ci }: Machine): { run: boolean; said?: string } {
  if (browser) return { run: true };
  return ci
    ? { run: true, said: `${noBrowser} Fails: ${name}` }
    : { run: false, said: `${noBrowser} Skipped: ${name}` };
}

export function describeInBrowser(name: string, body: () => void): void {
  const { run, said } = planFor(name, {
    browser: browserPath() !== undefined,
    ci: Boolean(process.env.CI),
  });
  if (said) process.stdout.write(`${said}\n`);
  (run ? describe : describe.skip)(name, body);
}

export { launchBrowser };

// Read as text: it runs inside the page, where this project's modules are not.
const axeSource = readFileSync(createRequire(__filename).resolve('axe-core/axe.min.js'), 'utf8');

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

const everything = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/**
 * What axe finds against WCAG 2.2 AA and its best practices, in a form that a failing test shows. `only` names the rules that another
 * colour scheme or width can change, where the rest was looked at before.
 */
export async function violationsOn(page: Page, only?: readonly string[]): Promise<readonly string[]> {
  if (!(await page.evaluate('Boolean(globalThis.axe)'))) await page.evaluate(axeSource);
  const found: { readonly violations: readonly Violation[] } = await page.evaluate(
    `axe.run(document, { resultTypes: ['violations'], runOnly: ${JSON.stringify(only ? { type: 'rule', values: only } : everything)} })`,
  );
  return found.violations.flatMap((one) =>
    one.nodes.map((node) => `${one.id}: ${node.html.slice(0, 160)} ${node.failureSummary ?? ''}`),
  );
}

export interface Visit {
  readonly page: Page;
  /** Hosts that the page asked for anything, and bytes of each document. */
  readonly hosts: Set<string>;
  readonly documents: { readonly path: string; readonly bytes: number }[];
  /** What the page's own policy or script complained about. */
  readonly complaints: string[];
  readonly context: BrowserContext;
}

export interface VisitOptions {
  readonly script?: boolean;
  readonly language?: 'nl' | 'en';
  readonly dark?: boolean;
  readonly width?: number;
  /** `Cookie` header to begin with. */
  readonly cookie?: string;
}

export async function visit(browser: Browser, url: string, options: VisitOptions = {}): Promise<Visit> {
  const context = await browser.newContext({
    baseURL: url,
    javaScriptEnabled: options.script ?? true,
    locale: options.language === 'nl' ? 'nl-NL' : 'en-GB',
    colorScheme: options.dark ? 'dark' : 'light',
    viewport: { width: options.width ?? 1200, height: 900 },
  });
  const pairs = (options.cookie ?? '').split('; ').filter((pair) => pair !== '');
  await context.addCookies(
    pairs.map((pair) => ({
      name: pair.slice(0, pair.indexOf('=')),
      value: pair.slice(pair.indexOf('=') + 1),
      url,
    })),
  );
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const made: Visit = { page, context, hosts: new Set(), documents: [], complaints: [] };
  page.on('request', (request) => made.hosts.add(new URL(request.url()).host));
  page.on('response', async (response) => {
    if (
      response.request().resourceType() !== 'document' ||
      (response.status() >= 300 && response.status() < 400)
    )
      return;
    const bytes = (await response.body().catch(() => Buffer.alloc(0))).byteLength;
    made.documents.push({ path: new URL(response.url()).pathname, bytes });
  });
  // A status of 4xx is told to the console too; only what the policy refused or a script threw is a complaint.
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      made.complaints.push(message.text());
  });
  page.on('pageerror', (error) => made.complaints.push(error.message));
  return made;
}
