/**
 * Plays every scene with the code that stands beside this file, at one and the same virtual time, and writes what is
 * stored then into the folder that is named: `node test/upgrade/record.ts <folder>`. The same code writes the same
 * bytes. `npm run record-release` runs this in a checkout of a release.
 */
import { readDefinition } from "../../local/engine/definition.ts";
import { startWorld, type TaskCall } from "../harness/world.ts";
import { recordingStores } from "./recorded-stores.ts";
import { type RecordedCall, writeRecording } from "./recording.ts";
import { mishaps, SCENES } from "./scenes.ts";
import { publicKeyPem, sameSigner } from "./signer.ts";

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error("say where to write the recording");

/** Task tokens of the local engine name its process. */
const anonymous = <Value>(value: Value): Value =>
  JSON.parse(JSON.stringify(value).replaceAll(`local-${process.pid}-`, "local-"));

const calls: TaskCall[] = [];
const { stores, kept } = recordingStores();
const world = await startWorld({
  stores,
  signer: sameSigner,
  contacts: 12,
  agents: [{ agent_id: "a1", owner: "owen" }],
  wrap: mishaps,
  watch: (call) => calls.push(call),
});
const scenes: Record<string, string> = {};
for (const [name, { begin }] of Object.entries(SCENES)) scenes[name] = await begin(world, name);

await writeRecording(
  folder,
  anonymous({
    at: world.deps.clock.now().toISOString(),
    scenes,
    public_key: publicKeyPem,
    definition: (await readDefinition()).text,
    ...(await kept()),
    calls: calls as RecordedCall[],
  }),
);
// Runs that wait, and calls that are cut off, hold on to the process.
process.exit(0);
