/** The statements of an SQL script, in order, without comments; a `;` or `--` inside a quoted text does not count. */
export const statements = (script: string): readonly string[] => {
  const found: string[] = [];
  let statement = '';
  for (const [part] of script.matchAll(/'(?:[^']|'')*'|--[^\n]*|;|[^';-]+|-/g)) {
    if (part.startsWith('--')) continue;
    if (part !== ';') { statement += part; continue; }
    if (statement.trim() !== '') found.push(statement.trim());
    statement = '';
  }
  if (statement.trim() !== '') found.push(statement.trim());
  return found;
};
