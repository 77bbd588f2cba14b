import { describe, expect, it } from "vitest";
import { ToolSurprise, toolPort } from "../../../functions/tools/tool-port.ts";
import type { ToolContract } from "../../../shared/contracts/tool-contract.ts";
import type { Json, JsonObject } from "../../../shared/plan/json.ts";
import { type ToolAdapter, ToolFailure } from "../../../shared/ports/tools.ts";
import type { OddAdapter } from "../../harness/odd-tools.ts";
import { standardContract } from "./contracts.ts";
import { manualTimer } from "./manual-timer.ts";

const WRITE = standardContract("ghl_update_contact");
const READ = standardContract("memory_search");
const NOTHING: OddAdapter = {};

const portOf = (odd: OddAdapter, contract: ToolContract = WRITE) => {
  const { timer, pass } = manualTimer();
  const missing = async (): Promise<never> => Promise.reject(new Error("not of this test"));
  const adapter: ToolAdapter = Object.assign(
    {
      mock: missing,
      preview: missing,
      prepareUndo: missing,
      call: missing,
      compensate: missing,
      previewUndo: missing,
      lookUp: missing,
    },
    NOTHING,
    odd,
  );
  return { port: toolPort({ toolbox: { adapterFor: () => adapter }, timer }, contract), pass };
};

const call = (args: JsonObject = {}) => ({
  contract: WRITE,
  arguments: args,
  execution_id: "e",
  step_id: "s",
  agent_id: "a",
  idempotency_key: "k",
});

const throwing = (thrown: unknown) => () => {
  throw thrown;
};

describe("the way to a tool", () => {
  it("the tool port passes on what a failure says of being asked again", async () => {
    const said = { timed_out: false, unsent: true, passing: true, again_in_seconds: 3 } as const;
    const { port } = portOf({ preview: throwing(new ToolFailure("nobody took it", said)) });
    await expect(port.preview(call())).rejects.toMatchObject(said);
  });

  it("the tool port passes on what is as the port promises, untouched", async () => {
    const preview = { summary: "s", output: { n: 1 }, changes: [{ record: "r", field: "f", old: null, new: 1 }] };
    const { port } = portOf({
      mock: async () => ({ n: 1 }),
      preview: async () => preview,
      prepareUndo: async () => ({ back: 1 }),
      call: async () => ({ kind: "committed", output: { n: 1 }, undo: { back: 2 } }),
      compensate: async () => ({ kind: "rejected", error: "somebody else has written since" }),
      previewUndo: async () => preview,
      lookUp: async () => ({ kind: "did_not_happen" }),
    });
    expect(await port.mock(call())).toEqual({ value: { n: 1 }, cut: null });
    expect(await port.preview(call())).toEqual({ value: preview, cut: null, quarantined: null });
    expect(await port.prepareUndo(call())).toEqual({ back: 1 });
    expect(await port.call(call())).toEqual({ kind: "committed", output: { n: 1 }, undo: { back: 2 }, cut: null });
    expect(await port.compensate(call(), {})).toEqual({ kind: "rejected", error: "somebody else has written since" });
    expect(await port.previewUndo(call(), {})).toEqual(preview);
    expect(await port.lookUp(call(), "forward")).toEqual({ kind: "did_not_happen" });
  });

  it("the tool port gives every method its time, also those that only prepare", async () => {
    const never = () => new Promise(() => undefined);
    const { port, pass } = portOf({ prepareUndo: never, previewUndo: never, mock: never, preview: never });
    const late: Promise<unknown>[] = [port.prepareUndo(call()), port.previewUndo(call(), {}), port.mock(call())];
    const refused = late.map((each) => expect(each).rejects.toMatchObject({ name: "ToolFailure", timed_out: true }));
    await pass(20_000);
    await Promise.all(refused);
  });

  it("the tool port tells a surprise on a rung without effect from a refusal, in bounded words", async () => {
    const long = "w".repeat(300_000);
    const surprised = portOf({ mock: throwing(new TypeError(long)), preview: throwing(undefined) }).port;
    await expect(surprised.mock(call())).rejects.toThrow(ToolSurprise);
    await expect(surprised.mock(call())).rejects.toThrow(/\[cut: 300000 characters\]$/);
    await expect(surprised.preview(call())).rejects.toThrow("undefined");
    const refused = portOf({ mock: throwing(new ToolFailure(long)) }).port;
    await expect(refused.mock(call())).rejects.toThrow(ToolFailure);
  });

  it("the tool port makes of a call that throws an unknown outcome where it writes, and a failure where it reads", async () => {
    const odd = { call: throwing(new Error("reset")), compensate: throwing("reset") };
    expect(await portOf(odd).port.call(call())).toEqual({ kind: "indeterminate", error: "reset" });
    expect(await portOf(odd).port.compensate(call(), {})).toEqual({ kind: "indeterminate", error: "reset" });
    await expect(portOf(odd, READ).port.call(call())).rejects.toThrow(ToolFailure);
  });

  it("the tool port keeps what was committed, though its undo data cannot be kept: that is left out whole, and said", async () => {
    const outcome = { kind: "committed", output: { id: 7 }, undo: { old: "o".repeat(60_000) } };
    expect(await portOf({ call: async () => outcome }).port.call(call())).toEqual({
      kind: "committed",
      output: { id: 7 },
      undo: null,
      cut: "undo data of more than 49152 bytes, or text of 60000 characters",
    });
  });

  it("the tool port reads an answer once: one that changes as it is read is of one kind all the same", async () => {
    let reads = 0;
    const kinds = ["committed", "rejected", "perhaps"];
    const answer = {
      get kind(): Json {
        reads += 1;
        return kinds[reads - 1] ?? null;
      },
      output: 1,
    };
    expect(await portOf({ call: async () => answer }).port.call(call())).toMatchObject({
      kind: "committed",
      output: 1,
    });
    expect(reads).toBe(1);
  });
});
