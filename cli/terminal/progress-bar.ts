import cliProgress from "cli-progress";
import type { ProgressBar } from "../context.ts";

/** A bar that stays below the lines; for a terminal. */
export const terminalBar = (stream: NodeJS.WriteStream): ProgressBar => {
  const bars = new cliProgress.MultiBar(
    {
      stream,
      hideCursor: true,
      clearOnComplete: true,
      linewrap: false,
      format: "{bar} {value}/{total} steps  {note}",
      barsize: 24,
    },
    cliProgress.Presets.shades_classic,
  );
  let bar: cliProgress.SingleBar | undefined;
  return {
    line: (text) => bars.log(`${text}\n`),
    update: (done, total, note) => {
      bar ??= bars.create(total, done, { note });
      bar.setTotal(total);
      bar.update(done, { note });
    },
    stop: () => bars.stop(),
  };
};

/** Lines alone, for files, pipes and continuous integration. */
export const plainProgress = (write: (line: string) => void): ProgressBar => ({
  line: write,
  update: () => undefined,
  stop: () => undefined,
});
