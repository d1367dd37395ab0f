/** What stops a command and a person can mend: what was found, and what to do about it. */
export class Failure extends Error {
  readonly todo: string;
  constructor(found: string, todo: string, options?: ErrorOptions) {
    super(found, options);
    this.name = 'Failure';
    this.todo = todo;
  }
}
