import type { HttpAnswer, HttpRequest } from '../gateway.ts';
import type { Issuer } from './issuer.ts';

export interface StaffSignInOptions {
  /** The edition's own address. */
  readonly url: string;
  readonly issuer: Issuer;
  readonly issuerUrl: string;
  /** Answers a request as the staff API does. */
  readonly forward: (request: HttpRequest) => Promise<HttpAnswer>;
  readonly isKnown: (user: string) => boolean;
}

export class SignInFailed extends Error {
  override readonly name = 'SignInFailed';
}

const mostRedirects = 10;

/**
 * Signs a person in as their browser would: asks to sign in, follows to the issuer, chooses the person there, follows back. There is
 * no second way in. Answers the `Set-Cookie` values of the session, or undefined when nobody has that name.
 */
export function createStaffSignIn(options: StaffSignInOptions) {
  return async (user: string): Promise<readonly string[] | undefined> => {
    if (!options.isKnown(user)) return undefined;
    const cookies = new Map<string, string>();
    let wasAtIssuer = false;
    let target = new URL('/staff/sign-in', options.url);
    for (let step = 0; step < mostRedirects; step++) {
      if (target.href.startsWith(`${options.issuerUrl}/oauth2/authorize`)) {
        wasAtIssuer = true;
        target = new URL(options.issuer.authorize(target, user));
        continue;
      }
      const answer = await options.forward(browserRequest(target, cookies));
      for (const cookie of answer.cookies) remember(cookies, cookie);
      const { location } = answer.headers;
      if (location === undefined || answer.status < 300 || answer.status > 399) break;
      target = new URL(location, target);
      // Back from the issuer and sent on to the console: the session is there.
      if (wasAtIssuer && target.pathname === '/staff') break;
    }
    if (!wasAtIssuer || cookies.size === 0) throw new SignInFailed('the staff sign-in gave no session');
    return [...cookies.values()];
  };
}

function browserRequest(target: URL, cookies: ReadonlyMap<string, string>): HttpRequest {
  const pairs = [...cookies.values()].map((cookie) => cookie.split(';')[0]);
  return {
    method: 'GET',
    target: `${target.pathname}${target.search}`,
    headers: {
      host: target.host,
      accept: 'text/html',
      'user-agent': 'local staff session',
      ...(pairs.length > 0 ? { cookie: pairs.join('; ') } : {}),
    },
    body: Buffer.alloc(0),
    sourceIp: '127.0.0.1',
    protocol: 'HTTP/1.1',
  };
}

/** A cookie that is set to end at once is forgotten, as a browser does. */
function remember(cookies: Map<string, string>, cookie: string): void {
  const name = cookie.slice(0, cookie.indexOf('='));
  const ended = /;\s*max-age=0(;|$)/i.test(cookie) || /;\s*expires=thu, 01 jan 1970/i.test(cookie);
  if (ended) cookies.delete(name);
  else cookies.set(name, cookie);
}
