import { statSync } from 'node:fs';
import {
  DeleteSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { createSecrets, type SecretsEmulator } from '../../local/aws/secrets.ts';
import { handClock, startTestEndpoint, type TestEndpoint, temporaryFolder } from './aws-endpoint.ts';

const folder = temporaryFolder();
const clock = handClock();
let made = 0;
let endpoint: TestEndpoint;
let client: SecretsManagerClient;

function secrets(): SecretsEmulator {
  return createSecrets({
    file: folder.in('secrets.json'),
    initial: {
      desk: () => {
        made++;
        return JSON.stringify({ pepper: `value ${made}` });
      },
    },
    region: 'eu-central-1',
    accountId: '000000000000',
    now: clock.now,
  });
}

beforeAll(async () => {
  endpoint = await startTestEndpoint({ secretsmanager: secrets().service });
  client = new SecretsManagerClient(endpoint.client);
});

afterAll(async () => {
  client.destroy();
  await endpoint.stop();
  folder.remove();
});

test('a secret is made once, at the first start, in a file that only its owner reads', async () => {
  const first = await client.send(new GetSecretValueCommand({ SecretId: 'desk' }));
  expect(JSON.parse(first.SecretString ?? '')).toEqual({ pepper: 'value 1' });
  expect(secrets().value('desk')).toBe(first.SecretString);
  expect(made).toBe(1);
  expect(statSync(folder.in('secrets.json')).mode & 0o777).toBe(0o600);
});

test('a new version is current at once, the one before stays to be asked for, by ARN too', async () => {
  const before = await client.send(new GetSecretValueCommand({ SecretId: 'desk' }));
  await client.send(new PutSecretValueCommand({ SecretId: 'desk', SecretString: 'new' }));
  const current = await client.send(new GetSecretValueCommand({ SecretId: before.ARN }));
  const previous = await client.send(
    new GetSecretValueCommand({ SecretId: 'desk', VersionStage: 'AWSPREVIOUS' }),
  );
  const byVersion = await client.send(
    new GetSecretValueCommand({ SecretId: 'desk', VersionId: before.VersionId }),
  );
  expect(current.SecretString).toBe('new');
  expect(previous.SecretString).toBe(before.SecretString);
  expect(byVersion.SecretString).toBe(before.SecretString);
});

test.each(['nothing', '__proto__', 'constructor'])('there is no secret %s', async (SecretId) => {
  await expect(client.send(new GetSecretValueCommand({ SecretId }))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
});

test('an operation that is not played is refused by name', async () => {
  await expect(client.send(new DeleteSecretCommand({ SecretId: 'desk' }))).rejects.toMatchObject({
    name: 'UnknownOperationException',
  });
});
