/** A Chromium that is there to be started. */
export type Chromium = {
  readonly executable: string;
  /** Variables that it needs. */
  readonly environment: Readonly<Record<string, string>>;
};
