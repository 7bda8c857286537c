import { canonicalJson, chain, noEvent, sha256 } from '../../functions/domain/audit.ts';
import {
  bytesToSign,
  caseFileBody,
  commit,
  commitmentOf,
  receiptBody,
  sealFile,
  transmissionReceiptBody,
} from '../../functions/domain/case-file.ts';
import { caseWith, disposition, letter, receivedAt, requestId, task } from './case-builder.ts';

const event = (seq: number, type: string, data = {}, prev = noEvent) =>
  chain(prev, seq, { at: receivedAt, type, by: 'system', data });

describe('sealed words', () => {
  const salts = () => {
    let next = 0;
    return () => `salt-${next++}`;
  };

  test('are committed to in the order of their names, each under a salt of its own', () => {
    const { commitments, openings } = commit(
      [
        { name: 'subject', value: { email: 'ada@example.com' } },
        { name: 'explanation', value: 'words' },
        { name: 'message', value: 3 },
      ],
      salts(),
    );
    expect(openings).toEqual([
      { name: 'explanation', salt: 'salt-0', value: '"words"' },
      { name: 'message', salt: 'salt-1', value: '3' },
      { name: 'subject', salt: 'salt-2', value: '{"email":"ada@example.com"}' },
    ]);
    expect(commitments).toEqual([
      { name: 'explanation', commitment: sha256('salt-0\n"words"') },
      { name: 'message', commitment: sha256('salt-1\n3') },
      { name: 'subject', commitment: commitmentOf('salt-2', '{"email":"ada@example.com"}') },
    ]);
  });
});

describe('the body that is signed', () => {
  const about = {
    issuedAt: receivedAt,
    publicKey: 'PEM',
    commitments: [{ name: 'subject', commitment: 'c' }],
  };
  const events = [
    event(0, 'received', { channel: 'form' }),
    event(1, 'package-built', { hash: 'h1', bytes: 5 }),
    event(2, 'released', { hash: 'h1' }),
  ];

  test('says what was asked, when, what became of it, and nothing that names a person', () => {
    const current = caseWith({
      status: 'closed',
      outcome: 'fulfilled',
      answeredAt: '2026-03-20T09:00:00.000Z',
      anonymisedAt: '2027-03-20T09:00:00.000Z',
    });
    const { request, ...rest } = caseFileBody(current, events, about);
    expect(request).toMatchObject({
      reference: requestId,
      right: 'erasure',
      receivedAt,
      status: 'closed',
      outcome: 'fulfilled',
      plannedBy: '2026-04-05',
      legalBy: '2026-04-07',
      wordsDestroyedAt: '2027-03-20T09:00:00.000Z',
    });
    expect(rest).toMatchObject({
      form: 'rights-desk-case-file-1',
      issuedAt: receivedAt,
      controller: { name: 'Kinescope B.V.', chamberOfCommerce: '84154799' },
      signedWith: sha256('PEM'),
      head: current.row.head,
      events,
      sealed: about.commitments,
    });
    expect(canonicalJson({ request, rest })).not.toContain(current.row.mailbox);
  });

  test('lists what is beside the request in one order, without the vendors’ own handles', () => {
    const later = '2026-03-09T09:00:00.000Z';
    const current = caseWith(
      {},
      {
        dispositions: [disposition('stripe', { job: 'job-1' }), disposition('adyen')],
        letters: [
          letter('answer', { at: later, messageId: 'mail-2' }),
          letter('receipt'),
          letter('code', { messageId: 'mail-1' }),
        ],
        tasks: [
          task('paypal', { operation: 'erase' }),
          task('paypal', { operation: 'restrict' }),
          task('meta'),
        ],
      },
    );
    const body = caseFileBody(current, events, about);
    expect(body.dispositions).toEqual([disposition('adyen'), disposition('stripe')]);
    expect(body.letters).toEqual([letter('code'), letter('receipt'), letter('answer', { at: later })]);
    expect(body.tasks.map((one) => `${one.processor} ${one.operation}`)).toEqual([
      'meta erase',
      'paypal erase',
      'paypal restrict',
    ]);
  });

  test('names each package that was built or released by its hash', () => {
    expect(caseFileBody(caseWith(), events, about).packages).toEqual([
      { seq: 1, at: receivedAt, event: 'package-built', hash: 'h1', bytes: 5 },
      { seq: 2, at: receivedAt, event: 'released', hash: 'h1', bytes: undefined },
    ]);
  });

  test('a receipt holds the length and the head of the trail as it stands', () => {
    const about = { reference: requestId, issuedAt: receivedAt, publicKey: 'PEM' };
    expect(receiptBody(events, about)).toEqual({
      form: 'rights-desk-receipt-1',
      issuedAt: receivedAt,
      reference: requestId,
      signedWith: sha256('PEM'),
      events: 3,
      head: events[2]?.hash,
    });
    expect(receiptBody([], about)).toMatchObject({ events: 0, head: '' });
  });

  test('a receipt for a transmission names the bytes, the host and the event that says so', () => {
    const data = { number: 2, host: 'files.example.com', hash: 'h1', bytes: 5, words: 'receiver.1' };
    const sent = event(7, 'transmitted', data);
    expect(
      transmissionReceiptBody(sent, {
        reference: requestId,
        issuedAt: '2026-04-01T00:00:00.000Z',
        publicKey: 'PEM',
      }),
    ).toEqual({
      form: 'rights-desk-transmission-receipt-1',
      issuedAt: '2026-04-01T00:00:00.000Z',
      reference: requestId,
      signedWith: sha256('PEM'),
      transmission: { number: 2, host: 'files.example.com', package: 'h1', bytes: 5, at: receivedAt },
      events: 8,
      head: sent.hash,
    });
  });

  test('the bytes that are signed are those that are sent', () => {
    const body = receiptBody(events, { reference: requestId, issuedAt: receivedAt, publicKey: 'PEM' });
    const signed = Buffer.from(bytesToSign(body)).toString();
    expect(sealFile(body, 'signature', 'PEM')).toBe(
      `{"body":${signed},"publicKey":"PEM","signature":"signature"}`,
    );
    expect(sealFile(body, 's', 'PEM', [{ name: 'n', salt: 'x', value: '1' }])).toContain(
      '"openings":[{"name":"n","salt":"x","value":"1"}]',
    );
  });
});
