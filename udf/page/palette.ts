/** The colours that canvases need, read from the style sheet, which knows light from dark. */
export interface Palette {
  readonly ink: string;
  readonly muted: string;
  readonly rule: string;
  readonly accent: string;
  readonly accentFill: string;
  readonly violet: string;
  readonly bad: string;
  readonly lines: readonly string[];
  readonly dimmed: string;
}

export const palette = (): Palette => {
  const style = getComputedStyle(document.documentElement);
  const of = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  return {
    ink: of('ink'), muted: of('muted'), rule: of('rule'), accent: of('accent'), accentFill: of('accent-fill'), violet: of('violet'), bad: of('error-3'),
    lines: [of('error-0'), of('error-1'), of('error-2'), of('error-3')], dimmed: of('dimmed'),
  };
};

/** Upper bounds of the classes of error share; the first is no error at all. */
export const ERROR_CLASSES: readonly { readonly upTo: number; readonly name: string }[] = [
  { upTo: 0, name: 'no errors' }, { upTo: 0.01, name: 'to 1 %' }, { upTo: 0.05, name: 'to 5 %' }, { upTo: 1, name: 'above 5 %' },
];

export const errorClass = (share: number): number => ERROR_CLASSES.findIndex(({ upTo }) => share <= upTo);

/** Calls `changed` when the reader's system turns light or dark. */
export const onThemeChange = (changed: () => void): void => {
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', changed);
};
