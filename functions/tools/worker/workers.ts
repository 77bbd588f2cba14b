import type { Bell, Work, WorkCalls } from "../../../shared/ports/work.ts";

/** The means by which a function that reads hands calls to workers. */
export type ReadingWorkers = {
  readonly reads: WorkCalls;
  readonly seen: Pick<Work["seen"], "ofGroup">;
  readonly bell: Bell;
  /** Milliseconds since 1970. */
  readonly now: () => number;
};

/** The means that a function which acts is given: calls that change something beside the first. */
export type Workers = ReadingWorkers & { readonly acts: WorkCalls };

export const readingWorkers = ({ reads, seen }: Work, bell: Bell, now: () => number): ReadingWorkers => ({
  reads,
  seen,
  bell,
  now,
});

export const workers = (work: Work, bell: Bell, now: () => number): Workers => ({
  ...readingWorkers(work, bell, now),
  acts: work.acts,
});

const nothing: WorkCalls = {
  offer: async () => true,
  withdraw: async () => true,
  handedOut: async () => [],
  get: async () => undefined,
  answerTo: async () => undefined,
  take: async () => undefined,
  putBack: async () => false,
  withhold: async () => false,
  answer: async (_id, answer) => answer,
  progress: async () => false,
  waiting: async () => [],
  forget: async () => 0,
};

/** For where tools act on the sandbox only: what is handed out is withdrawn at once. */
export const noWorkers: Workers = {
  reads: nothing,
  acts: nothing,
  seen: { ofGroup: async () => [] },
  bell: { ring: () => {}, heard: () => 0, wait: async () => {} },
  now: () => Number.POSITIVE_INFINITY,
};
