import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

/** Where Debian and others put it; `CHROMIUM` names another. */
const usualPlaces: readonly string[] = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];

/** The browser on this machine, or undefined where there is none. */
export function browserPath(
  env: NodeJS.ProcessEnv = process.env,
  places: readonly string[] = usualPlaces,
): string | undefined {
  return [env.CHROMIUM, ...places].find((path) => path !== undefined && existsSync(path));
}

export const noBrowser =
  'No Chromium on this machine: install it (Debian: apt-get install chromium) or name it in CHROMIUM.';

/** Headless, without any call of its own to the network. Throws where there is no browser. */
export async function launchBrowser(find: () => string | undefined = browserPath): Promise<Browser> {
  const executablePath = find();
  if (executablePath === undefined) throw new Error(noBrowser);
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-quic',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
