const KINDS: readonly (readonly [RegExp, string])[] = [
  [/^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i, '{uuid}'],
  [/^\d{4}-\d{2}-\d{2}(T[\d:.+Z-]*)?$/i, '{date}'],
  [/^[+-]?\d+([.,:]\d+)*$/, '{id}'],
  [/^(0x)?(?=[a-f]*\d)(?=\d*[a-f])[\da-f]{8,}$/i, '{hex}'],
  [/^[^@\s]+(@|%40)[^@\s]+\.[a-z]+$/i, '{email}'],
];
const LONGEST_WORD = 40;
const SHORTEST_CODE = 16;
const LONGEST_SUFFIX = 8;

/** Looks like made by a machine: long, letters and digits mixed or both cases mixed, as in base64 and tokens. */
const isCode = (text: string): boolean => {
  if (text.length < SHORTEST_CODE || !/^[\w+=~%.-]+$/.test(text)) return false;
  const digits = text.replace(/\D/g, '').length;
  const uppers = text.replace(/[^A-Z]/g, '').length;
  const lowers = text.replace(/[^a-z]/g, '').length;
  return (digits >= 3 && uppers + lowers >= 3 && !/^[a-z]+([_.-][a-z\d]+)*$/.test(text)) || (uppers >= 3 && lowers >= 3 && digits >= 1);
};

/** The name of a path segment that varies from request to request, `{id}`, `{uuid}`, …; the segment itself where it looks like a word. */
export const segmentKind = (segment: string): string => {
  for (const [pattern, name] of KINDS) if (pattern.test(segment)) return name;
  const dot = segment.lastIndexOf('.');
  if (dot > 0 && segment.length - dot <= LONGEST_SUFFIX && !/\d{3,}/.test(segment.slice(dot))) {
    const stem = segmentKind(segment.slice(0, dot));
    if (stem.startsWith('{')) return `${stem}${segment.slice(dot)}`;
  }
  if (isCode(segment)) return '{token}';
  return segment.length > LONGEST_WORD ? '{text}' : segment;
};
