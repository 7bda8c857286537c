import * as v from 'valibot';
import { type SubmissionInput, submissionInput } from '../../../domain/intake.ts';
import type { Language } from '../../../domain/words.ts';
import { type FieldError, fieldErrors } from '../../problem.ts';
import type { FormData } from '../forms.ts';
import { say } from '../markup.ts';

/** What stands in the fields, as it was typed: shown again after a mistake, carried through the review. */
export interface Typed {
  readonly email: string;
  readonly rights: readonly string[];
  readonly name: string;
  readonly details: string;
  readonly corrections: readonly { readonly field: string; readonly value: string }[];
  readonly objectionScope: string;
  readonly forWhom: string;
  readonly behalfName: string;
}

export const correctionRows = 3;

export const emptyForm: Typed = {
  email: '',
  rights: [],
  name: '',
  details: '',
  corrections: [],
  objectionScope: '',
  forWhom: 'self',
  behalfName: '',
};

export function typedOf(form: FormData): Typed {
  const rows = Array.from({ length: correctionRows }, (_, index) => ({
    field: form.text(`correction-field-${index + 1}`),
    value: form.text(`correction-value-${index + 1}`),
  }));
  return {
    email: form.text('email').trim(),
    rights: form.all('rights'),
    name: form.text('name'),
    details: form.text('details'),
    corrections: rows,
    objectionScope: form.text('objectionScope'),
    forWhom: form.text('forWhom') || 'self',
    behalfName: form.text('behalfName'),
  };
}

const ofThePage: ReadonlySet<string> = new Set(['lang', 'step', 'key']);

/** Fields that the form does not have: refused by name like the API does, so that nobody sends a status or a date along (TRUST.md A51). */
export function unknownFields(form: FormData): readonly string[] {
  const known = new Set(fieldsOf({ ...typedOf(form), rights: ['any'] }).map(([name]) => name));
  return form.names.filter((name) => !known.has(name) && !ofThePage.has(name));
}

/** The names of the fields that carry a typed form, for the hidden copies on the review page. */
export function fieldsOf(typed: Typed): readonly (readonly [string, string])[] {
  return [
    ['email', typed.email],
    ...typed.rights.map((right) => ['rights', right] as const),
    ['name', typed.name],
    ['details', typed.details],
    ...typed.corrections.flatMap(
      (row, index) =>
        [
          [`correction-field-${index + 1}`, row.field],
          [`correction-value-${index + 1}`, row.value],
        ] as const,
    ),
    ['objectionScope', typed.objectionScope],
    ['forWhom', typed.forWhom],
    ['behalfName', typed.behalfName],
  ];
}

export type Checked =
  | { readonly ok: true; readonly input: SubmissionInput }
  | { readonly ok: false; readonly errors: readonly FieldError[] };

/** The same schema as the API's. What belongs to a choice that was not made is left out rather than sent along. */
export function check(typed: Typed, language: Language): Checked {
  const correcting = typed.rights.includes('rectification') || typed.rights.includes('completion');
  const corrections = typed.corrections.filter((row) => row.field.trim() !== '' || row.value.trim() !== '');
  const candidate = {
    email: typed.email,
    rights: typed.rights,
    language,
    ...(typed.name.trim() === '' ? {} : { name: typed.name }),
    ...(typed.details.trim() === '' ? {} : { details: typed.details }),
    ...(correcting && corrections.length > 0 ? { corrections } : {}),
    ...(typed.rights.includes('objection') && typed.objectionScope !== ''
      ? { objectionScope: typed.objectionScope }
      : {}),
    ...(typed.forWhom === 'self' ? {} : { onBehalfOf: { relation: typed.forWhom, name: typed.behalfName } }),
  };
  const parsed = v.safeParse(submissionInput, candidate);
  const missing: FieldError[] = [];
  if (typed.rights.includes('objection') && typed.objectionScope === '')
    missing.push({ field: 'objectionScope', code: 'missing' });
  if (typed.rights.includes('rectification') && corrections.length === 0 && typed.details.trim() === '')
    missing.push({ field: 'corrections', code: 'missing' });
  if (parsed.success && missing.length === 0) return { ok: true, input: parsed.output };
  const errors = [...(parsed.success ? [] : fieldErrors(parsed.issues)), ...missing];
  return { ok: false, errors: firstPerField(errors) };
}

function firstPerField(errors: readonly FieldError[]): FieldError[] {
  const seen = new Set<string>();
  const order = ['rights', 'corrections', 'objectionScope', 'onBehalfOf', 'email', 'name', 'details'];
  const rank = ({ field }: FieldError) => order.indexOf(field.split('.')[0] ?? '');
  return [...errors]
    .filter(({ field }) => !seen.has(field) && seen.add(field))
    .sort((a, b) => rank(a) - rank(b));
}

/** Where a mistake is mended: the id of the field that the summary links to. */
export function fieldId(field: string): string {
  const [top = '', row, part] = field.split('.');
  if (top === 'rights') return 'rights-access';
  if (top === 'corrections')
    return `correction-${part === 'value' ? 'value' : 'field'}-${Number(row ?? 0) + 1}`;
  if (top === 'objectionScope') return 'objectionScope-direct-marketing';
  if (top === 'onBehalfOf') return row === 'name' ? 'behalfName' : 'for-self';
  return top;
}

/** What is wrong and how to mend it, in one sentence. */
export function errorText({ field, code }: FieldError, language: Language): string {
  const t = say(language);
  const [top = '', , part] = field.split('.');
  if (code === 'too-long')
    return t('Deze tekst is te lang. Maak hem korter.', 'This text is too long. Make it shorter.');
  if (code === 'one-line' || code === 'no-control-characters')
    return t(
      'Hier staan tekens in die wij niet kunnen verwerken. Typ de tekst opnieuw.',
      'This holds characters that we cannot process. Type the text again.',
    );
  switch (top) {
    case 'email':
      return t(
        'Vul één e-mailadres in, zoals naam@voorbeeld.nl',
        'Enter one e-mail address, like name@example.com',
      );
    case 'rights':
      return t('Kies wat u wilt vragen', 'Choose what you want to ask');
    case 'objectionScope':
      return t('Kies waar u bezwaar tegen maakt', 'Choose what you object to');
    case 'onBehalfOf':
      return field.endsWith('name')
        ? t(
            'Vul de naam in van de persoon voor wie u dit vraagt',
            'Enter the name of the person you ask this for',
          )
        : t('Kies voor wie u dit vraagt', 'Choose who you ask this for');
    case 'corrections':
      if (part === 'field') return t('Schrijf op welk gegeven niet klopt', 'Write which data is wrong');
      return t('Schrijf op wat er moet veranderen', 'Write what must change');
    default:
      return t('Controleer dit veld', 'Check this field');
  }
}
