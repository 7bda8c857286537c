import * as v from 'valibot';
import { PermanentError, QuarantineError } from '../../domain/errors.ts';
import type { ExportedRecord, HttpRequest, HttpResponse, ProcessorDependencies } from '../contract.ts';
import { jsonRequest } from '../json-request.ts';
import { refusalOf } from '../refusal.ts';
import { jsonObject, readJson, saysAbsent } from '../response.ts';
import { videoDeleted, videoPage } from './api.ts';

const perPage = 100;
const absentVideo = v.object({ error: v.object({ code: v.literal(404404) }) });
/** Rounds of list-and-delete: a project that still has videos after that is being filled while we empty it. */
const mostRounds = 1000;

/** Videos through Kinescope's public API: `GET /videos?project_id=`, `DELETE /videos/{id}`. */
export function createMediaClient(
  config: { readonly mediaUrl: string; readonly mediaTokenSecret: string },
  deps: ProcessorDependencies,
) {
  async function send(method: HttpRequest['method'], path: string): Promise<HttpResponse> {
    return deps.http.send(
      jsonRequest({
        method,
        url: `${config.mediaUrl}${path}`,
        headers: { authorization: `Bearer ${await deps.secret(config.mediaTokenSecret)}` },
        repeatable: true,
      }),
    );
  }

  async function page(projectId: string, number: number) {
    const query = new URLSearchParams({
      project_id: projectId,
      page: String(number),
      per_page: String(perPage),
    });
    const response = await send('GET', `/videos?${query}`);
    if (response.status !== 200) throw refusalOf(response);
    return {
      ...readJson(response, videoPage),
      raw: readJson(response, v.object({ data: v.array(jsonObject) })).data,
    };
  }

  async function remove(videoId: string): Promise<void> {
    const response = await send('DELETE', `/videos/${encodeURIComponent(videoId)}`);
    if (saysAbsent(response, absentVideo)) return;
    if (response.status !== 200) throw refusalOf(response);
    if (!readJson(response, videoDeleted).data.success) throw new PermanentError('delete-refused');
  }

  async function countVideos(projectId: string): Promise<number> {
    return (await page(projectId, 1)).meta.pagination.total;
  }

  return {
    countVideos,

    /** Deletes page by page until the project lists nothing any more. */
    async eraseProject(projectId: string): Promise<void> {
      let before = Number.POSITIVE_INFINITY;
      for (let round = 0; round < mostRounds; round += 1) {
        const { data, meta } = await page(projectId, 1);
        if (meta.pagination.total === 0) return;
        if (meta.pagination.total >= before || data.length === 0) throw new PermanentError('media-kept');
        before = meta.pagination.total;
        for (const { id } of data) await remove(id);
      }
      throw new PermanentError('media-kept');
    },

    async *records(projectId: string): AsyncIterable<ExportedRecord> {
      let seen = 0;
      for (let number = 1; ; number += 1) {
        const { data, raw, meta } = await page(projectId, number);
        for (const [at, { id }] of data.entries())
          yield {
            category: 'media',
            type: 'video',
            handle: id,
            data: raw[at] ?? {},
            providedBySubject: true,
          };
        seen += data.length;
        if (seen >= meta.pagination.total) return;
        if (data.length === 0) throw new QuarantineError('truncated-page');
      }
    },

    async check(): Promise<void> {
      const response = await send('GET', '/videos?page=1&per_page=1');
      if (response.status !== 200) throw refusalOf(response);
    },
  };
}
