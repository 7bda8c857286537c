/** Names derived from a processor's name, for example `help-scout`. */
export interface ProcessorNames {
  /** help-scout */
  readonly kebab: string;
  /** helpScout */
  readonly camel: string;
  /** Help Scout */
  readonly title: string;
}

export function namesOf(kebab: string): ProcessorNames {
  const words = kebab.split('-').map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  const camel = words.join('');
  return { kebab, camel: camel.charAt(0).toLowerCase() + camel.slice(1), title: words.join(' ') };
}

/** functions/processors/{name}.ts: what is known of the system without talking to it. */
export function definitionFile({ kebab, camel, title }: ProcessorNames): string {
  return `import * as v from 'valibot';
import { baseUrl, originOf, secretName } from './config.ts';
import type { ProcessorDefinition } from './contract.ts';
import { defineProcessor } from './definition.ts';
import { failureTasks } from './tasks.ts';

const configuration = v.strictObject({
  baseUrl: baseUrl('https://api.${kebab}.example.com'),
  tokenSecret: secretName('${kebab}/token'),
});
export type ${configOf(camel)} = v.InferOutput<typeof configuration>;

export const ${camel}: ProcessorDefinition = defineProcessor({
  name: '${kebab}',
  title: '${title}',
  // What the vendor's interface can really do; what it cannot is 'manual' (with a task below) or 'none' (nothing to do there).
  capabilities: {
    find: 'automated',
    export: 'automated',
    rectify: 'manual',
    erase: 'automated',
    restrict: 'manual',
    lift: 'manual',
    'opt-out': 'manual',
  },
  ownController: false,
  limits: { concurrency: 2, perSecond: 5 },
  manualTasks: failureTasks({ nl: '${title}', en: '${title}' }, ['find', 'export', 'rectify', 'erase', 'restrict', 'lift', 'opt-out']),
  configuration,
  origins: (config) => [originOf(config.baseUrl)],
  connection: () => import('./${kebab}/connection.ts'),
  exampleConfig: { baseUrl: 'https://api.${kebab}.example.com' },
});
`;
}

function configOf(camel: string): string {
  return `${camel.charAt(0).toUpperCase()}${camel.slice(1)}Config`;
}

/** functions/processors/{name}/connection.ts: a whole connector for a plain interface of people, to be bent to the vendor's own. */
export function connectionFile({ kebab, camel }: ProcessorNames): string {
  return `import * as v from 'valibot';
import type {
  ActInput,
  ActResult,
  Confirmation,
  ConfirmInput,
  HttpRequest,
  Processor,
  ProcessorDependencies,
  SubjectKeys,
} from '../contract.ts';
import { lookedAgain, vendorAcknowledged } from '../evidence.ts';
import { type ${configOf(camel)}, ${camel} } from '../${kebab}.ts';
import { refusalOf } from '../refusal.ts';
import { expectSubject, instant, jsonObject, mailboxesOf, readJson, saysAbsent } from '../response.ts';
import { handlesBefore, isOlderThan, standingOf } from '../standing.ts';

const personSchema = v.object({ id: v.pipe(v.string(), v.nonEmpty()), email: v.string(), createdAt: instant });
const pageSchema = v.object({ total: v.number(), people: v.array(personSchema) });
/** How the vendor itself says that something is not there. */
const absence = v.object({ code: v.literal('not-found') });

export function connect(config: ${configOf(camel)}, deps: ProcessorDependencies): Processor {
  async function send(method: HttpRequest['method'], path: string) {
    return deps.http.send({
      method,
      url: \`\${config.baseUrl}\${path}\`,
      headers: { authorization: \`Bearer \${await deps.secret(config.tokenSecret)}\`, accept: 'application/json' },
      // Only where the same call twice is the same as once; otherwise send the vendor's idempotency key.
      repeatable: true,
    });
  }

  /** Every page of every scope (accounts, regions, lists), and whether that was all. */
  async function findPeople(keys: SubjectKeys) {
    const people: v.InferOutput<typeof personSchema>[] = [];
    let complete = true;
    for (const mailbox of mailboxesOf(keys)) {
      const response = await send('GET', \`/people?email=\${encodeURIComponent(mailbox)}\`);
      if (response.status !== 200) throw refusalOf(response);
      const page = readJson(response, pageSchema);
      for (const person of page.people) expectSubject(keys, person.email);
      people.push(...page.people);
      complete &&= page.people.length === page.total;
    }
    return { people, complete };
  }

  /** By the id that was found, never by the address again: a later look-alike is not touched. */
  async function read(keys: SubjectKeys, id: string) {
    const response = await send('GET', \`/people/\${encodeURIComponent(id)}\`);
    if (saysAbsent(response, absence)) return undefined;
    if (response.status !== 200) throw refusalOf(response);
    expectSubject(keys, readJson(response, personSchema).email);
    return readJson(response, jsonObject);
  }

  async function erase(input: ActInput): Promise<ActResult> {
    const handles = handlesBefore(input);
    for (const id of handles) {
      if ((await read(input.keys, id)) === undefined) continue;
      const response = await send('DELETE', \`/people/\${encodeURIComponent(id)}\`);
      if (response.status !== 204 && !saysAbsent(response, absence)) throw refusalOf(response);
    }
    return { result: 'done', evidence: vendorAcknowledged({ observation: 'person-deleted', handles }) };
  }

  async function confirmErased(input: ConfirmInput): Promise<Confirmation> {
    const handles = handlesBefore(input);
    const { people, complete } = await findPeople(input.keys);
    const left = people.some(({ id, createdAt }) => handles.includes(id) || isOlderThan(input.cutoff, createdAt));
    let code = left || !complete ? 'person-still-found' : undefined;
    for (const id of handles) if ((await read(input.keys, id)) !== undefined) code = 'person-still-there';
    if (code === undefined) return { seen: 'confirmed', evidence: lookedAgain({ observation: 'person-404', handles }) };
    return { seen: 'still-there', code, evidence: lookedAgain({ observation: code, handles }) };
  }

  return {
    name: ${camel}.name,
    async find(keys) {
      const { people, complete } = await findPeople(keys);
      return {
        complete,
        holdings: people.map(({ id, createdAt }) => ({ handle: id, category: 'account', count: 1, createdAt })),
      };
    },
    async *export(keys, finding) {
      for (const { handle } of finding.holdings) {
        const data = await read(keys, handle);
        if (data !== undefined) yield { category: 'account', type: 'person', handle, data, providedBySubject: true };
      }
    },
    async act(action, input) {
      return standingOf(${camel}.capabilities, action, input, lookedAgain({ observation: 'no-person' })) ?? erase(input);
    },
    async confirm(input) {
      if (input.action === 'erase') return confirmErased(input);
      return { seen: 'cannot-look', evidence: lookedAgain({ observation: 'done-by-a-person', looked: 0 }) };
    },
    async check() {
      const response = await send('GET', '/people?email=nobody%40example.com');
      if (response.status !== 200) throw refusalOf(response);
      readJson(response, pageSchema);
    },
  };
}
`;
}

/** local/processors/{name}.ts: the emulator for that interface, with Ada in it. */
export function emulatorFile({ kebab, camel }: ProcessorNames): string {
  return `import { Hono } from 'hono';
import { defineEmulator, type EmulatorEnv } from './emulator.ts';
import { seeds } from './seeds.ts';

const token = 'local-${kebab}-token';

interface Person {
  email: string;
  name: string;
  createdAt: string;
  archived?: boolean;
}

export const ${camel}Emulator = defineEmulator<{ people: Record<string, Person> }>({
  name: '${kebab}',
  seed: () => ({
    people: {
      'person-ada': {
        email: seeds.ada.email,
        name: \`\${seeds.ada.canary}-${kebab}-name\`,
        createdAt: '2024-03-01T09:00:00.000Z',
      },
    },
  }),
  create({ state }) {
    const app = new Hono<EmulatorEnv>();

    app.use(async (c, next) => {
      if (c.req.header('authorization') !== \`Bearer \${token}\`) return c.json({ code: 'unauthorized' }, 401);
      return next();
    });

    app.get('/people', (c) => {
      const email = (c.req.query('email') ?? '').toLowerCase();
      const people = Object.entries(state.data.people)
        .filter(([, person]) => person.email.toLowerCase() === email)
        .map(([id, person]) => ({ id, ...person }));
      return c.json({ total: people.length, people });
    });

    app.get('/people/:id', (c) => {
      const person = state.data.people[c.req.param('id')];
      return person === undefined ? c.json({ code: 'not-found' }, 404) : c.json({ id: c.req.param('id'), ...person });
    });

    app.delete('/people/:id', (c) => {
      const person = state.data.people[c.req.param('id')];
      if (person === undefined) return c.json({ code: 'not-found' }, 404);
      // The lie that only this emulator can tell in its own way; the others are told for it.
      if (c.env.lie === 'archive') person.archived = true;
      else delete state.data.people[c.req.param('id')];
      return c.body(null, 204);
    });

    return {
      app,
      holds: () => Object.values(state.data.people).map(({ email }) => ({ email, records: 1 })),
      errorBody: (status) => ({ code: status === 404 ? 'not-found' : 'internal' }),
      configuration: (baseUrl) => ({ config: { baseUrl }, secrets: { '${kebab}/token': token } }),
    };
  },
});
`;
}

/** test/processors/{name}.test.ts: what only this vendor does; the contract and the lies are tested for every entry anyway. */
export function testFile({ kebab }: ProcessorNames): string {
  return `import { actInput, ada, openVendors, type Vendors } from './vendors.ts';

describe('${kebab}', () => {
  let vendors: Vendors;
  beforeEach(async () => {
    vendors = await openVendors();
  });
  afterEach(() => vendors.close());

  test('erases the person and sees that they are gone', async () => {
    const processor = vendors.processor('${kebab}');
    const keys = await vendors.keysOf(ada);
    const input = actInput(keys, await processor.find(keys), vendors);
    expect(await processor.act('erase', input)).toMatchObject({ result: 'done' });
    expect(vendors.held('${kebab}', ada)).toBe(0);
    expect(await processor.confirm({ ...input, action: 'erase' })).toMatchObject({ seen: 'confirmed' });
  });
});
`;
}
