import type { Json } from '../domain/package.ts';
import { isList } from '../domain/redaction.ts';

/** Columns of one file at most; what is beyond goes as JSON into the last. */
const mostColumns = 250;
const restColumn = 'more';
/** Characters that make a spreadsheet read a cell as a formula, with their full-width forms (ASVS 5.0, 1.2.10). */
const formulaStart = /^[=+\-@\t\r\n\0＝＋－＠]/u;

/** A cell by RFC 4180; a text that a spreadsheet would run as a formula begins with an apostrophe instead (TRUST.md A32). */
export function csvCell(value: string | number | boolean | null | undefined): string {
  if (value === null || value === undefined) return '';
  // A number is no formula, whatever its sign.
  if (typeof value !== 'string') return String(value);
  const text = formulaStart.test(value) ? `'${value}` : value;
  return /[",\r\n\t]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export interface CsvRow {
  readonly [column: string]: string | number | boolean | null;
}

/** A table with a header line; `fixed` columns come first, then every other in the order it was first seen. */
export function csvTable(
  fixed: readonly string[],
  rows: readonly { readonly values: CsvRow; readonly data: Json }[],
): string {
  const flat = rows.map(({ values, data }) => ({ values, cells: flatten(data) }));
  const columns = [...new Set(flat.flatMap(({ cells }) => [...cells.keys()]))];
  const shown = columns.slice(0, mostColumns);
  const hidden = columns.length > shown.length;
  const header = [...fixed, ...shown.map((column) => `data.${column}`), ...(hidden ? [restColumn] : [])];
  const lines = flat.map(({ values, cells }) => {
    const rest = hidden ? [...cells].filter(([column]) => !shown.includes(column)) : [];
    return [
      ...fixed.map((column) => csvCell(values[column])),
      ...shown.map((column) => csvCell(cells.get(column))),
      ...(hidden ? [csvCell(rest.length === 0 ? '' : JSON.stringify(Object.fromEntries(rest)))] : []),
    ].join(',');
  });
  return `${[header.map(csvCell).join(','), ...lines].join('\r\n')}\r\n`;
}

type Cell = string | number | boolean | null;

/** Values by their path, with dots; an empty list or object leaves a cell that says so. */
function flatten(data: Json): ReadonlyMap<string, Cell> {
  const cells = new Map<string, Cell>();
  const walk = (value: Json, path: string): void => {
    if (value === null || typeof value !== 'object') {
      cells.set(path === '' ? 'value' : path, value);
      return;
    }
    const inner: [string, Json][] = isList(value)
      ? value.map((one, at) => [String(at), one])
      : Object.entries(value);
    if (inner.length === 0) cells.set(path === '' ? 'value' : path, isList(value) ? '[]' : '{}');
    for (const [key, one] of inner) walk(one, path === '' ? key : `${path}.${key}`);
  };
  walk(data, '');
  return cells;
}
