import { chmod, cp } from "node:fs/promises";
import { join } from "node:path";
import { runBuddy } from "../../cli/program.ts";
import { localPrograms } from "../../cli/terminal/local-programs.ts";
import { fakeContext } from "../cli/fake-context.ts";

/** Of two plans that were submitted to `buddy start --live --open-registry` one has ended, the other waits for a person. */
export const [ENDED, WAITING] = ["01M8HDEETH1DGWY4XWW2F91X9B", "01M8HDEKEESY8X9VGRF3S7YH5X"];

/** Copies a data folder that the version of that commit left, which kept its database in LevelDB. */
export const recordedFolder = async (folder: string): Promise<void> => {
  await cp(join(import.meta.dirname, "database", "fixtures", "9970301"), folder, { recursive: true });
  // No repository keeps who may read a file.
  for (const file of ["token.key", join("keys", "signing-key.pem")]) await chmod(join(folder, file), 0o600);
};

/** A command line with the real local programs. */
export const buddy = async (...argv: readonly string[]) => {
  const fake = fakeContext({});
  const context = { ...fake.context, local: localPrograms, interrupted: async () => {} };
  const code = await runBuddy(context, argv);
  return { code, out: fake.stdout(), err: fake.stderr() };
};
