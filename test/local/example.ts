import { createHash, randomBytes } from 'node:crypto';
import { files } from '../../functions/adapters/s3/files.ts';
import { mail } from '../../functions/adapters/ses/mail.ts';
import { engine } from '../../functions/adapters/sfn/engine.ts';
import type { Engine, Files, Mail } from '../../functions/domain/ports.ts';
import {
  type Adapter,
  environment,
  type LambdaFunction,
  lambda,
  type Runtime,
} from '../../functions/runtime/lambda.ts';
import type { HttpEvent } from '../../local/gateway.ts';
import { functionArn } from '../../local/machines.ts';

/** A product small enough to see the edition through it: the real adapters, one wait of 40 days, one letter, one sign-in. */
const world: Adapter<Runtime> = {
  env: ['STAFF_ISSUER', 'STAFF_CLIENT_ID', 'STAFF_SIGN_IN_URL', 'STAFF_URL'],
  grants: [],
  create: (runtime) => runtime,
};

const publicApi = lambda<{ engine: Engine }>(
  'public-api',
  (ports) => async (event) => {
    // The gateway's own shape, which its own test checks.
    const request = event as HttpEvent;
    if (request.rawPath === '/fail') throw new Error('words that nobody may read');
    if (request.rawPath === '/odd') return { statusCode: 'odd' };
    if (request.rawPath === '/large') return { statusCode: 200, body: 'x'.repeat(6 * 1024 * 1024) };
    if (request.rawPath === '/start') {
      const state = await ports.engine.startRequest(request.rawQueryString, 1);
      return { statusCode: 202, headers: { 'content-type': 'text/plain' }, body: state };
    }
    return {
      statusCode: 200,
      headers: { 'content-type': 'application/json', 'x-answered-by': 'public-api' },
      cookies: ['a=1; Path=/', 'b=2; Path=/; HttpOnly'],
      body: Buffer.from(JSON.stringify(request)).toString('base64'),
      isBase64Encoded: true,
    };
  },
  { engine },
);

const sendLetter = lambda<{ mail: Mail; files: Files; world: Runtime }>(
  'confirm-receipt',
  (ports) => async (event) => {
    const { requestId } = event as { requestId: string };
    await ports.files.put(`packages/${requestId}`, Buffer.from('bytes'), 'text/plain');
    const link = await ports.files.link(`packages/${requestId}`, 600, 'data.txt');
    await ports.mail.send({
      to: 'ada@example.com',
      subject: 'After the wait',
      text: link,
      html: `<p><a href="${link}">data</a></p>`,
      reference: requestId,
      kind: 'receipt',
      letterId: 'l1',
    });
    ports.world.metrics.emit('LetterSent', 1);
    return {};
  },
  { mail, files, world },
);

const sweep = lambda<{ world: Runtime }>(
  'sweep',
  (ports) => async () => {
    ports.world.metrics.emit('SweepRan', 1);
    return {};
  },
  { world },
);

const mailEvents = lambda<{ world: Runtime }>(
  'mail-events',
  (ports) => async (event) => {
    const text = JSON.stringify(event);
    ports.world.metrics.emit(text.includes('Bounce') ? 'MailBounced' : 'MailOther', 1);
    return {};
  },
  { world },
);

/** The least that a client of the issuer does: authorization code with PKCE, and a cookie that says who came. */
const staffApi = lambda<{ world: Runtime }>(
  'staff-api',
  ({ world: runtime }) => {
    const redirectUri = `${environment(runtime, 'STAFF_URL')}/staff/callback`;
    const client = environment(runtime, 'STAFF_CLIENT_ID');
    const signInUrl = environment(runtime, 'STAFF_SIGN_IN_URL');
    return async (event) => {
      const { rawPath, cookies = [], queryStringParameters = {} } = event as HttpEvent;
      const cookie = (name: string) =>
        cookies.find((one) => one.startsWith(`${name}=`))?.slice(name.length + 1);
      if (rawPath === '/staff/callback') {
        const body = new URLSearchParams({
          grant_type: 'authorization_code',
          client_id: client,
          redirect_uri: redirectUri,
          code: queryStringParameters.code ?? '',
          code_verifier: cookie('verifier') ?? '',
        });
        const answer = await fetch(`${signInUrl}/oauth2/token`, { method: 'POST', body });
        if (!answer.ok) return { statusCode: 401 };
        const { access_token } = (await answer.json()) as { access_token: string };
        const session = `session=${access_token}; HttpOnly`;
        return {
          statusCode: 303,
          headers: { location: '/staff' },
          cookies: [session, 'verifier=; Max-Age=0'],
        };
      }
      const session = cookie('session');
      if (session) return { statusCode: 200, body: session };
      const verifier = randomBytes(32).toString('base64url');
      const target = new URL(`${signInUrl}/oauth2/authorize`);
      target.search = new URLSearchParams({
        response_type: 'code',
        client_id: client,
        redirect_uri: redirectUri,
        scope: 'openid email',
        state: 's1',
        code_challenge: createHash('sha256').update(verifier).digest('base64url'),
        code_challenge_method: 'S256',
      }).toString();
      return {
        statusCode: 302,
        headers: { location: target.href },
        cookies: [`verifier=${verifier}; HttpOnly`],
      };
    };
  },
  { world },
);

export const exampleFunctions: readonly LambdaFunction[] = [
  publicApi,
  staffApi,
  sendLetter,
  sweep,
  mailEvents,
];

export const exampleMachines = {
  'rights-request': {
    QueryLanguage: 'JSONata',
    StartAt: 'Wait',
    States: {
      Wait: { Type: 'Wait', Seconds: 40 * 86_400, Next: 'Send' },
      Send: {
        Type: 'Task',
        Resource: 'arn:aws:states:::lambda:invoke',
        Arguments: {
          FunctionName: functionArn('confirm-receipt'),
          Payload: { requestId: '{% $states.input.requestId %}' },
        },
        End: true,
      },
    },
  },
  'sla-clock': {
    QueryLanguage: 'JSONata',
    StartAt: 'Done',
    States: { Done: { Type: 'Succeed' } },
  },
};
