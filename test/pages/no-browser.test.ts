import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { browserPath, launchBrowser, noBrowser } from '../../local/commands/browser.ts';
import { planFor } from './browser.ts';

describe('a machine without a browser', () => {
  test('is told so in words that say how to get one', () => {
    expect(browserPath({ CHROMIUM: '/nowhere/chromium' }, ['/nowhere/either'])).toBeUndefined();
    expect(noBrowser).toContain('apt-get install chromium');
  });

  test('takes the browser that is named, before those in the usual places', () => {
    const dir = mkdtempSync(join(tmpdir(), 'browser-'));
    const [named, usual] = ['named', 'usual'].map((name) => join(dir, name));
    for (const file of [named, usual]) writeFileSync(file ?? '', '');
    expect(browserPath({ CHROMIUM: named ?? '' }, [usual ?? ''])).toBe(named);
    expect(browserPath({}, [usual ?? ''])).toBe(usual);
    rmSync(dir, { recursive: true });
  });

  test('skips the journeys and says which; under CI they run, and fail', async () => {
    expect(planFor('journeys', { browser: false, ci: false })).toEqual({
      run: false,
      said: `${noBrowser} Skipped: journeys`,
    });
    expect(planFor('journeys', { browser: false, ci: true })).toMatchObject({ run: true });
    await expect(launchBrowser(() => undefined)).rejects.toThrow(noBrowser);
  });

  test('with one, nothing is skipped and nothing said', () => {
    expect(planFor('journeys', { browser: true, ci: false })).toEqual({ run: true });
  });
});
