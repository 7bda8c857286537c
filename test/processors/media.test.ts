import { createMediaClient } from '../../functions/processors/account/media.ts';
import type { HttpRequest, HttpResponse } from '../../functions/processors/contract.ts';
import { gather } from './vendors.ts';

/** Kinescope's public API with so many videos, in pages of a hundred as the real one gives at most. */
function setUp(count: number, options: { readonly stubborn?: boolean } = {}) {
  const videos = new Set(Array.from({ length: count }, (_, at) => `video-${at}`));
  const answer = (status: number, body: unknown): HttpResponse => ({
    status,
    headers: {},
    body: JSON.stringify(body),
  });
  const send = async ({ method, url }: HttpRequest): Promise<HttpResponse> => {
    const { pathname, searchParams } = new URL(url);
    if (method === 'DELETE') {
      if (options.stubborn !== true) videos.delete(pathname.split('/').at(-1) ?? '');
      return answer(200, { data: { success: true } });
    }
    const page = Number(searchParams.get('page'));
    const perPage = Math.min(Number(searchParams.get('per_page')), 100);
    const data = [...videos]
      .slice((page - 1) * perPage, page * perPage)
      .map((id) => ({ id, title: `Film ${id}` }));
    return answer(200, { data, meta: { pagination: { page, per_page: perPage, total: videos.size } } });
  };
  const media = createMediaClient(
    { mediaUrl: 'https://api.kinescope.io/v1', mediaTokenSecret: 'media' },
    { http: { send }, now: () => 0, secret: async () => 'token' },
  );
  return { media, videos };
}

describe('media', () => {
  test('counts, exports and erases over all pages', async () => {
    const { media, videos } = setUp(250);
    expect(await media.countVideos('p1')).toBe(250);
    const records = await gather(media.records('p1'));
    expect(new Set(records.map(({ handle }) => handle)).size).toBe(250);
    expect(records[0]?.data).toEqual({ id: 'video-0', title: 'Film video-0' });
    await media.eraseProject('p1');
    expect(videos.size).toBe(0);
  });

  test('an interface that says success and keeps the videos ends the erasure with an error', async () => {
    const { media } = setUp(3, { stubborn: true });
    await expect(media.eraseProject('p1')).rejects.toMatchObject({
      name: 'PermanentError',
      message: 'media-kept',
    });
  });
});
