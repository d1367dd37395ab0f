/** One line of the catalogue. */
export interface CatalogueLine {
  readonly object: string;
  readonly kind: 'table' | 'rollup' | 'view';
  /** From 0 within the object. */
  readonly position: number;
  readonly role: 'purpose' | 'parameter' | 'column' | 'example';
  /** Of the column or parameter; empty otherwise. */
  readonly name: string;
  /** Of a column; empty otherwise. */
  readonly unit: string;
  readonly meaning: string;
}

const ALTERS = /^ALTER TABLE (\w+) ADD COLUMN\b/;
const CREATES = /^CREATE (?:OR REPLACE )?(TABLE|MATERIALIZED VIEW|VIEW) (?:IF NOT EXISTS )?(\w+)/;
const KINDS = { TABLE: 'table', 'MATERIALIZED VIEW': 'rollup', VIEW: 'view' } as const;

type Note = Pick<CatalogueLine, 'role' | 'name' | 'unit' | 'meaning'>;

const note = (role: Note['role'], meaning: string, name = '', unit = ''): Note => ({ role, name, unit, meaning });

/** What a comment before a CREATE says: `name: purpose`, `@parameter meaning`, `example: SQL`, or an indented `column [unit] meaning`. */
const heading = (comment: string, object: string): readonly Note[] => {
  const [, parameter, means] = /^-- (@\w+)\s+(.*)$/.exec(comment) ?? [];
  if (parameter !== undefined && means !== undefined) return [note('parameter', means, parameter)];
  const [, column, unit, meaning] = /^-- {3}(\w+)\s+\[(.*?)\] (.*)$/.exec(comment) ?? [];
  if (column !== undefined && unit !== undefined && meaning !== undefined) return [note('column', meaning, column, unit)];
  if (comment.startsWith('-- example: ')) return [note('example', comment.slice('-- example: '.length))];
  return comment.startsWith(`-- ${object}: `) ? [note('purpose', comment.slice(`-- ${object}: `.length))] : [];
};

/** A column of a CREATE, `name TYPE, -- [unit] meaning` or `expression AS name, -- [unit] meaning`. */
const columnOf = (line: string): readonly Note[] => {
  const [, code, unit, meaning] = /^(.*?)\s*-- \[(.*?)\] (.*)$/.exec(line) ?? [];
  if (code === undefined || unit === undefined || meaning === undefined) return [];
  const name = /\bAS (\w+),?$/.exec(code)?.[1] ?? /^\s*(?:SELECT )?(\w+)/.exec(code)?.[1] ?? '';
  return [note('column', meaning, name, unit)];
};

/**
 * Reads the comments of an SQL script: those right before a CREATE, and those at the ends of its lines. A column that is added
 * later comes behind the others; an object that is created again is what it says last.
 */
export const documented = (script: string): readonly CatalogueLine[] => {
  let found: CatalogueLine[] = [];
  let comments: string[] = [];
  let created: { readonly object: string; readonly kind: CatalogueLine['kind']; position: number } | null = null;
  const add = (notes: readonly Note[]): void => {
    if (created === null) return;
    for (const { role, name, unit, meaning } of notes) {
      found.push({ object: created.object, kind: created.kind, position: created.position++, role, name, unit, meaning });
    }
  };
  for (const line of script.split('\n')) {
    const [, what, object] = CREATES.exec(line) ?? [];
    const altered = ALTERS.exec(line)?.[1];
    if (altered !== undefined) {
      created = { object: altered, kind: 'table', position: found.filter((one) => one.object === altered).length };
      comments = [];
    } else if (what !== undefined && object !== undefined) {
      found = found.filter((one) => one.object !== object);
      created = { object, kind: KINDS[what as keyof typeof KINDS], position: 0 };
      for (const comment of comments) add(heading(comment, object));
      comments = [];
    } else if (line.startsWith('--')) {
      comments.push(line);
    } else if (line.trim() === '') {
      comments = [];
    } else {
      add(columnOf(line));
    }
  }
  return found;
};
