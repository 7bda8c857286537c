import { appendFileSync, readFileSync } from 'node:fs';
import { createMetrics } from '../../functions/runtime/metrics.ts';
import { openLineFile, readLines } from '../../local/line-file.ts';
import { createMetricsRecorder } from '../../local/metrics.ts';
import { type OutboxMail, openOutbox } from '../../local/outbox.ts';
import { temporaryFolder } from './aws-endpoint.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());

function mail(id: string, over: Partial<OutboxMail> = {}): OutboxMail {
  return {
    id,
    to: 'ada@example.com',
    from: 'privacy@kinescope.example',
    subject: `Betreft ☺ ${id}`,
    text: 'één\nregel',
    html: '<p>één</p>',
    sentAt: '2026-03-05T09:00:00.000Z',
    letter: 'receipt',
    reference: 'r1',
    headers: {},
    ...over,
  };
}

test('mails come back in order and by filter, from another process too', () => {
  const path = folder.in('outbox.jsonl');
  const outbox = openOutbox(path);
  const mails = [
    mail('1'),
    mail('2', { to: 'grace@example.com, lin@example.com', letter: 'answer' }),
    mail('3', { reference: 'r3', letter: null }),
  ];
  for (const one of mails) outbox.add(one);
  outbox.close();
  const again = openOutbox(path);
  again.add(mail('4'));
  expect(again.mails()).toEqual([...mails, mail('4')]);
  expect(again.mails({ to: 'lin@example.com' }).map(({ id }) => id)).toEqual(['2']);
  expect(again.mails({ letter: 'receipt', reference: 'r1' }).map(({ id }) => id)).toEqual(['1', '4']);
  expect(again.mail('3')).toEqual(mails[2]);
  expect(again.mail('5')).toBeUndefined();
  expect(again.summaries()[0]).not.toHaveProperty('text');
  again.close();
});

test.each(['{"id":"half', '{"id":"half ☺'.slice(0, -1)])(
  'half a line at the end (%p) is cut off, wherever it was cut',
  (torn) => {
    const path = folder.in(`torn-${torn.length}.jsonl`);
    const outbox = openOutbox(path);
    outbox.add(mail('1'));
    outbox.close();
    const whole = readFileSync(path);
    for (const cut of [1, torn.length]) {
      appendFileSync(path, torn.slice(0, cut));
      const again = openOutbox(path);
      expect(again.mails()).toEqual([mail('1')]);
      again.close();
      expect(readFileSync(path)).toEqual(whole);
    }
  },
);

test('a file that is all one torn line is begun anew', () => {
  const path = folder.in('only-torn.jsonl');
  appendFileSync(path, '{"id"');
  openLineFile(path).close();
  expect(readFileSync(path, 'utf8')).toBe('');
});

test('a line file is set aside when it has grown, and no line is lost on the way', () => {
  const path = folder.in('aside.jsonl');
  const file = openLineFile(path, { setAsideAt: 30 });
  for (let line = 1; line <= 7; line++) file.append(`line number ${line}`);
  file.close();
  expect([...readLines(`${path}.1`), ...readLines(path)].slice(-2)).toEqual([
    'line number 6',
    'line number 7',
  ]);
  expect(readLines(`${path}.1`).length).toBeGreaterThan(0);
});

test('metrics are summed by name and dimensions, and known again after a restart', () => {
  const file = folder.in('metrics.jsonl');
  let now = Date.parse('2026-03-05T09:00:00Z');
  const recorder = createMetricsRecorder(file);
  const metrics = createMetrics({ write: (line) => void recorder.record(line), now: () => now });
  metrics.emit('Open', 3);
  now += 60_000;
  metrics.emit('Open', 5);
  metrics.emit('Failed', 1, 'Count', { Processor: 'mailchimp' });
  metrics.emit('Failed', 1, 'Count', { Processor: 'intercom' });
  expect(recorder.record('{"level":"INFO","message":"no metric"}')).toBe(false);
  expect(recorder.record('{"_aws": broken')).toBe(false);
  recorder.close();
  const again = createMetricsRecorder(file);
  const summaries = again.summaries();
  expect(summaries).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ name: 'Failed', dimensions: { Processor: 'mailchimp' }, count: 1 }),
      expect.objectContaining({ name: 'Failed', dimensions: { Processor: 'intercom' }, count: 1 }),
    ]),
  );
  expect(summaries.filter(({ name }) => name === 'Open')).toEqual([
    {
      name: 'Open',
      unit: 'Count',
      dimensions: {},
      count: 2,
      sum: 8,
      min: 3,
      max: 5,
      last: 5,
      lastAt: '2026-03-05T09:01:00.000Z',
      points: [
        { at: '2026-03-05T09:00:00.000Z', value: 3 },
        { at: '2026-03-05T09:01:00.000Z', value: 5 },
      ],
    },
  ]);
  again.close();
});
