/** What stands between a person and a running QuestDB: what was found, and what to do about it. */
export class SetupError extends Error {
  override readonly name = 'SetupError';
  readonly found: string;
  readonly todo: string;

  constructor(found: string, todo: string, options?: ErrorOptions) {
    super(found, options);
    this.found = found;
    this.todo = todo;
  }
}
