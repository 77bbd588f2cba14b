import { describe, expect, it } from "vitest";
import { traceOf, traceOfStep, traceparentIn } from "../../../../shared/execution/record/trace-context.ts";

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const SPAN = "00f067aa0ba902b7";

describe("a traceparent that came with a request", () => {
  it("a traceparent of version 00 is kept as it is, with all of its flags", () => {
    for (const flags of ["00", "01", "02", "ff"]) {
      expect(traceparentIn(`00-${TRACE}-${SPAN}-${flags}`)).toBe(`00-${TRACE}-${SPAN}-${flags}`);
    }
  });

  it.each([
    ["the same fields", `01-${TRACE}-${SPAN}-01`, "01"],
    ["one more field", `01-${TRACE}-${SPAN}-01-what-comes`, "01"],
    ["nothing behind the last dash", `01-${TRACE}-${SPAN}-01-`, "01"],
    ["the highest number", `fe-${TRACE}-${SPAN}-00`, "00"],
    ["flags that are not known here", `cc-${TRACE}-${SPAN}-fe`, "00"],
    ["such flags beside the one that is", `cc-${TRACE}-${SPAN}-ff-x`, "01"],
  ])("a traceparent of a higher version with %s is read as far as version 00 goes", (_what, given, flags) => {
    expect(traceparentIn(given)).toBe(`00-${TRACE}-${SPAN}-${flags}`);
  });

  it.each([
    ["of version 00 with one more field", `00-${TRACE}-${SPAN}-01-x`],
    ["of the forbidden version", `ff-${TRACE}-${SPAN}-01`],
    ["of a higher version that is too short", `01-${TRACE}-${SPAN}-1`],
    ["whose flags go on", `01-${TRACE}-${SPAN}-012`],
    ["whose flags end with a line", `01-${TRACE}-${SPAN}-01\n`],
    ["in capital letters", `01-${TRACE.toUpperCase()}-${SPAN}-01`],
    ["of a higher version with a trace of zeros", `01-${"0".repeat(32)}-${SPAN}-01`],
    ["of a higher version with a span of zeros", `01-${TRACE}-${"0".repeat(16)}-01`],
    ["whose version is no number", `0x-${TRACE}-${SPAN}-01`],
    ["that is no text", 1],
    ["that is not there", undefined],
  ])("a traceparent %s is left aside", (_what, given) => {
    expect(traceparentIn(given)).toBeUndefined();
  });
});

describe("the trace that everything of an execution belongs to", () => {
  const x1 = { execution_id: "x1" };

  it("an execution that came without a trace has one of its own, which is the same each time", () => {
    expect(traceOf(x1)).toBe("00-993a5e2021f712ff56001e2a32c82311-9d9cb20023698d9e-01");
    expect(traceOfStep(x1, "s1")).toBe("00-993a5e2021f712ff56001e2a32c82311-05e5603bf4fb9fc6-01");
  });

  it("an execution that came with a trace goes on with it and its flags, and each step has a span of its own", () => {
    const traced = { ...x1, traceparent: `00-${TRACE}-${SPAN}-00` };
    expect(traceOf(traced)).toBe(traced.traceparent);
    expect(traceOfStep(traced, "s1")).toBe(`00-${TRACE}-05e5603bf4fb9fc6-00`);
    expect(traceOfStep(traced, "s2")).not.toBe(traceOfStep(traced, "s1"));
  });
});
