export type CaptureFault = 'missing' | 'unreadable' | 'empty' | 'not_a_capture' | 'corrupt';

/** What keeps a capture from being read: where, what was found, what to do. */
export class CaptureError extends Error {
  readonly kind: CaptureFault;
  /** Position in the uncompressed input; null where the input could not be read at all. */
  readonly offset: number | null;

  constructor(kind: CaptureFault, message: string, offset: number | null = null, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CaptureError';
    this.kind = kind;
    this.offset = offset;
  }
}
