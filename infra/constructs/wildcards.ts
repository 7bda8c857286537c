import { Stack, Validations } from 'aws-cdk-lib';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';

/**
 * Explains to cdk-nag every resource pattern in a role's statements, one by one, so that a new kind of pattern still stops the synthesis.
 * `reasonFor` answers undefined for what nobody has explained.
 */
export function explainWildcards(
  role: Construct,
  statements: readonly PolicyStatement[],
  reasonFor: (resource: string) => string | undefined,
): void {
  for (const statement of statements) {
    for (const resource of statement.resources) {
      const pattern = flatten(Stack.of(role).resolve(resource));
      const reason = pattern.includes('*') ? reasonFor(pattern) : undefined;
      if (reason) {
        Validations.of(role).acknowledge({ id: `AwsSolutions-IAM5[Resource::${pattern}]`, reason });
      }
    }
  }
}

/** A resolved name as cdk-nag writes it in the id of a finding: `<AWS::AccountId>` for a reference. */
function flatten(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'object' && value !== null) {
    if ('Ref' in value) return `<${String(value.Ref)}>`;
    if ('Fn::GetAtt' in value && Array.isArray(value['Fn::GetAtt'])) {
      return `<${value['Fn::GetAtt'].join('.')}>`;
    }
    if ('Fn::Join' in value && Array.isArray(value['Fn::Join'])) {
      const [separator, parts]: unknown[] = value['Fn::Join'];
      if (Array.isArray(parts)) return parts.map(flatten).join(String(separator));
    }
  }
  return JSON.stringify(value);
}
