import type { Hono } from 'hono';
import { openApiDocument } from '../../functions/api/openapi.ts';
import { staffOpenApiDocument } from '../../functions/api/openapi-staff.ts';
import { createPublicApi, type PublicPorts } from '../../functions/api/public/public-api.ts';
import type { StaffApiPorts } from '../../functions/api/staff/desk.ts';
import { createStaffApi } from '../../functions/api/staff/staff-api.ts';
import type { Runtime } from '../../functions/runtime/lambda.ts';

const url = 'http://desk.example';
const runtime = { now: () => 0, wallNow: () => 0 } as Runtime;
// Routes are only listed here, so no port is ever asked.
const apps = {
  public: createPublicApi({ publicUrl: url, suppression: {} } as PublicPorts, runtime),
  staff: createStaffApi({ publicUrl: url, identity: { staffUrl: url, issuer: url } } as StaffApiPorts, runtime),
};
const documents = { public: openApiDocument(url), staff: staffOpenApiDocument(url) };

interface Operation {
  readonly operationId?: string;
  readonly parameters?: readonly { readonly name: string }[];
}

/** `GET /a/{b}` for every route of the API; sign-in and the description itself are no part of it. */
function routesOf({ routes }: Hono): string[] {
  const served = routes
    .filter(
      ({ method, path }) =>
        method !== 'ALL' && !path.startsWith('/staff/') && !/openapi\.json$|^\/health$/.test(path),
    )
    .map(({ method, path }) => `${method} ${path.replace(/:([a-z]+)/gi, '{$1}')}`);
  return [...new Set(served)].sort();
}

describe.each(['public', 'staff'] as const)('the %s API', (side) => {
  test('serves what its description says, and describes what it serves', () => {
    const described = Object.entries(documents[side].paths).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(described.sort()).toEqual(routesOf(apps[side]));
  });

  test('names each operation once and each place in a path as a parameter', () => {
    const items: Readonly<Record<string, object>> = documents[side].paths;
    const operations = Object.entries(items).flatMap(([path, item]) =>
      Object.values<Operation>({ ...item }).map((operation) => ({ path, ...operation })),
    );
    const ids = operations.map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { path, parameters = [] } of operations)
      for (const [, place] of path.matchAll(/\{([a-z]+)\}/gi))
        expect({ path, named: parameters.some(({ name }) => name === place) }).toEqual({ path, named: true });
  });

  test('publishes only patterns that need no Unicode classes, which other languages name differently', () => {
    const patterns = [...JSON.stringify(documents[side]).matchAll(/"pattern":"((?:[^"\\]|\\.)*)"/g)].map(
      ([, pattern]) => pattern,
    );
    expect(patterns.length).toBeGreaterThan(1);
    for (const pattern of patterns) expect(pattern).not.toContain('\\p{');
  });

  test('names its session cookie as it is set: with the prefix only where that can be set', () => {
    const name = side === 'public' ? 'session' : 'staff';
    const at = (address: string) =>
      JSON.stringify(
        (side === 'public' ? openApiDocument : staffOpenApiDocument)(address).components.securitySchemes,
      );
    expect(at('https://desk.example')).toContain(`"name":"__Host-${name}"`);
    expect(at('http://127.0.0.1:3000')).toContain(`"name":"${name}"`);
  });
});
