import { SESClient, SendEmailCommand, SendRawEmailCommand } from '@aws-sdk/client-ses';
import { createSes, type SesEmulator, type SesEvent } from '../../local/aws/ses.ts';
import { type Outbox, openOutbox } from '../../local/outbox.ts';
import { handClock, startTestEndpoint, type TestEndpoint, temporaryFolder } from './aws-endpoint.ts';

const folder = temporaryFolder();
const clock = handClock();
const published: SesEvent[] = [];
let outbox: Outbox;
let ses: SesEmulator;
let endpoint: TestEndpoint;
let client: SESClient;

beforeAll(async () => {
  outbox = openOutbox(folder.in('outbox.jsonl'));
  ses = createSes({
    outbox,
    now: clock.now,
    configurationSet: 'rights-desk',
    publish: (event) => published.push(event),
  });
  endpoint = await startTestEndpoint({ ses: ses.service });
  client = new SESClient(endpoint.client);
});

afterEach(() => {
  endpoint.faults.clear();
  ses.clear();
  published.length = 0;
});

afterAll(async () => {
  client.destroy();
  await endpoint.stop();
  outbox.close();
  folder.remove();
});

function letter(to: string, over: Partial<ConstructorParameters<typeof SendEmailCommand>[0]> = {}) {
  return new SendEmailCommand({
    Source: 'Rights desk <privacy@kinescope.example>',
    Destination: { ToAddresses: [to] },
    Message: {
      Subject: { Data: 'Uw verzoek – ontvangen', Charset: 'UTF-8' },
      Body: { Text: { Data: 'Hallo & welkom\nregel 2' }, Html: { Data: '<p>Hallo &amp; welkom</p>' } },
    },
    ConfigurationSetName: 'rights-desk',
    Tags: [
      { Name: 'letter', Value: 'receipt' },
      { Name: 'reference', Value: 'R-123_abc' },
    ],
    ...over,
  });
}

test('a letter lands in the outbox with its tags, its texts and the virtual time', async () => {
  const sent = await client.send(letter('ada@example.com'));
  expect(outbox.mail(sent.MessageId ?? '')).toEqual({
    id: sent.MessageId,
    to: 'ada@example.com',
    from: 'Rights desk <privacy@kinescope.example>',
    subject: 'Uw verzoek – ontvangen',
    text: 'Hallo & welkom\nregel 2',
    html: '<p>Hallo &amp; welkom</p>',
    sentAt: '2026-03-05T09:00:00.000Z',
    letter: 'receipt',
    reference: 'R-123_abc',
    headers: {},
  });
});

test('the outbox is found again by another process, and half a line at its end is cut off', async () => {
  await client.send(letter('grace@example.com'));
  const { appendFileSync } = await import('node:fs');
  appendFileSync(folder.in('outbox.jsonl'), '{"id":"torn');
  const again = openOutbox(folder.in('outbox.jsonl'));
  expect(again.mails({ to: 'grace@example.com' })).toEqual(outbox.mails({ to: 'grace@example.com' }));
  expect(again.mails()).toHaveLength(outbox.mails().length);
  again.close();
});

test('a raw mail is read: encoded words, alternatives, quoted-printable, base64, own headers', async () => {
  const raw = [
    'From: privacy@kinescope.example',
    'To: lin@example.com',
    'Subject: =?UTF-8?B?Q2Fmw6k=?= =?UTF-8?Q?_=E2=80=93_antwoord?=',
    'List-Unsubscribe-Post: One-Click',
    'MIME-Version: 1.0',
    'Content-Type: multipart/alternative; boundary="b1"',
    '',
    '--b1',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: quoted-printable',
    '',
    'Een lange =',
    'regel met =C3=A9',
    '--b1',
    'Content-Type: text/html; charset=utf-8',
    'Content-Transfer-Encoding: base64',
    '',
    Buffer.from('<p>é</p>').toString('base64'),
    '--b1--',
    '',
  ].join('\r\n');
  const sent = await client.send(
    new SendRawEmailCommand({
      RawMessage: { Data: Buffer.from(raw) },
      Tags: [{ Name: 'letter', Value: 'answer' }],
    }),
  );
  expect(outbox.mail(sent.MessageId ?? '')).toMatchObject({
    to: 'lin@example.com',
    from: 'privacy@kinescope.example',
    subject: 'Café – antwoord',
    text: 'Een lange regel met é',
    html: '<p>é</p>',
    letter: 'answer',
    reference: null,
    headers: { 'list-unsubscribe-post': 'One-Click' },
  });
});

test.each([
  ['no addressee', { Destination: { ToAddresses: [] } }, 'InvalidParameterValue'],
  [
    'a line break in the address',
    { Destination: { ToAddresses: ['a@example.com\r\nBcc: b@example.com'] } },
    'InvalidParameterValue',
  ],
  ['an address beyond ASCII', { Destination: { ToAddresses: ['adá@example.com'] } }, 'InvalidParameterValue'],
  [
    'an unknown configuration set',
    { ConfigurationSetName: 'other' },
    'ConfigurationSetDoesNotExistException',
  ],
  ['a tag value with a blank', { Tags: [{ Name: 'letter', Value: 'a b' }] }, 'InvalidParameterValue'],
  [
    'more than 50 addressees',
    { Destination: { ToAddresses: Array.from({ length: 51 }, (_, at) => `p${at}@example.com`) } },
    'MessageRejected',
  ],
  ['a parameter that is not played', { ReturnPath: 'b@example.com' }, 'InvalidParameterValue'],
])('%s is refused and nothing is sent', async (_, over, name) => {
  const before = outbox.mails().length;
  await expect(client.send(letter('ada@example.com', over))).rejects.toMatchObject({ name });
  expect(outbox.mails()).toHaveLength(before);
});

test.each([
  ['throttled', { code: 'Throttling', status: 400 }],
  ['rejected', { code: 'MessageRejected', status: 400 }],
  ['broken', { code: 'ServiceUnavailable', status: 503 }],
])('scripted: the next call is %s, the one after is not', async (_, fault) => {
  endpoint.faults.add({ service: 'ses', operation: 'SendEmail', ...fault });
  const before = outbox.mails().length;
  await expect(client.send(letter('ada@example.com'))).rejects.toMatchObject({ name: fault.code });
  expect(outbox.mails()).toHaveLength(before);
  await client.send(letter('ada@example.com'));
  expect(outbox.mails()).toHaveLength(before + 1);
});

test('scripted: the mail leaves but its answer is lost (an ambiguous send)', async () => {
  endpoint.faults.add({ service: 'ses', code: 'dropped', when: 'after' });
  const before = outbox.mails().length;
  await expect(client.send(letter('ada@example.com'))).rejects.toThrow();
  expect(outbox.mails()).toHaveLength(before + 1);
});

test('scripted: a bounce is published with the message id and the tags, for the scripted address only', async () => {
  ses.script({ event: 'bounce', to: 'grace@example.com' });
  await client.send(letter('ada@example.com'));
  expect(published).toEqual([]);
  const { MessageId } = await client.send(letter('grace@example.com'));
  expect(published).toEqual([
    expect.objectContaining({
      eventType: 'Bounce',
      mail: expect.objectContaining({
        messageId: MessageId,
        tags: { letter: ['receipt'], reference: ['R-123_abc'] },
      }),
      bounce: expect.objectContaining({ bounceType: 'Permanent' }),
    }),
  ]);
  await client.send(letter('grace@example.com'));
  expect(published).toHaveLength(1);
});
