import { messageFileBytes } from '../../../domain/message.ts';
import type { Language } from '../../../domain/words.ts';
import type { Problem } from '../../problem.ts';
import { filesPerProcessor } from '../../staff/hand-files.ts';
import { html, type Markup, nothing, say } from '../markup.ts';
import type { CaseView } from './case-view.ts';
import { csrfField } from './frame.ts';
import type { Review } from './package-page.ts';
import { titleOfSystem } from './plan.ts';
import { refusalText } from './refusals.ts';

export interface HandFileForm {
  /** The system that is chosen already. */
  readonly processor?: string | undefined;
  /** Why the file was not taken, and where that is mended. */
  readonly mistake?: { readonly field: 'system' | 'file'; readonly text: string } | undefined;
}

const megabytes = messageFileBytes / 1024 / 1024;

const tooLarge = (language: Language) =>
  say(language)(
    `Dit bestand is groter dan ${megabytes} MB. Splits het, of vraag de leverancier om delen.`,
    `This file is larger than ${megabytes} MB. Split it, or ask the vendor for parts.`,
  );

/** What a problem with a file means to the colleague who chose it. */
export function handFileMistake(
  { type, detail, errors }: Problem,
  language: Language,
): NonNullable<HandFileForm['mistake']> {
  const t = say(language);
  const field = errors?.[0]?.field === 'processor' ? 'system' : 'file';
  const code = errors?.[0]?.code;
  if (type === 'body-too-large')
    return {
      field: 'file',
      text: tooLarge(language),
    };
  if (type === 'refused')
    return {
      field: detail === 'not-a-processor-of-this-case' ? 'system' : 'file',
      text: refusalText(detail ?? type, language),
    };
  if (field === 'system')
    return {
      field,
      text: t(
        'Kies het systeem waar het bestand vandaan komt.',
        'Choose the system that the file comes from.',
      ),
    };
  if (code === 'file-empty' || code === 'missing')
    return { field, text: t('Kies een bestand waar iets in staat.', 'Choose a file that holds something.') };
  if (code === 'file-with-active-content')
    return {
      field,
      text: t(
        'Deze PDF voert zelf iets uit. Vraag een PDF zonder script, of een ander formaat.',
        'This PDF runs something by itself. Ask for a PDF without script, or another format.',
      ),
    };
  return {
    field,
    text: t(
      'Dit soort bestand gaat niet in een pakket. Kies CSV, JSON, tekst, PDF, PNG, JPEG of ZIP.',
      'This kind of file does not go into a package. Choose CSV, JSON, text, PDF, PNG, JPEG or ZIP.',
    ),
  };
}

export function handFileSummary({ mistake }: HandFileForm, language: Language): Markup {
  if (!mistake) return nothing;
  const title = say(language)('Het bestand is niet toegevoegd', 'The file was not added');
  return html`<div class="summary" id="error-summary" role="alert" tabindex="-1" aria-labelledby="error-title"><h2 id="error-title">${title}</h2><ul><li><a href="#hand-${mistake.field}">${mistake.text}</a></li></ul></div>`;
}

/** What a person fetched where no interface gives it, and the form to add more of it while the package waits. */
export function handFilesCard(view: CaseView, review: Review, form: HandFileForm): Markup {
  const { language, systems, current, may, session } = view;
  const { row } = current;
  const t = say(language);
  const open = may.work && row.status === 'awaiting-release';
  if (!open && review.handFiles.length === 0) return nothing;
  const base = `/staff/requests/${row.id}/package/files`;
  const head = html`${csrfField(session)}<input type="hidden" name="version" value="${review.version}">`;
  const bad = (field: 'system' | 'file') => form.mistake?.field === field;
  const error = (field: 'system' | 'file') =>
    bad(field) ? html`<p class="error" id="hand-${field}-error">${form.mistake?.text}</p>` : nothing;
  const marked = (field: 'system' | 'file', described: string) =>
    html` aria-describedby="${bad(field) ? `hand-${field}-error ` : ''}${described}"${bad(field) ? html` aria-invalid="true"` : nothing}`;
  return html`<section class="card" aria-labelledby="files"><h2 id="files">${t('Met de hand opgehaald', 'Fetched by hand')}</h2>
${
  review.handFiles.length === 0
    ? html`<p class="soft">${t('Nog geen bestand. Wat geen systeem vanzelf geeft, voeg je hier toe.', 'No file yet. Add here what no system gives by itself.')}</p>`
    : html`<ul class="list">${review.handFiles.map(
        (one) =>
          html`<li><b>${titleOfSystem(systems, one.processor)}</b><br><span class="mono small">${one.name}</span> <span class="soft small">${Math.ceil(one.bytes / 1024)} kB</span>${open ? html`<form method="post" action="${base}/${one.processor}/${one.name}/remove">${head}<button class="link">${t('Verwijder', 'Remove')} <span class="vh">${one.name}</span></button></form>` : nothing}</li>`,
      )}</ul>`
}
${
  open
    ? html`<form method="post" action="${base}" enctype="multipart/form-data" novalidate>${head}
<div class="field${bad('system') ? ' bad' : ''}"><label for="hand-system">${t('Uit welk systeem?', 'From which system?')}</label><p class="hint" id="hand-system-hint">${t('De systemen die voor dit verzoek zijn doorzocht.', 'The systems that were searched for this request.')}</p>${error('system')}
<select id="hand-system" name="processor"${marked('system', 'hand-system-hint')}><option value="">${t('Kies', 'Choose')}</option>${(row.processors ?? []).map((name) => html`<option value="${name}"${name === form.processor ? html` selected` : nothing}>${titleOfSystem(systems, name)}</option>`)}</select></div>
<div class="field${bad('file') ? ' bad' : ''}"><label for="hand-file">${t('Bestand', 'File')}</label><p class="hint" id="hand-file-hint">${t(`CSV, JSON, tekst, PDF, PNG, JPEG of ZIP, ten hoogste ${megabytes} MB; ten hoogste ${filesPerProcessor} bestanden per systeem. Lees het eerst: wat over anderen gaat, hoort er niet in.`, `CSV, JSON, text, PDF, PNG, JPEG or ZIP, at most ${megabytes} MB; at most ${filesPerProcessor} files per system. Read it first: what is about others does not belong in it.`)}</p>${error('file')}
<input type="file" id="hand-file" name="file" accept=".csv,.json,.txt,.pdf,.png,.jpg,.jpeg,.zip" data-most="${messageFileBytes}" data-large="${tooLarge(language)}"${marked('file', 'hand-file-hint')}></div>
<p class="small">${t('Het bestand krijgt een eigen naam. Goedkeuringen tot nu toe vervallen.', 'The file gets a name of its own. Approvals so far are void.')}</p>
<button class="plain">${t('Voeg toe', 'Add')}</button></form>`
    : nothing
}</section>`;
}
