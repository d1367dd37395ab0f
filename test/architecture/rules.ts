import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

/** A source file: its path from the root, with `/`, and its text. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

interface Import {
  readonly from: string;
  readonly typesOnly: boolean;
}

const ROOMS = ['ingest', 'sql', 'udf', 'docker'];
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  ingest: ['ingest', 'sql'],
  udf: ['udf', 'sql'],
  sql: ['sql'],
  docker: ['docker', 'ingest', 'udf', 'sql'],
};
const MOST_LINES = 300;

/** Files whose business is input and output; everything else is pure. */
const SHELLS = [
  /^docker\//,
  /^sql\/(server|write|read)\//,
  /^sql\/(database|migrate|catalogue)\.ts$/,
  /^ingest\/capture\/(file|live|kafka|decompress)\.ts$/,
  /^udf\/(http|page|service)\//,
  /^udf\/(\w+\/)?(file|service|source|server)\.ts$/,
];
/** Packages that compute and touch nothing outside: allowed in pure files. */
const PURE_PACKAGES = /^graphology(-|$)/;
const CLOCK = /\b(Date\.now|performance\.now|new Date\(\)|setTimeout|setInterval|setImmediate|Math\.random|process\.hrtime)\b/;

/** All TypeScript files of the product below `root`, in path order. */
export const scan = (root: string): readonly SourceFile[] => {
  const found: SourceFile[] = [];
  const visit = (path: string): void => {
    for (const entry of readdirSync(join(root, path), { withFileTypes: true })) {
      const below = `${path}/${entry.name}`;
      if (entry.isDirectory()) visit(below);
      else if (entry.name.endsWith('.ts')) found.push({ path: below, text: readFileSync(join(root, below), 'utf8') });
    }
  };
  for (const room of ROOMS) visit(room);
  return found.toSorted((a, b) => (a.path < b.path ? -1 : 1));
};

const withoutComments = (text: string): string =>
  text.replace(/\/\*[\s\S]*?\*\/|(^|[^:'"`])\/\/.*$/gm, '$1');

const importsOf = (code: string): readonly Import[] => {
  const found: Import[] = [];
  for (const [, typed, names, from] of code.matchAll(/\b(?:import|export)\s+(type\s)?\s*([\w*{][^;'"]*?)\s*from\s*['"]([^'"]+)['"]/g)) {
    const list = /^\{([\s\S]*)\}$/.exec(names ?? '')?.[1];
    const allTyped = list !== undefined && list.split(',').every((name) => name.trim() === '' || /^type\s/.test(name.trim()));
    found.push({ from: from ?? '', typesOnly: typed !== undefined || allTyped });
  }
  for (const [, from] of code.matchAll(/\bimport\s*\(?\s*['"]([^'"]+)['"]/g)) found.push({ from: from ?? '', typesOnly: false });
  return found;
};

const stageOf = (path: string): string => path.split('/').slice(0, -1).slice(0, 2).join('/');
const isStage = (stage: string): boolean => /^(ingest|udf)\/./.test(stage);
const mayJoinStages = (path: string): boolean => /^((ingest|udf)\/([^/]+\.ts|(service|offline)\/.*)|udf\/http\/.*)$/.test(path);

/** Every broken rule, one line each: `path: what is wrong`. */
export const violations = (files: readonly SourceFile[]): readonly string[] => {
  const broken: string[] = [];
  const edges = new Map<string, readonly string[]>();
  for (const { path, text } of files) {
    const say = (what: string): void => { broken.push(`${path}: ${what}`); };
    const code = withoutComments(text);
    const room = path.split('/')[0] ?? '';
    const pure = !SHELLS.some((shell) => shell.test(path));
    const targets: string[] = [];
    for (const { from, typesOnly } of importsOf(code)) {
      if (!from.startsWith('.')) {
        if (pure && !typesOnly && !PURE_PACKAGES.test(from)) say(`imports ${from} in a pure file`);
        continue;
      }
      const target = normalize(join(dirname(path), from)).replaceAll('\\', '/');
      const targetRoom = target.split('/')[0] ?? '';
      if (!(MAY_IMPORT[room] ?? []).includes(targetRoom)) say(`${room} must not import ${targetRoom}`);
      const crosses = stageOf(path) !== stageOf(target) && isStage(stageOf(path)) && isStage(stageOf(target));
      if (crosses && !typesOnly && !mayJoinStages(path)) say(`imports code of ${stageOf(target)}; between stages types only`);
      if (!typesOnly) targets.push(target);
    }
    edges.set(path, targets);
    const lines = text.replace(/\n$/, '').split('\n').length;
    if (lines > MOST_LINES) say(`${lines} lines, at most ${MOST_LINES}`);
    const clock = CLOCK.exec(code);
    if (pure && clock) say(`${clock[0]}: a clock, timer or chance in a pure file`);
    if (/\bexport\s+default\b/.test(code)) say('default export');
    if (/(^|\/)index\.ts$/.test(path)) say('index file');
  }
  return [...broken, ...cycles(edges)];
};

const cycles = (edges: ReadonlyMap<string, readonly string[]>): readonly string[] => {
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    const at = trail.indexOf(path);
    if (at >= 0) { found.push(`${path}: cycle ${[...trail.slice(at), path].join(' → ')}`); return; }
    if (done.has(path)) return;
    for (const next of edges.get(path) ?? []) visit(next, [...trail, path]);
    done.add(path);
  };
  for (const path of edges.keys()) visit(path, []);
  return found;
};
