import { definitionVersion, versionPlaceholder } from '../workflows/definition-version.ts';
import packageTransmission from '../workflows/package-transmission.asl.json' with { type: 'json' };
import rightsRequest from '../workflows/rights-request.asl.json' with { type: 'json' };
import slaClock from '../workflows/sla-clock.asl.json' with { type: 'json' };

export const region = 'eu-central-1';
export const accountId = '000000000000';

/** Names of the state machines, as in their ARNs. */
export const machineNames = {
  rightsRequest: 'rights-request',
  slaClock: 'sla-clock',
  packageTransmission: 'package-transmission',
} as const;

export const stateMachineArn = (name: string) => `arn:aws:states:${region}:${accountId}:stateMachine:${name}`;
export const functionArn = (name: string) => `arn:aws:lambda:${region}:${accountId}:function:${name}`;

/** The product's definitions with their placeholders filled as the CDK app fills them, for this machine's ARNs. */
export function productMachines(): Readonly<Record<string, unknown>> {
  return {
    [machineNames.rightsRequest]: substituted(rightsRequest),
    [machineNames.slaClock]: substituted(slaClock),
    [machineNames.packageTransmission]: substituted(packageTransmission),
  };
}

/** A definition as written, with its placeholders filled for this machine. */
export function substituted(definition: unknown): unknown {
  const text = JSON.stringify(definition)
    .replaceAll(`\${${versionPlaceholder}}`, definitionVersion(definition))
    .replace(/\$\{([A-Za-z]+)Arn\}/g, (_, name: string) => {
      const kebab = name.replace(/([a-z])([A-Z])/g, '$1-$2').toLowerCase();
      return kebab === machineNames.slaClock ? stateMachineArn(kebab) : functionArn(kebab);
    });
  return JSON.parse(text);
}
