import * as v from 'valibot';
import { type RequestRow, reference } from '../domain/case.ts';
import { converge } from '../domain/converge.ts';
import { taskOf } from '../domain/dispositions.ts';
import { PermanentError, TransientError } from '../domain/errors.ts';
import type { Fact } from '../domain/lifecycle.ts';
import type { CaseStore } from '../domain/ports.ts';
import { letterKinds } from '../domain/words.ts';
import type { Handler, Runtime } from '../runtime/lambda.ts';

interface Ports {
  readonly store: CaseStore;
}

const notification = v.object({
  Records: v.array(v.object({ Sns: v.object({ Message: v.string() }) })),
});

/** An SES event as its configuration set publishes it; only what is used. The tags are ours. */
const sesEvent = v.object({
  eventType: v.picklist([
    'Send',
    'Delivery',
    'Bounce',
    'Complaint',
    'Reject',
    'DeliveryDelay',
    'Open',
    'Click',
    'Rendering Failure',
  ]),
  bounce: v.optional(v.object({ bounceType: v.string() })),
  mail: v.object({
    messageId: v.string(),
    tags: v.object({
      reference: v.tuple([reference]),
      'letter-id': v.tuple([v.string()]),
      letter: v.tuple([v.picklist(letterKinds)]),
    }),
  }),
});
type SesEvent = v.InferOutput<typeof sesEvent>;

/** Events that must not be lost: somebody was not reached, or does not want our mail. */
const matters: ReadonlySet<string> = new Set(['Bounce', 'Reject', 'Complaint']);

/** Letters after which a request counts as answered; one that comes back means that it is not (F36). */
const answering: ReadonlySet<string> = new Set(['answer', 'refusal', 'release']);

/** What became of the letters: comes from SES through our own topic, at least once and in any order. */
export function createMailEvents({ store }: Ports, runtime: Runtime): Handler {
  return async (event) => {
    const parsed = v.safeParse(notification, event);
    if (!parsed.success) throw new PermanentError('not-a-notification');
    for (const { Sns } of parsed.output.Records) {
      const message = v.safeParse(sesEvent, JSON.parse(Sns.Message));
      // Mail of others than ours (a test from the console) has none of our tags.
      if (message.success) await apply(message.output);
    }
    return {};
  };

  async function apply(event: SesEvent): Promise<void> {
    const at = new Date(runtime.now()).toISOString();
    const [id] = event.mail.tags.reference;
    const [letterId] = event.mail.tags['letter-id'];
    const kind = event.eventType;
    if (kind === 'Bounce' || kind === 'Reject') runtime.metrics.emit('LetterBounced', 1);
    if (kind === 'Complaint') runtime.metrics.emit('LetterComplained', 1);
    await converge(store, id, (current): readonly Fact[] => {
      const letter = current.letters.find((one) => one.id === letterId);
      // The event overtook the transaction that records the letter: Lambda tries again, and what never fits is a dead letter.
      if (!letter && matters.has(kind)) throw new TransientError('letter-not-recorded-yet');
      if (!letter || (letter.messageId && letter.messageId !== event.mail.messageId)) return [];
      const withState = (state: typeof letter.state) => [
        { kind: 'letter', value: { ...letter, state } } as const,
      ];
      const data = { letter: letterId };
      switch (kind) {
        case 'Delivery':
          // A bounce may follow a delivery, never the other way round: the later truth stays.
          return letter.state === 'sent'
            ? [{ type: 'letter-delivered', by: 'system', at, data, children: withState('delivered') }]
            : [];
        case 'Complaint':
          return letter.state === 'complained'
            ? []
            : [
                {
                  type: 'letter-complained',
                  by: 'system',
                  at,
                  data,
                  children: [
                    ...withState('complained'),
                    {
                      kind: 'task',
                      value: taskOf(
                        {
                          processor: 'staff',
                          at,
                          plannedBy: current.row.plannedBy,
                          action: 'mail-complaint',
                        },
                        'mail-complaint',
                        'complained',
                      ),
                    },
                  ],
                },
              ];
        case 'Bounce':
        case 'Reject':
          if (letter.state === 'bounced' || event.bounce?.bounceType === 'Transient') return [];
          return [
            {
              type: 'letter-bounced',
              by: 'system',
              at,
              data,
              children: [
                ...withState('bounced'),
                {
                  kind: 'task',
                  value: taskOf(
                    {
                      processor: 'request',
                      at,
                      plannedBy: current.row.plannedBy,
                      action: `letter-${letterId}`,
                    },
                    'letter-bounced',
                    'bounced',
                  ),
                },
              ],
            },
            // A reminder that comes back undoes nothing: its letter carries a name of its own.
            ...(letter.id === letter.kind ? undone(current.row, letter.kind, at) : []),
          ];
        default:
          return [];
      }
    });
  }
}

/** Ends that no letter of ours had to reach: the subject's own wish, another request that goes on, a mailbox that nobody proved. */
const without: ReadonlySet<RequestRow['outcome']> = new Set(['withdrawn', 'merged', 'not-verified']);

/** The subject was not reached: the request is not answered after all, also when it was closed meanwhile, and its clock runs on. */
function undone(row: RequestRow, kind: string, at: string): readonly Fact[] {
  const told = (row.status === 'answered' || row.status === 'closed') && !without.has(row.outcome);
  if (!told || !answering.has(kind)) return [];
  const acted = row.decision !== undefined && kind === 'answer';
  const to = row.package ? 'awaiting-release' : acted ? 'acting' : 'awaiting-decision';
  return [
    {
      type: 'answer-undelivered',
      by: 'system',
      at,
      to,
      data: { letter: kind },
      set: { answeredAt: undefined },
    },
  ];
}
