import { openDesk } from '../journeys/desk.ts';

export interface Burst {
  readonly submissions: number;
  readonly taken: number;
  readonly heldBack: number;
  /** Any other answer. */
  readonly other: number;
  /** Connections that ended without an answer. */
  readonly cut: number;
  /** Requests that stand in the queue afterwards, and of those that were promised the ones that do not. */
  readonly rows: number;
  readonly lost: number;
  /** Milliseconds from sending to the whole answer. */
  readonly p50: number;
  readonly p99: number;
  readonly perSecond: number;
  /** Bytes that the edition's own memory has grown by, for each request that now waits; exact only where garbage can be collected first. */
  readonly bytesPerCase: number;
}

function heldBytes(): number {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** Many people at once at the form of this machine's edition, over HTTP, everything behind it real. */
export async function measureBurst(submissions: number, atOnce: number): Promise<Burst> {
  const desk = await openDesk();
  // On a busy machine a function may run out of its time; the engine calls it again, and nothing may be lost by it.
  desk.mayFail = true;
  try {
    const { edition } = desk;
    const times: number[] = [];
    const promised: string[] = [];
    let heldBack = 0;
    let other = 0;
    let cut = 0;
    let next = 0;

    /** A browser whose connection was cut asks once more, with the same key. */
    function asked(attempt: () => Promise<Response>): Promise<Response> {
      return attempt().catch(() => {
        cut += 1;
        return attempt();
      });
    }

    async function person(): Promise<void> {
      while (next < submissions) {
        const number = next;
        next += 1;
        const began = performance.now();
        const answer = await asked(() =>
          fetch(`${edition.url}/api/requests`, {
            method: 'POST',
            headers: { 'content-type': 'application/json', 'idempotency-key': `burst-${number}` },
            body: JSON.stringify({
              email: `person${number}@example.org`,
              rights: ['access'],
              language: 'nl',
            }),
          }),
        );
        const text = await answer.text();
        times.push(performance.now() - began);
        if (answer.status === 202) promised.push(JSON.parse(text).submitted[0].reference);
        else if (answer.status === 429 && answer.headers.has('retry-after')) heldBack += 1;
        else other += 1;
      }
    }

    const before = heldBytes();
    const began = performance.now();
    await Promise.all(Array.from({ length: atOnce }, person));
    const seconds = (performance.now() - began) / 1000;
    await edition.settle();
    const grown = heldBytes() - before;
    const standing = await queued(desk);
    times.sort((a, b) => a - b);
    const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
    return {
      submissions,
      taken: promised.length,
      heldBack,
      other,
      cut,
      rows: standing.size,
      lost: promised.filter((reference) => !standing.has(reference)).length,
      p50: at(0.5),
      p99: at(0.99),
      perSecond: submissions / seconds,
      bytesPerCase: Math.max(0, grown) / Math.max(1, promised.length),
    };
  } finally {
    await desk.stop();
  }
}

async function queued(desk: Awaited<ReturnType<typeof openDesk>>): Promise<ReadonlySet<string>> {
  const references = new Set<string>();
  const staff = desk.staff();
  let cursor = '';
  do {
    const { body } = await staff.get(`/requests?${cursor ? `cursor=${encodeURIComponent(cursor)}` : ''}`);
    for (const item of body.items) references.add(item.reference);
    cursor = body.cursor ?? '';
  } while (cursor !== '');
  return references;
}
