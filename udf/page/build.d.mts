export declare const buildPage: (outdir: string) => Promise<void>;
