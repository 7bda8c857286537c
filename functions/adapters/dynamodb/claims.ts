import { DeleteItemCommand, PutItemCommand, QueryCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { ConflictError } from '../../domain/errors.ts';
import type { CaseStore, Claim } from '../../domain/ports.ts';
import type { Item } from './codec.ts';
import { keys } from './keys.ts';
import { epochSeconds, keyItem, type Table, translate } from './table.ts';

type Claims = Pick<CaseStore, 'claim' | 'claimed' | 'replace' | 'release' | 'claims' | 'count' | 'counted'>;

export function claimItem(claim: Claim): Item {
  return {
    ...keyItem(keys.claim(claim.key)),
    owner: { S: claim.value },
    ...(claim.expiresAt ? { expiresAt: { N: epochSeconds(claim.expiresAt) } } : {}),
  };
}

/** What at most one owner can hold, and what is counted in windows of time. */
export function createClaims(table: Table): Claims {
  return {
    async claim(claim, now) {
      try {
        await translate(
          table.client.send(
            new PutItemCommand({
              TableName: table.name,
              Item: claimItem(claim),
              // Time-to-live deletes late, so an expired claim is overwritten rather than waited for.
              ConditionExpression: 'attribute_not_exists(pk) OR expiresAt < :now',
              ExpressionAttributeValues: { ':now': { N: epochSeconds(now) } },
            }),
          ),
        );
        return 'claimed';
      } catch (error) {
        if (!(error instanceof ConflictError)) throw error;
        const item = await table.get(keys.claim(claim.key));
        return { heldBy: item?.owner?.S ?? '' };
      }
    },
    async claimed(key, now) {
      const item = await table.get(keys.claim(key));
      const expires = item?.expiresAt?.N;
      return now && expires && Number(expires) < Number(epochSeconds(now)) ? undefined : item?.owner?.S;
    },
    async replace(claim) {
      await translate(
        table.client.send(new PutItemCommand({ TableName: table.name, Item: claimItem(claim) })),
      );
    },
    async release(key) {
      await translate(
        table.client.send(new DeleteItemCommand({ TableName: table.name, Key: keyItem(keys.claim(key)) })),
      );
    },
    async claims({ owner, startsWith }, limit) {
      const answer = await translate(
        table.client.send(
          new QueryCommand({
            TableName: table.name,
            KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
            ExpressionAttributeValues: { ':pk': { S: keys.claims(owner).pk }, ':prefix': { S: startsWith } },
            Limit: limit,
            ConsistentRead: true,
          }),
        ),
      );
      return (answer.Items ?? []).map((item) => ({
        key: `${owner}/${item.sk?.S ?? ''}`,
        value: item.owner?.S ?? '',
      }));
    },
    async count(counter, window) {
      const answer = await translate(
        table.client.send(
          new UpdateItemCommand({
            TableName: table.name,
            Key: keyItem(keys.counter(counter, window.key)),
            UpdateExpression: 'ADD uses :one SET expiresAt = :until',
            ExpressionAttributeValues: {
              ':one': { N: '1' },
              ':until': { N: epochSeconds(window.expiresAt) },
            },
            ReturnValues: 'UPDATED_NEW',
          }),
        ),
      );
      return Number(answer.Attributes?.uses?.N ?? 1);
    },
    async counted(counter, fromKey) {
      const answer = await translate(
        table.client.send(
          new QueryCommand({
            TableName: table.name,
            KeyConditionExpression: 'pk = :pk AND sk >= :from',
            ExpressionAttributeValues: { ':pk': { S: keys.counters(counter).pk }, ':from': { S: fromKey } },
          }),
        ),
      );
      return (answer.Items ?? []).reduce((sum, item) => sum + Number(item.uses?.N ?? 0), 0);
    },
  };
}
