import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { startServer } from "../../local/server.ts";
import { steadyClock } from "../../local/steady-clock.ts";
import { mintToken } from "../../local/tokens.ts";

const HOUR = 3_600_000;
const START = Date.parse("2026-03-29T08:00:00Z");

/** A machine whose time of day can be set while time passes. */
const machine = () => {
  const told: number[] = [];
  let [wall, monotonic] = [START, 17];
  const clock = steadyClock((milliseconds) => told.push(milliseconds), {
    wall: () => wall,
    monotonic: () => monotonic,
  });
  return {
    told,
    now: () => clock.now().getTime(),
    pass: (milliseconds: number) => {
      wall += milliseconds;
      monotonic += milliseconds;
    },
    set: (by: number) => {
      wall += by;
    },
  };
};

describe("the clock of one machine", () => {
  it("the clock of one machine is the machine's own as long as nobody sets it back", () => {
    const { now, pass, told } = machine();
    pass(5_000);
    expect(now()).toBe(START + 5_000);
    expect(told).toEqual([]);
  });

  it("the clock of one machine goes on where it was when the machine's is set back an hour, and says so once", () => {
    const { now, pass, set, told } = machine();
    pass(5_000);
    set(-HOUR);
    expect(now()).toBe(START + 5_000);
    pass(60_000);
    expect(now()).toBe(START + 65_000);
    expect(told).toEqual([HOUR]);
  });

  it("the clock of one machine is the machine's again once that is set right", () => {
    const { now, pass, set } = machine();
    set(-HOUR);
    expect(now()).toBe(START);
    set(HOUR);
    pass(1_000);
    expect(now()).toBe(START + 1_000);
    set(-HOUR);
    now();
    set(2 * HOUR);
    expect(now()).toBe(START + 1_000 + HOUR);
  });

  it("the clock of one machine takes a jump forward as it is: the machine may have slept", () => {
    const { now, set, told } = machine();
    set(8 * HOUR);
    expect(now()).toBe(START + 8 * HOUR);
    expect(told).toEqual([]);
  });

  it("the clock of one machine follows a clock that is slewed, over a long time without a look at it", () => {
    const { now, pass, set, told } = machine();
    pass(24 * HOUR);
    set(-43_200);
    expect(now()).toBe(START + 24 * HOUR - 43_200);
    expect(told).toEqual([]);
  });

  it("the clock of one machine stands where it is for a step back that is too small to be told from reading late", () => {
    const { now, pass, set, told } = machine();
    pass(5_000);
    now();
    set(-300);
    expect(now()).toBe(START + 5_000);
    pass(1_000);
    expect(now()).toBe(START + 5_700);
    expect(told).toEqual([]);
  });

  it("the clock of one machine never goes back, whatever is done to the machine's", () => {
    const change = fc.record({ pass: fc.nat(HOUR), set: fc.integer({ min: -48 * HOUR, max: 48 * HOUR }) });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 20 }), (changes) => {
        const { now, pass, set } = machine();
        let last = now();
        for (const each of changes) {
          pass(each.pass);
          set(each.set);
          expect(now()).toBeGreaterThanOrEqual(last);
          last = now();
        }
      }),
    );
  });
});

describe("a server whose machine's clock is set back", () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it("a server whose machine's clock is set back goes on in its own time, and believes tokens by the machine's", async () => {
    const data_dir = await mkdtemp(join(tmpdir(), "buddy-set-back-"));
    vi.useFakeTimers({ toFake: ["Date"] });
    const server = await startServer({ data_dir, port: 0, live_enabled: false, registry_open: true });
    try {
      const before = server.stack.deps.clock.now().getTime();
      vi.setSystemTime(Date.now() - HOUR);
      const token = await mintToken(data_dir, { name: "alice", scopes: ["read"], now: new Date() });
      const answer = await fetch(`${server.url}/system`, { headers: { authorization: `Bearer ${token}` } });
      expect(answer.status).toBe(200);
      expect(server.stack.deps.clock.now().getTime()).toBeGreaterThanOrEqual(before);
      expect(server.stack.deps.wallClock.now().getTime()).toBeLessThan(before);
    } finally {
      await server.stop();
      await rm(data_dir, { recursive: true, force: true });
    }
  });
});
