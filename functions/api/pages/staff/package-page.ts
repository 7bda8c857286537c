import { type RedactionReason, redactionReasons } from '../../../domain/redaction.ts';
import type { StaffDesk } from '../../staff/desk.ts';
import { html, type Markup, momentInWords, nothing, say } from '../markup.ts';
import type { CaseView } from './case-view.ts';
import { csrfField } from './frame.ts';
import { type HandFileForm, handFileSummary, handFilesCard } from './hand-files-card.ts';
import { titleOfSystem } from './plan.ts';
import { actorLabel, categoryLabel } from './words.ts';

export type Review = Awaited<ReturnType<StaffDesk['package']>>;

export interface PackageView {
  readonly view: CaseView;
  readonly review: Review;
  /** Addresses of the next records and of the file itself, where there are any. */
  readonly next?: string | undefined;
  readonly file?: string | undefined;
  readonly handFile: HandFileForm;
}

/** Reading before it leaves: record by record, with what looks like other people's, the marks, and the hash that is approved. */
export function packagePage(page: PackageView): Markup {
  const { view, review, next } = page;
  const t = say(view.language);
  const { row } = view.current;
  const base = `/staff/requests/${row.id}`;
  return html`${handFileSummary(page.handFile, view.language)}
<div class="head"><h1>${t('Pakket', 'Package')} <span class="soft mono">${row.id.slice(0, 8)}</span></h1><a class="button plain" href="${base}">${t('Terug naar het dossier', 'Back to the case')}</a></div>
${view.said ?? nothing}
<div class="cols"><div>
${
  review.records.length === 0
    ? html`<p class="card empty"><b>${t('Hier staat niets', 'No record here')}</b>${t('Er is niets geëxporteerd, of deze bladzijde ligt voorbij het laatste gegeven.', 'Nothing was exported, or this page is past the last record.')}</p>`
    : review.records.map((one) => recordCard(page, one))
}
${next ? html`<p><a class="button plain" href="${next}">${t('Meer gegevens', 'More records')}</a></p>` : nothing}
</div><div>
${releaseCard(page)}
${contentsCard(page)}
${marksCard(page)}
${handFilesCard(view, review, page.handFile)}
</div></div>`;
}

/** Marks, files and approvals are open while the package waits. */
function isWaiting({ view, review }: PackageView): boolean {
  return view.current.row.status === 'awaiting-release' && review.package !== null;
}

const formHead = ({ view, review }: PackageView): Markup =>
  html`${csrfField(view.session)}<input type="hidden" name="version" value="${review.version}">`;

function reasonSelect({ view: { language } }: PackageView, id: string): Markup {
  const t = say(language);
  // Object.keys forgets that it knows the keys.
  const codes = Object.keys(redactionReasons) as RedactionReason[];
  return html`<div class="field"><label for="${id}">${t('Waarom', 'Why')}</label><select id="${id}" name="reason">${codes.map(
    (code) => html`<option value="${code}">${redactionReasons[code][language]}</option>`,
  )}</select></div>`;
}

function recordCard(page: PackageView, one: Review['records'][number]): Markup {
  const { language, systems, may, current } = page.view;
  const t = say(language);
  const title = titleOfSystem(systems, one.processor);
  const shown = one.tooLarge
    ? t('Te groot om hier te tonen; lees het in het bestand.', 'Too large to show here; read it in the file.')
    : JSON.stringify(one.data, null, 2);
  const paths = [...new Set([...one.flagged, ...one.suggestions.map((hint) => hint.path)])];
  return html`<section class="card" aria-label="${one.type} ${t('uit', 'from')} ${title} (${one.record})">
<h2>${title}: ${one.type} <span class="tag">${categoryLabel(one.category, language)}</span>${one.redactions.length > 0 ? html` <span class="tag warn">${t('Gemarkeerd', 'Marked')}</span>` : nothing}</h2>
${one.suggestions.length > 0 ? html`<p class="notice warn">${t('Lijkt van iemand anders', 'Looks like somebody else’s')}: ${one.suggestions.map((hint, index) => html`${index ? ', ' : ''}${hint.text ?? hint.path} (${hint.kind})`)}</p>` : nothing}
<div class="letter" tabindex="0" role="region" aria-label="${t('Inhoud', 'Content')} ${one.record}">${shown}</div>
${
  may.work && isWaiting(page)
    ? html`<details><summary>${t('Laat dit weg', 'Leave this out')}</summary><form method="post" action="/staff/requests/${current.row.id}/redactions">${formHead(page)}<input type="hidden" name="processor" value="${one.processor}"><input type="hidden" name="record" value="${one.record}">
<div class="field"><label for="path-${one.record}">${t('Alleen dit deel', 'Only this part')}</label><select id="path-${one.record}" name="path"><option value="">${t('Het hele gegeven', 'The whole record')}</option>${paths.map((path) => html`<option value="${path}">${path}</option>`)}</select></div>
${reasonSelect(page, `why-${one.record}`)}<button>${t('Markeer', 'Mark')}</button></form></details>`
    : nothing
}</section>`;
}

function releaseCard(page: PackageView): Markup {
  const { review, file } = page;
  const { language } = page.view;
  const t = say(language);
  const approvals = review.package?.approvals ?? [];
  const approved =
    approvals.length === 0
      ? t('Niemand heeft het nog goedgekeurd.', 'Nobody has approved it yet.')
      : `${t('Goedgekeurd door', 'Approved by')} ${approvals.map((one) => actorLabel(one, language)).join(', ')}.`;
  return html`<section class="card next" aria-labelledby="release"><h2 id="release">${t('Vrijgeven', 'Release')}</h2>
${
  review.package
    ? html`<p class="small">${t('Gemaakt', 'Built')} ${momentInWords(review.package.builtAt, language)}, ${Math.ceil(review.package.bytes / 1024)} kB</p><p class="mono small">${review.package.hash}</p>
<p>${approved} ${t('Twee mensen moeten dezelfde bytes goedkeuren; elke verandering maakt dat ongeldig.', 'Two people must approve the same bytes; any change voids it.')}</p>
${file ? html`<p><a href="${file}">${t('Lees het bestand zelf', 'Read the very file')}</a> <span class="soft small">${t('werkt een minuut', 'works for a minute')}</span></p>` : nothing}
${releaseForm(page, review.package.hash, approvals)}`
    : html`<p>${t('Het pakket wordt gemaakt. Kijk zo nog eens.', 'The package is being built. Look again in a moment.')}</p>`
}</section>`;
}

function releaseForm(page: PackageView, hash: string, approvals: readonly string[]): Markup {
  const { session, may, current, language } = page.view;
  const t = say(language);
  if (page.review.released) return html`<p><span class="tag good">${t('Vrijgegeven', 'Released')}</span></p>`;
  if (!isWaiting(page)) return nothing;
  if (approvals.includes(`staff:${session.name}`))
    return html`<p class="notice">${t('Jij keurde het goed. Een collega moet hetzelfde pakket goedkeuren.', 'You approved it. A colleague must approve the same package.')}</p>`;
  if (!may.release)
    return html`<p class="notice">${t('Alleen een vrijgever kan een pakket vrijgeven.', 'Only an approver can release a package.')}</p>`;
  const label =
    approvals.length === 0
      ? t('Ik heb het gelezen: keur goed', 'I have read it: approve')
      : t('Ik heb het gelezen: geef vrij', 'I have read it: release');
  return html`<form method="post" action="/staff/requests/${current.row.id}/release">${formHead(page)}<input type="hidden" name="packageHash" value="${hash}"><button>${label}</button></form>`;
}

function contentsCard({ view, review }: PackageView): Markup {
  const { language, systems, current } = view;
  const t = say(language);
  return html`<section class="card" aria-labelledby="contents"><h2 id="contents">${t('Inhoud', 'Contents')}</h2>${
    review.contents.length === 0
      ? html`<p class="soft">${t('Nog niets.', 'Nothing yet.')}</p>`
      : html`<ul class="list">${review.contents.map(
          (one) =>
            html`<li><a href="/staff/requests/${current.row.id}/package?processor=${one.processor}">${titleOfSystem(systems, one.processor)}</a> <span class="soft small">${
              Object.entries(one.records)
                .map(([category, count]) => `${count} × ${categoryLabel(category, language)}`)
                .join(', ') || t('niets', 'nothing')
            }</span></li>`,
        )}</ul>`
  }</section>`;
}

function marksCard(page: PackageView): Markup {
  const { view, review } = page;
  const { language, may, current } = view;
  const t = say(language);
  const open = may.work && isWaiting(page);
  const base = `/staff/requests/${current.row.id}/redactions`;
  return html`<section class="card" aria-labelledby="marks"><h2 id="marks">${t('Weggelaten', 'Left out')}</h2>${
    review.redactions.length === 0
      ? html`<p class="soft">${t('Er is niets weggelaten.', 'Nothing is left out.')}</p>`
      : html`<ul class="list">${review.redactions.map(
          (one) =>
            html`<li>${targetInWords(one.what, page)}<br><span class="soft small">${redactionReasons[one.reason][language]} ${actorLabel(one.by, language)}</span>${'unmatched' in one ? html` <span class="tag bad">${t('Laat niets weg', 'Leaves nothing out')}</span>` : nothing}${open ? html`<form method="post" action="${base}/${one.id}/remove">${formHead(page)}<button class="link">${t('Haal de markering weg', 'Remove the mark')}</button></form>` : nothing}</li>`,
        )}</ul>`
  }
${
  open
    ? html`<form method="post" action="${base}">${formHead(page)}<div class="field"><label for="text">${t('Laat deze woorden overal weg', 'Leave out these words everywhere')}</label><input type="text" id="text" name="text" minlength="3" maxlength="500"></div>${reasonSelect(page, 'why')}<button class="plain">${t('Markeer', 'Mark')}</button></form>`
    : nothing
}</section>`;
}

function targetInWords(what: Review['redactions'][number]['what'], { view }: PackageView): Markup {
  const t = say(view.language);
  if ('text' in what) return html`“${what.text}” ${t('overal', 'everywhere')}`;
  if ('record' in what)
    return html`<span class="mono small">${what.record}</span>${'path' in what ? html` ${what.path}` : nothing}`;
  return html`${t('Alles wat de systemen als van anderen merkten', 'All that the systems marked as others’')}`;
}
