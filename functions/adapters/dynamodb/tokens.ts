import { DeleteItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { ConflictError } from '../../domain/errors.ts';
import { type CaseStore, type Wait, waits } from '../../domain/ports.ts';
import { keys } from './keys.ts';
import { keyItem, type Table, translate } from './table.ts';

type Tokens = Pick<CaseStore, 'saveToken' | 'tokens' | 'dropToken'>;

/** The task tokens that executions wait with. */
export function createTokens(table: Table): Tokens {
  return {
    async saveToken(id, wait, token, at) {
      await translate(
        table.client.send(
          new PutItemCommand({
            TableName: table.name,
            Item: { ...keyItem(keys.token(id, wait)), token: { S: token }, at: { S: at } },
          }),
        ),
      );
    },
    async tokens(id) {
      const items = await table.queryAll({
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: keys.tokens(id).pk } },
        ConsistentRead: true,
      });
      return items.flatMap((item) => {
        const wait = waits.find((name) => name === item.sk?.S);
        return wait && item.token?.S ? [{ wait, token: item.token.S }] : [];
      });
    },
    async dropToken(id: string, wait: Wait, token: string) {
      try {
        await translate(
          table.client.send(
            new DeleteItemCommand({
              TableName: table.name,
              Key: keyItem(keys.token(id, wait)),
              ConditionExpression: '#token = :token',
              ExpressionAttributeNames: { '#token': 'token' },
              ExpressionAttributeValues: { ':token': { S: token } },
            }),
          ),
        );
      } catch (error) {
        // A newer execution has put its own token there: that one must stay.
        if (!(error instanceof ConflictError)) throw error;
      }
    },
  };
}
