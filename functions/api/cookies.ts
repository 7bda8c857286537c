import type { Context } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';

export type CookieName = 'session' | 'browser' | 'known' | 'staff' | 'sign-in' | 'language';

/**
 * Cookies of one host, unreadable for script. Over https they carry the `__Host-` prefix; a loopback edition over plain http cannot set
 * that prefix, so there the same cookie goes without it.
 */
export function createCookies(publicUrl: string) {
  const secure = publicUrl.startsWith('https:');
  const full = (name: CookieName) => (secure ? `__Host-${name}` : name);
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
