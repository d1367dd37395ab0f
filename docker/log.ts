/** One line for a person on standard error. */
export const log = (line: string): void => { process.stderr.write(`${line}\n`); };
