import type { Context } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';

export type CookieName = 'session' | 'browser' | 'known' | 'staff' | 'sign-in' | 'language';

const isSecure = (publicUrl: string) => publicUrl.startsWith('https:');

/** Over https a cookie carries the `__Host-` prefix; a loopback edition over plain http cannot set that, so there it goes without. */
export const cookieName = (publicUrl: string, name: CookieName): string =>
  isSecure(publicUrl) ? `__Host-${name}` : name;

/** Cookies of one host, unreadable for script. */
export function createCookies(publicUrl: string) {
  const secure = isSecure(publicUrl);
  const full = (name: CookieName) => cookieName(publicUrl, name);
  return {
    read: (c: Context, name: CookieName): string | undefined => getCookie(c, full(name)),
    set(
      c: Context,
      name: CookieName,
      value: string,
      maxAgeSeconds: number,
      sameSite: 'Strict' | 'Lax' = 'Strict',
    ): void {
      setCookie(c, full(name), value, { path: '/', httpOnly: true, secure, sameSite, maxAge: maxAgeSeconds });
    },
    clear(c: Context, name: CookieName): void {
      setCookie(c, full(name), '', { path: '/', httpOnly: true, secure, sameSite: 'Strict', maxAge: 0 });
    },
  };
}
export type Cookies = ReturnType<typeof createCookies>;
