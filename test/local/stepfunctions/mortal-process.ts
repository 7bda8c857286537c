// A process that the durability test kills: an engine on a real clock behind its HTTP front.
// Arguments: DynamoDB endpoint, port to listen on. Prints one JSON line per call and per token.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createEngine } from '../../../local/stepfunctions/engine.ts';
import { isObject } from '../../../local/stepfunctions/json.ts';
import { createProtocol } from '../../../local/stepfunctions/protocol.ts';
import { createDynamoStore } from '../../../local/stepfunctions/store-dynamodb.ts';
import { child, functionsOf, parent } from './scenario.ts';

async function main(): Promise<void> {
  const [endpoint = '', port = ''] = process.argv.slice(2);
  const client = new DynamoDBClient({
    endpoint,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const tell = (line: unknown) => process.stdout.write(`${JSON.stringify(line)}\n`);
  const functions = functionsOf({ add: (token) => tell({ token }) });
  const clock = { now: Date.now };
  const engine = createEngine({
    machines: { parent, child },
    invoke: async (name, payload) => {
      tell({ call: name });
      // Long enough that a kill often falls inside a call.
      await new Promise((resolve) => setTimeout(resolve, 30));
      return functions[name]?.(isObject(payload) ? payload : { value: payload }, 0);
    },
    clock,
    store: createDynamoStore({ client }),
    random: Math.random,
    onFault: (error) => process.stderr.write(`${error}\n`),
  });
  await engine.start();
  createProtocol(engine, { clock })
    .createServer()
    .listen(Number(port), '127.0.0.1', () => tell({ ready: true }));
}

main();
