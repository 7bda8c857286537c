import { PutItemCommand, type TransactWriteItem, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { ConflictError } from '../../domain/errors.ts';
import type { CaseStore, Submission } from '../../domain/ports.ts';
import { submissionItem, submissionOf } from './codec.ts';
import { keys } from './keys.ts';
import { epochSeconds, keyItem, type Table, translate } from './table.ts';

type Submissions = Pick<CaseStore, 'submission' | 'submissionByToken' | 'saveSubmission' | 'takeTry'>;

/** Replaces a submission only if neither its code nor its token has changed since it was read: spending is exact. */
export function submissionWrites(
  table: Table,
  before: Submission | undefined,
  after: Submission,
): TransactWriteItem[] {
  const writes: TransactWriteItem[] = [
    {
      Put: {
        TableName: table.name,
        Item: { ...keyItem(keys.submission(after.id)), ...submissionItem(after) },
        ...(before
          ? {
              ConditionExpression: 'code = :code AND #token = :token',
              ExpressionAttributeNames: { '#token': 'token' },
              ExpressionAttributeValues: {
                ':code': { S: before.code?.hash ?? '-' },
                ':token': { S: before.token?.hash ?? '-' },
              },
            }
          : { ConditionExpression: 'attribute_not_exists(pk)' }),
      },
    },
  ];
  if (after.token && after.token.hash !== before?.token?.hash) {
    writes.push({
      Put: {
        TableName: table.name,
        Item: {
          ...keyItem(keys.link(after.token.hash)),
          owner: { S: after.id },
          expiresAt: { N: epochSeconds(after.token.expiresAt) },
        },
      },
    });
  }
  return writes;
}

export function createSubmissions(table: Table): Submissions {
  return {
    async submission(id) {
      const item = await table.get(keys.submission(id));
      return item ? submissionOf(item) : undefined;
    },
    async submissionByToken(tokenHash) {
      const link = await table.get(keys.link(tokenHash));
      const item = link?.owner?.S ? await table.get(keys.submission(link.owner.S)) : undefined;
      return item ? submissionOf(item) : undefined;
    },
    async saveSubmission(before, after) {
      const writes = submissionWrites(table, before, after);
      const [only, ...more] = writes;
      // A single write needs no transaction, which would cost it twice.
      if (only?.Put && more.length === 0) await translate(table.client.send(new PutItemCommand(only.Put)));
      else await table.transact(writes);
    },
    async takeTry(id, limits) {
      try {
        const answer = await translate(
          table.client.send(
            new UpdateItemCommand({
              TableName: table.name,
              Key: keyItem(keys.submission(id)),
              UpdateExpression: 'ADD tries :one, #total :one',
              ConditionExpression:
                'attribute_exists(pk) AND #code <> :none AND tries < :per AND #total < :total AND #until > :now',
              ExpressionAttributeNames: { '#total': 'total', '#until': 'until', '#code': 'code' },
              ExpressionAttributeValues: {
                ':one': { N: '1' },
                ':per': { N: String(limits.perCode) },
                ':total': { N: String(limits.total) },
                ':now': { S: limits.now },
                ':none': { S: '-' },
              },
              ReturnValues: 'ALL_NEW',
            }),
          ),
        );
        return answer.Attributes ? submissionOf(answer.Attributes) : undefined;
      } catch (error) {
        if (error instanceof ConflictError) return undefined;
        throw error;
      }
    },
  };
}
