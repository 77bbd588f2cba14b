import { describe, expect, it } from "vitest";
import { lastAnswers } from "../../../functions/api/http/last-answers.ts";

const waitsFor = (signal: AbortSignal) =>
  new Promise<string>((resolve) => {
    if (signal.aborted) resolve("told to wait no more");
    signal.addEventListener("abort", () => resolve("told to wait no more"));
  });

describe("a request that waits", () => {
  it("a request that waits is told to wait no more where its server is about to stop, and so is one that comes then", async () => {
    const last = lastAnswers();
    const waiting = last.during(new AbortController().signal, waitsFor);
    last.now();
    expect(await waiting).toBe("told to wait no more");
    expect(await last.during(new AbortController().signal, waitsFor)).toBe("told to wait no more");
  });

  it("a request that waits is told so where whoever asked has gone, before or meanwhile", async () => {
    const last = lastAnswers();
    const gone = new AbortController();
    const waiting = last.during(gone.signal, waitsFor);
    gone.abort();
    expect(await waiting).toBe("told to wait no more");
    expect(await last.during(gone.signal, waitsFor)).toBe("told to wait no more");
  });

  it("a request that waits hears nothing of it once it was answered", async () => {
    const last = lastAnswers();
    const signal = await last.during(new AbortController().signal, async (own) => own);
    last.now();
    expect(signal.aborted).toBe(false);
  });
});
