import * as v from 'valibot';

/** Makes the next calls of an AWS service fail as AWS would, so that a test or a curious person can watch what happens then. */
export const faultScript = v.strictObject({
  service: v.picklist(['ses', 's3', 'kms', 'secretsmanager', 'states', 'cognito-idp']),
  /** Only calls of this operation, for example `SendEmail`; default: any. S3 operations go by their HTTP method. */
  operation: v.optional(v.string()),
  /** AWS's error code, for example `Throttling`, `AccessDeniedException`, `SlowDown`. */
  code: v.string(),
  status: v.optional(v.pipe(v.number(), v.integer(), v.minValue(400), v.maxValue(599)), 400),
  /** How many calls fail. */
  times: v.optional(v.union([v.pipe(v.number(), v.integer(), v.minValue(1)), v.literal('forever')]), 1),
  /** `before`: nothing happened · `after`: it happened and only the answer is lost (the connection drops). */
  when: v.optional(v.picklist(['before', 'after']), 'before'),
});
export type FaultScript = v.InferOutput<typeof faultScript>;

export interface FaultScripts {
  add(script: v.InferInput<typeof faultScript>): void;
  clear(): void;
  list(): readonly FaultScript[];
  /** The fault for this call, if one is scripted; it is used up by one. */
  take(service: string, operation: string): FaultScript | undefined;
}

export function createFaultScripts(): FaultScripts {
  let scripts: { script: FaultScript; left: number }[] = [];
  return {
    add(input) {
      const script = v.parse(faultScript, input);
      scripts.push({ script, left: script.times === 'forever' ? Number.POSITIVE_INFINITY : script.times });
    },
    clear() {
      scripts = [];
    },
    list: () => scripts.map(({ script }) => script),
    take(service, operation) {
      const match = scripts.find(
        ({ script }) =>
          script.service === service && (script.operation === undefined || script.operation === operation),
      );
      if (!match) return undefined;
      match.left--;
      if (match.left <= 0) scripts = scripts.filter((one) => one !== match);
      return match.script;
    },
  };
}
