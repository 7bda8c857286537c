import { redactionReasons } from '../../../domain/redaction.ts';
import type { StaffDesk } from '../../staff/desk.ts';
import { html, type Markup, momentInWords, nothing } from '../markup.ts';
import type { CaseView } from './case-view.ts';
import { csrfField } from './frame.ts';
import { titleOfSystem } from './plan.ts';
import { actorLabel } from './words.ts';

type Review = Awaited<ReturnType<StaffDesk['package']>>;

const reasonChoices = Object.entries(redactionReasons);

/** Reading before it leaves: record by record, with what looks like other people's, the marks, and the hash that is approved. */
export function packagePage(
  view: CaseView,
  review: Review,
  next: string | undefined,
  file: string | undefined,
): Markup {
  const { row } = view.current;
  const { session, may, systems } = view;
  const base = `/staff/requests/${row.id}`;
  const waiting = row.status === 'awaiting-release' && review.package !== null;
  const approvals = review.package?.approvals ?? [];
  const own = approvals.includes(`staff:${session.name}`);
  const head = html`${csrfField(session)}<input type="hidden" name="version" value="${review.version}">`;
  return html`<div class="head"><h1>Package <span class="soft mono">${row.id.slice(0, 8)}</span></h1><a class="button plain" href="${base}">Back to the case</a></div>
${view.said ?? nothing}
<div class="cols"><div>
${
  review.records.length === 0
    ? html`<p class="card empty"><b>No record here</b>Nothing was exported, or this page is past the last record.</p>`
    : review.records.map(
        (
          one,
        ) => html`<section class="card" aria-label="${one.type} from ${titleOfSystem(systems, one.processor)}">
<h2>${titleOfSystem(systems, one.processor)}: ${one.type} <span class="tag">${one.category}</span>${one.redactions.length > 0 ? html` <span class="tag warn">Marked</span>` : nothing}</h2>
${one.suggestions.length > 0 ? html`<p class="notice warn">Looks like somebody else’s: ${one.suggestions.map((hint, index) => html`${index ? ', ' : ''}${hint.text ?? hint.path} (${hint.kind})`)}</p>` : nothing}
<div class="letter" tabindex="0" role="region" aria-label="Content">${one.tooLarge ? 'Too large to show here; read it in the file.' : JSON.stringify(one.data, null, 2)}</div>
${
  may.work && waiting
    ? html`<details><summary>Leave this out</summary><form method="post" action="${base}/redactions">${head}<input type="hidden" name="processor" value="${one.processor}"><input type="hidden" name="record" value="${one.record}">
<div class="field"><label for="path-${one.record}">Only this part</label><select id="path-${one.record}" name="path"><option value="">The whole record</option>${[...new Set([...one.flagged, ...one.suggestions.map((hint) => hint.path)])].map((path) => html`<option value="${path}">${path}</option>`)}</select></div>
<div class="field"><label for="why-${one.record}">Why</label><select id="why-${one.record}" name="reason">${reasonChoices.map(([code, text]) => html`<option value="${code}">${text.en}</option>`)}</select></div><button>Mark</button></form></details>`
    : nothing
}</section>`,
      )
}
${next ? html`<p><a class="button plain" href="${next}">More records</a></p>` : nothing}
</div><div>
<section class="card next" aria-labelledby="release"><h2 id="release">Release</h2>
${
  review.package
    ? html`<p class="small">Built ${momentInWords(review.package.builtAt, 'en')}, ${Math.ceil(review.package.bytes / 1024)} kB</p><p class="mono small">${review.package.hash}</p>
<p>${approvals.length === 0 ? 'Nobody has approved it yet.' : `Approved by ${approvals.map(actorLabel).join(', ')}.`} Two people must approve the same bytes; any change voids it.</p>
${file ? html`<p><a href="${file}">Read the very file</a> <span class="soft small">works for a minute</span></p>` : nothing}
${
  review.released
    ? html`<p><span class="tag good">Released</span></p>`
    : !waiting
      ? nothing
      : own
        ? html`<p class="notice">You approved it. A colleague must approve the same package.</p>`
        : may.release
          ? html`<form method="post" action="${base}/release">${head}<input type="hidden" name="packageHash" value="${review.package.hash}"><button>${approvals.length === 0 ? 'I have read it: approve' : 'I have read it: release'}</button></form>`
          : html`<p class="notice">Only an approver can release a package.</p>`
}`
    : html`<p>The package is being built. Look again in a moment.</p>`
}</section>
<section class="card" aria-labelledby="contents"><h2 id="contents">Contents</h2><ul class="list">${review.contents.map(
    (one) =>
      html`<li><a href="${base}/package?processor=${one.processor}">${titleOfSystem(systems, one.processor)}</a> <span class="soft small">${
        Object.entries(one.records)
          .map(([category, count]) => `${count} × ${category}`)
          .join(', ') || 'nothing'
      }</span></li>`,
  )}</ul></section>
<section class="card" aria-labelledby="marks"><h2 id="marks">Left out</h2>${
    review.redactions.length === 0
      ? html`<p class="soft">Nothing is left out.</p>`
      : html`<ul class="list">${review.redactions.map(
          (one) =>
            html`<li>${'text' in one.what ? `“${one.what.text}” everywhere` : 'record' in one.what ? html`<span class="mono small">${one.what.record}</span>${'path' in one.what ? html` ${one.what.path}` : nothing}` : 'All that the systems marked as others’'}<br><span class="soft small">${redactionReasons[one.reason].en} ${actorLabel(one.by)}</span>${'unmatched' in one ? html` <span class="tag bad">Leaves nothing out</span>` : nothing}${may.work && waiting ? html`<form method="post" action="${base}/redactions/${one.id}/remove">${head}<button class="link">Remove the mark</button></form>` : nothing}</li>`,
        )}</ul>`
  }
${
  may.work && waiting
    ? html`<form method="post" action="${base}/redactions">${head}<div class="field"><label for="text">Leave out these words everywhere</label><input type="text" id="text" name="text" minlength="3" maxlength="500"></div><div class="field"><label for="why">Why</label><select id="why" name="reason">${reasonChoices.map(([code, text]) => html`<option value="${code}">${text.en}</option>`)}</select></div><button class="plain">Mark</button></form>`
    : nothing
}</section>
</div></div>`;
}
