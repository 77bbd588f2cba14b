/** The events, await point by await point; kept only where somebody will read it. */
export class Trace {
  readonly #lines: string[] | undefined;
  readonly #now: () => number;

  constructor(kept: boolean, now: () => number) {
    this.#lines = kept ? [] : undefined;
    this.#now = now;
  }

  add(line: () => string): void {
    this.#lines?.push(`${String(this.#lines.length + 1).padStart(5)} ${seconds(this.#now())} ${line()}`);
  }

  get lines(): readonly string[] {
    return this.#lines ?? [];
  }
}

/** Virtual time begins with the schedule. */
export const START_MS = Date.UTC(2026, 0, 5, 9);
const seconds = (now: number): string => `${((now - START_MS) / 1000).toFixed(3).padStart(11)}s`;
