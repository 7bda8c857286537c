import { createHash } from 'node:crypto';
import type { Context, Hono } from 'hono';
import { icon } from './icon.ts';
import { publicScript } from './public-script.ts';
import { publicStyle } from './public-style.ts';
import { staffScript } from './staff-script.ts';
import { staffStyle } from './staff-style.ts';

export interface Asset {
  /** Path with the content's hash in its name, so that it may be kept for ever. */
  readonly path: string;
  readonly type: string;
  readonly body: string;
}

function asset(folder: string, name: string, extension: string, type: string, body: string): Asset {
  const hash = createHash('sha256').update(body).digest('base64url').slice(0, 12);
  return { path: `${folder}/${name}.${hash}.${extension}`, type, body };
}

const css = 'text/css; charset=utf-8';
const javascript = 'text/javascript; charset=utf-8';

/** The two sites are two functions, on AWS two hosts: each serves its own. */
export const publicAssets = {
  style: asset('/assets', 'desk', 'css', css, publicStyle),
  script: asset('/assets', 'desk', 'js', javascript, publicScript),
  icon: asset('/assets', 'icon', 'svg', 'image/svg+xml', icon),
} as const satisfies Record<string, Asset>;

export const staffAssets = {
  style: asset('/staff/assets', 'console', 'css', css, staffStyle),
  script: asset('/staff/assets', 'console', 'js', javascript, staffScript),
  icon: asset('/staff/assets', 'icon', 'svg', 'image/svg+xml', icon),
} as const satisfies Record<string, Asset>;

/** Serves them; a name with another hash is not there, so an old page never gets a new style. */
export function serveAssets(app: Hono, assets: Readonly<Record<string, Asset>>): void {
  for (const one of Object.values(assets)) {
    app.get(one.path, (c: Context) =>
      c.body(one.body, 200, {
        'Content-Type': one.type,
        'Cache-Control': 'public, max-age=31536000, immutable',
      }),
    );
  }
}
