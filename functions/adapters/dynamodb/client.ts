import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { perRuntime } from '../per-runtime.ts';

export const dynamodb = perRuntime(() => new DynamoDBClient({}));
