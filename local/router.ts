import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';

type Answer = (incoming: IncomingMessage, outgoing: ServerResponse) => Promise<void> | void;

/** Who answers what on the public port. */
export interface Routes {
  readonly publicApi: Answer;
  readonly staffApi: Answer;
  /** `/local/processors…` */
  readonly processors: Answer;
  /** `/local/issuer…` */
  readonly issuer: Answer;
  /** The rest of `/local…` */
  readonly local: Answer;
}

export interface Router {
  readonly listener: RequestListener;
  /** Until then requests wait, so that the port can be known before those who need to know it are there. */
  open(routes: Routes): void;
}

export function createRouter(): Router {
  let open: (routes: Routes) => void = () => undefined;
  const ready = new Promise<Routes>((resolve) => {
    open = resolve;
  });
  return {
    open: (routes) => open(routes),
    listener: (incoming, outgoing) => {
      ready
        .then((routes) => choose(routes, incoming.url ?? '/')(incoming, outgoing))
        .catch(() => outgoing.destroy());
    },
  };
}

function choose(routes: Routes, target: string): Answer {
  const path = target.split('?')[0] ?? target;
  const isUnder = (prefix: string) => path === prefix || path.startsWith(`${prefix}/`);
  if (isUnder('/staff') || isUnder('/api/staff')) return routes.staffApi;
  if (!isUnder('/local')) return routes.publicApi;
  if (isUnder('/local/processors') || path === '/local/processors.json') return routes.processors;
  if (isUnder('/local/issuer')) return routes.issuer;
  return routes.local;
}
