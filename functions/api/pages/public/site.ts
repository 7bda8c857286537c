import type { Context } from 'hono';
import * as v from 'valibot';
import { reference as referenceSchema } from '../../../domain/case.ts';
import type { Runtime } from '../../../runtime/lambda.ts';
import { ApiProblem, type Problem, problemTypes } from '../../problem.ts';
import type { PublicPorts, SubjectDesk } from '../../public/public-api.ts';
import { languageOf } from '../language.ts';
import { type PublicPage, publicPage } from './frame.ts';
import { problemPage } from './problem-page.ts';

/** What every page of the subject's side needs: the frame, problems in the reader's words, the own request, a code tried. */
export function createPublicSite(ports: PublicPorts, runtime: Runtime, desk: SubjectDesk) {
  function show(c: Context, page: PublicPage, status: 200 | 202 | 400 | 404 | 410 | 429 = 200) {
    c.header('Content-Language', page.language);
    return c.html(publicPage(page), status);
  }

  function showProblem(c: Context, problem: Problem) {
    const language = languageOf(c);
    const { title, body } = problemPage(problem, language);
    if (problem.retryAfterSeconds !== undefined) c.header('Retry-After', String(problem.retryAfterSeconds));
    return c.html(publicPage({ language, title, body, path: '/' }), problemTypes[problem.type][0]);
  }

  /** The own request and a session that has been used just now, or nothing. */
  async function ownCase(c: Context, reference: string) {
    try {
      const own = await desk.ownCase(c, reference);
      const token = desk.cookies.read(c, 'session');
      if (token) desk.keepSession(c, token);
      return own;
    } catch (error) {
      if (error instanceof ApiProblem && error.problem.type === 'not-found') return undefined;
      throw error;
    }
  }

  async function mustOwn(c: Context) {
    const own = await ownCase(c, referenceOf(c));
    if (!own) throw new ApiProblem({ type: 'not-found' });
    return own;
  }

  async function tryCode(c: Context, reference: string, code: string | undefined) {
    if (code === undefined) return { mistake: 'wrong' } as const;
    try {
      return { proof: await desk.verifyByCode(c, reference, code) };
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      if (error.problem.type === 'gone') return { mistake: 'wrong' } as const;
      if (error.problem.type === 'too-many-requests') return { mistake: 'spent' } as const;
      throw error;
    }
  }

  return { ports, runtime, desk, show, showProblem, ownCase, mustOwn, tryCode };
}
export type PublicSite = ReturnType<typeof createPublicSite>;

/** The reference in the address. What cannot be one is simply not there. */
export function referenceOf(c: Context): string {
  const text = (c.req.param('reference') ?? '').toLowerCase();
  if (!v.is(referenceSchema, text)) throw new ApiProblem({ type: 'not-found' });
  return text;
}

/** People type codes with a space in the middle. */
export function sixDigits(text: string): string | undefined {
  const digits = text.replace(/\s/g, '');
  return /^\d{6}$/.test(digits) ? digits : undefined;
}
