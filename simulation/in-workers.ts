import { Worker } from "node:worker_threads";
import { z } from "zod";

/** The findings of one worker in its share: as plain data, because it comes from another thread. */
export const share = z.strictObject({
  played: z.number(),
  turns: z.number(),
  failures: z.array(z.strictObject({ what: z.string(), found: z.string() })),
});
export type Share = z.infer<typeof share>;

/** Deals work out to threads, and adds up what they found. Each thread is given its place and how many there are. */
export const inWorkers = async (file: URL, jobs: number, data: Record<string, unknown>): Promise<Share> => {
  const shares = await Promise.all(
    Array.from(
      { length: jobs },
      (_, place) =>
        new Promise<Share>((resolve, reject) => {
          const worker = new Worker(file, { workerData: { ...data, place, jobs } });
          worker.once("message", (message) => resolve(share.parse(message)));
          worker.once("error", reject);
        }),
    ),
  );
  return {
    played: shares.reduce((sum, each) => sum + each.played, 0),
    turns: shares.reduce((sum, each) => sum + each.turns, 0),
    failures: shares.flatMap((each) => each.failures),
  };
};
