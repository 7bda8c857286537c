import type { Hono } from 'hono';
import { extensionReasons } from '../../../domain/words.ts';
import { ApiProblem, readInput } from '../../problem.ts';
import { decisionInput, questionInput, taskInput } from '../../staff/inputs.ts';
import { say } from '../markup.ts';
import { casePage } from './case-page.ts';
import { decisionPreview, extensionPreview, questionPreview } from './preview.ts';
import { type StaffSite, versionOf } from './site.ts';

/** The case and what is done on it. Decisions and letters are shown first and sent second. */
export function mountCase(app: Hono, site: StaffSite): void {
  const { desk, show, formOf, viewOf, statusUrl, idOf, backTo, attempt } = site;

  app.get('/staff/requests/:reference', async (c) => {
    const session = await desk.colleague(c, 'read');
    const view = await viewOf(c, session);
    const title = `${say(view.language)('Dossier', 'Case')} ${view.current.row.id.slice(0, 8)}`;
    return show(c, session, { title, body: casePage(view) });
  });

  app.post('/staff/requests/:reference/decision', async (c) => {
    const { session, form } = await formOf(c, 'decide');
    const reason = form.text('reason');
    const explanation = form.text('explanation').trim();
    const categories = form.all('category');
    const processors = form.all('processor');
    const scoped = form.text('decision') === 'grant-in-part' && categories.length + processors.length > 0;
    const asked = readInput(decisionInput, {
      decision: form.text('decision'),
      ...(reason && form.text('decision') !== 'grant' ? { reason } : {}),
      ...(explanation ? { explanation } : {}),
      ...(scoped
        ? {
            except: {
              ...(categories.length ? { categories } : {}),
              ...(processors.length ? { processors } : {}),
            },
          }
        : {}),
    });
    if (form.text('step') !== 'send') {
      const view = await viewOf(c, session);
      const preview = decisionPreview(
        view,
        {
          decision: asked.decision,
          ...(asked.reason ? { reason: asked.reason } : {}),
          ...(asked.explanation ? { explanation: asked.explanation } : {}),
          categories: asked.except?.categories ?? [],
          processors: asked.except?.processors ?? [],
        },
        form,
        statusUrl(idOf(c)),
      );
      return show(c, session, preview);
    }
    return attempt(c, session, form, [explanation], async () => {
      const taken = await desk.decide(session, idOf(c), versionOf(form), asked);
      return taken.state;
    });
  });

  app.post('/staff/requests/:reference/extension', async (c) => {
    const { session, form } = await formOf(c, 'decide');
    const reason = extensionReasons.find((one) => one === form.text('reason'));
    const explanation = form.text('explanation').trim().slice(0, 5000);
    if (!reason) throw new ApiProblem({ type: 'invalid-input', detail: 'extension-without-reasons' });
    const asked = { reason, ...(explanation ? { explanation } : {}) };
    if (form.text('step') !== 'send') {
      const preview = extensionPreview(await viewOf(c, session), asked, form, statusUrl(idOf(c)));
      return show(c, session, preview);
    }
    return attempt(c, session, form, [explanation], async () => {
      await desk.extend(session, idOf(c), versionOf(form), asked);
      return 'extended';
    });
  });

  app.post('/staff/requests/:reference/question', async (c) => {
    const { session, form } = await formOf(c, 'work');
    const ground = form.text('ground');
    const recordedReason = form.text('recordedReason').trim();
    const asked = readInput(questionInput, {
      question: form.text('question'),
      ...(ground ? { ground } : {}),
      ...(recordedReason ? { recordedReason } : {}),
    });
    if (form.text('step') !== 'send') {
      const preview = questionPreview(await viewOf(c, session), asked, form, statusUrl(idOf(c)));
      return show(c, session, preview);
    }
    return attempt(c, session, form, [asked.question, recordedReason], async () => {
      await desk.ask(session, idOf(c), versionOf(form), asked);
      return 'asked';
    });
  });

  app.post('/staff/requests/:reference/question/answered', async (c) => {
    const { session, form } = await formOf(c, 'work');
    return attempt(c, session, form, [], async () => {
      await desk.endPause(session, idOf(c), versionOf(form));
      return 'resumed';
    });
  });

  app.post('/staff/requests/:reference/tasks/:processor', async (c) => {
    const { session, form } = await formOf(c, 'work');
    const operation = form.text('operation');
    const until = form.text('until');
    const isReport = form.text('action') !== 'retry';
    if (isReport && form.text('evidence').trim() === '')
      throw new ApiProblem({ type: 'invalid-input', errors: [{ field: 'evidence', code: 'empty' }] });
    const input = readInput(
      taskInput,
      isReport
        ? {
            outcome: form.text('outcome'),
            evidence: form.text('evidence'),
            operation,
            ...(until ? { until } : {}),
          }
        : { action: 'retry', operation },
    );
    return attempt(c, session, form, [form.text('evidence')], async () => {
      await desk.answerTask(session, idOf(c), versionOf(form), c.req.param('processor'), input);
      return 'task';
    });
  });

  app.post('/staff/requests/:reference/notes', async (c) => {
    const { session, form } = await formOf(c, 'work');
    const text = form.text('text').trim();
    if (text === '' || text.length > 5000) return backTo(c, '');
    await desk.note(session, idOf(c), text);
    return backTo(c, 'note');
  });

  app.post('/staff/requests/:reference/authority', async (c) => {
    const { session, form } = await formOf(c, 'work');
    const how = form.text('how').trim().slice(0, 2000);
    if (how === '') return backTo(c, '');
    return attempt(c, session, form, [how], async () => {
      await desk.authority(session, idOf(c), versionOf(form), how);
      return 'authority';
    });
  });

  app.post('/staff/requests/:reference/hold', async (c) => {
    const { session, form } = await formOf(c, 'decide');
    return attempt(c, session, form, [], async () => {
      await desk.hold(session, idOf(c), versionOf(form), form.text('hold') === 'yes');
      return 'hold';
    });
  });

  app.post('/staff/requests/:reference/lift', async (c) => {
    const { session, form } = await formOf(c, 'decide');
    const explanation = form.text('explanation').trim().slice(0, 5000);
    return attempt(c, session, form, [explanation], async () => {
      await desk.liftRestriction(
        session,
        idOf(c),
        versionOf(form),
        explanation === '' ? undefined : explanation,
      );
      return 'lifted';
    });
  });
}
