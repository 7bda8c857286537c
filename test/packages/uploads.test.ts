import { createUploads, type UploadWorld } from '../../functions/adapters/https/uploads.ts';
import { type Receiver, startReceiver, status } from './receiver.ts';

let receiver: Receiver;
beforeAll(async () => {
  receiver = await startReceiver();
});
afterAll(() => receiver.stop());
beforeEach(() => {
  receiver.took.length = 0;
  receiver.answers = [status(200)];
});

const uploads = (more: Partial<UploadWorld> = {}) =>
  createUploads({
    reach: 'public-and-loopback',
    resolve: async () => {
      throw new Error('nobody asks for a name');
    },
    uploadMs: 5000,
    silenceMs: 5000,
    ...more,
  });

async function* body(size = 3, chunks = 1): AsyncIterable<Uint8Array> {
  for (let number = 0; number < chunks; number += 1) yield Buffer.alloc(size, 'x');
}
const file = { bytes: 3, hash: 'ab'.repeat(32) };
const put = (more: Partial<UploadWorld> = {}, address = `${receiver.url}/in?sig=secret`) =>
  uploads(more).put(address, { ...file, body: body() });

test('what a receiver takes is taken, whatever it says about it', async () => {
  for (const code of [200, 201, 204]) {
    receiver.answers = [status(code)];
    expect(await put()).toEqual({ outcome: 'taken' });
  }
  expect(receiver.took.map((one) => one.body.toString())).toEqual(['xxx', 'xxx', 'xxx']);
});

test('a redirect is not followed, to wherever it leads', async () => {
  for (const code of [301, 302, 303, 307, 308]) {
    receiver.answers = [status(code, { location: 'http://169.254.169.254/latest/meta-data/' })];
    expect(await put()).toEqual({ outcome: 'failed', code: 'redirected', status: code });
  }
  expect(receiver.took).toHaveLength(5);
});

test('a refusal is final; what may be over in a minute is tried again', async () => {
  for (const code of [400, 401, 403, 404, 405, 411, 413, 501]) {
    receiver.answers = [status(code)];
    if (code === 501)
      await expect(put()).rejects.toMatchObject({ name: 'TransientError', code: 'not-reached' });
    else expect(await put()).toEqual({ outcome: 'failed', code: 'refused', status: code });
  }
  for (const code of [408, 429, 500, 502, 503]) {
    receiver.answers = [status(code)];
    await expect(put()).rejects.toMatchObject({ name: 'TransientError', code: 'not-reached' });
  }
});

test('a receiver that falls silent, hangs up or is not there costs a bounded time and says nothing of the address', async () => {
  receiver.answers = [() => undefined];
  await expect(put({ silenceMs: 200 })).rejects.toMatchObject({ name: 'TransientError' });
  expect(await put({ uploadMs: 200 })).toEqual({ outcome: 'failed', code: 'too-slow' });
  receiver.answers = [(outgoing) => void outgoing.socket?.destroy()];
  await expect(put()).rejects.toMatchObject({ name: 'TransientError', code: 'not-reached' });
  const gone = await startReceiver();
  await gone.stop();
  const error = await put({}, `${gone.url}/in?sig=secret`).catch((thrown: Error) => thrown);
  expect(error).toMatchObject({ name: 'TransientError', message: 'not-reached' });
  expect(JSON.stringify(error)).not.toContain('secret');
});

test('an endless answer is not read to its end', async () => {
  let written = 0;
  receiver.answers = [
    (outgoing) => {
      outgoing.writeHead(200);
      const more = () => {
        while (!outgoing.destroyed && written < 64 * 1024 * 1024) {
          written += 65_536;
          if (!outgoing.write(Buffer.alloc(65_536))) {
            outgoing.once('drain', more);
            return;
          }
        }
      };
      more();
    },
  ];
  expect(await put()).toEqual({ outcome: 'taken' });
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(written).toBeLessThan(32 * 1024 * 1024);
});

test('the bytes stream: a slow receiver holds the source back', async () => {
  let made = 0;
  async function* large(): AsyncIterable<Uint8Array> {
    for (; made < 400; made += 1) yield Buffer.alloc(65_536);
  }
  const whole = await uploads().put(`${receiver.url}/in`, {
    bytes: 400 * 65_536,
    hash: file.hash,
    body: large(),
  });
  expect(whole).toEqual({ outcome: 'taken' });
  expect(receiver.took[0]?.body.byteLength).toBe(400 * 65_536);
});

test('our own store’s failure is not told as the other side’s', async () => {
  async function* broken(): AsyncIterable<Uint8Array> {
    yield Buffer.alloc(1);
    throw new TypeError('ours');
  }
  await expect(
    uploads().put(`${receiver.url}/in`, { bytes: 10, hash: file.hash, body: broken() }),
  ).rejects.toThrow('ours');
});

describe('a name is looked at when it is resolved, and what was looked at is connected to', () => {
  const named = (addresses: readonly string[]) =>
    put({ resolve: async () => addresses }, 'https://upload.example.org/in?sig=secret');

  test.each([
    [['10.0.0.1']],
    [['169.254.169.254']],
    [['127.0.0.2']],
    [['fd00:ec2::254']],
    [['::ffff:10.0.0.1']],
    [['203.0.113.9']],
    // One good address does not excuse a bad one: which of them is used is chance.
    [['93.184.216.34', '10.0.0.1']],
  ])('%j is not gone to', async (addresses) => {
    expect(await named(addresses)).toEqual({ outcome: 'failed', code: 'host-not-public' });
  });

  test('a name without an address, or that cannot be asked, may work later', async () => {
    await expect(named([])).rejects.toMatchObject({ name: 'TransientError' });
    await expect(
      put(
        { resolve: () => Promise.reject(new Error('ENOTFOUND upload.example.org')) },
        'https://upload.example.org/',
      ),
    ).rejects.toMatchObject({ name: 'TransientError', message: 'not-reached' });
  });

  test('the name is asked once, and the connection goes to that answer', async () => {
    let asked = 0;
    const resolve = async () => {
      asked += 1;
      // The second answer of a rebinding name would lead inside.
      return asked === 1 ? ['127.0.0.1'] : ['10.0.0.1'];
    };
    const { port } = new URL(receiver.url);
    // No TLS is spoken there, so the exchange fails; that it was tried there and nowhere else is what counts.
    await expect(put({ resolve }, 'https://upload.example.org/in')).rejects.toMatchObject({
      name: 'TransientError',
    });
    expect({ asked, port: Number(port) > 0 }).toEqual({ asked: 1, port: true });
  });

  test('a literal address needs no asking and is judged all the same', async () => {
    await expect(put({ reach: 'public' })).rejects.toMatchObject({ name: 'InvalidInput', code: 'not-https' });
    await expect(put({}, 'https://169.254.169.254/')).rejects.toMatchObject({ code: 'host-not-public' });
  });
});
