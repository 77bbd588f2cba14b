import { describe, expect, it } from "vitest";
import { exitCodeFor } from "../../cli/client/problem.ts";
import { EXIT } from "../../cli/exit-codes.ts";
import { type Answer, fakeContext } from "./fake-context.ts";
import { aProblem } from "./fixtures.ts";

describe("an answer that is no success", () => {
  it.each([
    [400, EXIT.refused],
    [413, EXIT.refused],
    [415, EXIT.refused],
    [422, EXIT.refused],
    [401, EXIT.not_authorised],
    [403, EXIT.not_authorised],
    [404, EXIT.not_found],
    [409, EXIT.conflict],
    [412, EXIT.conflict],
    [429, EXIT.unreachable],
    [500, EXIT.unreachable],
    [503, EXIT.unreachable],
  ])("an answer of status %i ends with exit code %i and says the problem's detail", async (status, code) => {
    expect(exitCodeFor(status)).toBe(code);
    const buddy = fakeContext({ answer: () => ({ status, body: aProblem(status) }) });
    expect(await buddy.run("status", "ex1")).toBe(code);
    expect(buddy.stderr()).toContain(`status ${status}`);
    expect(buddy.stdout()).toBe("");
  });

  it("an answer that is no success lists every violation with place, message and rule, and how many more there are", async () => {
    const violations = [
      {
        path: "/plans/0/steps/1/tool_name",
        rule: "unknown_tool",
        message: 'no contract for "ghl_serch"; did you mean "ghl_search"?',
      },
      { path: "", rule: "type", message: "must be an object" },
    ];
    const buddy = fakeContext({
      files: { "p.json": "{}" },
      answer: () => ({ status: 400, body: aProblem(400, { violations, more: 3 }) }),
    });
    expect(await buddy.run("run", "p.json")).toBe(EXIT.refused);
    expect(buddy.stderr()).toContain(
      '/plans/0/steps/1/tool_name no contract for "ghl_serch"; did you mean "ghl_search"? [unknown_tool]',
    );
    expect(buddy.stderr()).toContain("(the whole body) must be an object [type]");
    expect(buddy.stderr()).toContain("3 more violations");
  });

  it("an answer that is no success is with --json one document on stdout with the problem in it", async () => {
    const buddy = fakeContext({ answer: () => ({ status: 404, body: aProblem(404) }) });
    expect(await buddy.run("status", "ex1", "--json")).toBe(EXIT.not_found);
    expect(JSON.parse(buddy.stdout())).toMatchObject({
      error: { exit_code: 5, status: 404, problem: { detail: "status 404" } },
    });
    expect(buddy.stderr()).toBe("");
  });

  it("an answer that is neither a success nor JSON, as from a proxy, still ends with the status's exit code", async () => {
    const buddy = fakeContext({ answer: () => ({ status: 502, body: "<html>bad gateway</html>" }) });
    expect(await buddy.run("health")).toBe(EXIT.unreachable);
    expect(buddy.stderr()).toContain("502");
  });
});

describe("a server", () => {
  it("a server that cannot be reached is named, with what to do", async () => {
    const buddy = fakeContext({});
    expect(await buddy.run("health", "--endpoint", "http://nowhere:1")).toBe(EXIT.unreachable);
    expect(buddy.stderr()).toContain("cannot reach http://nowhere:1: ECONNREFUSED");
    expect(buddy.stderr()).toContain("buddy start");
  });

  it("a server that answers something else than Buddy's is not taken for one", async () => {
    const buddy = fakeContext({ answer: () => ({ body: { hello: "world" } }) });
    expect(await buddy.run("health")).toBe(EXIT.unreachable);
    expect(buddy.stderr()).toContain("cannot read");
  });
});

describe("a server of a release before", () => {
  const known = { agents: [], tools: [] };
  const score = {
    ...{ timestamp: "2026-01-31T12:00:00.000Z", health_score: 91.5, health_status: "GOOD", health_assessment: "well" },
    ...{ active_executions: 0, completed_executions: 3, failed_executions: 0, execution_mode: "LIVE" },
    ...{ blocked_by_safety: 0, rollbacks_triggered: 0, conflicts_detected: 0, metrics: {}, anomalies: [] },
  };
  const told = (calibration: object | null) =>
    fakeContext({
      answer: ({ path }) =>
        path === "/health"
          ? { body: score }
          : calibration === null
            ? { status: 404, body: { message: "Not Found" } }
            : { body: JSON.parse(JSON.stringify(calibration)) },
    });

  it("a server of a release before tells its health, and that it does not tell how well agents foretell their calls", async () => {
    const older = told(null);
    expect(await older.run("health")).toBe(EXIT.ok);
    expect(older.stdout()).toContain("91.5 of 100");
    expect(older.stdout()).toContain("this server does not tell");
    const newer = told(known);
    expect(await newer.run("health")).toBe(EXIT.ok);
    expect(newer.stdout()).not.toContain("does not tell");
  });

  it("a server of a release before leaves a program a document with both, of which the second is null", async () => {
    const older = told(null);
    await older.run("health", "--json");
    expect(JSON.parse(older.stdout())).toEqual({ ...score, calibration: null });
    const newer = told(known);
    await newer.run("health", "--json");
    expect(JSON.parse(newer.stdout())).toEqual({ ...score, calibration: known });
  });

  it("the answers of a server of a release before are read page by page, into one document", async () => {
    const tool = (name: string) => ({ tool_name: name, trials: 3, successes: 3 });
    const paged = fakeContext({
      answer: ({ path, query }) => {
        if (path === "/health") return { body: score };
        const isLast = query.next === "tool:3:a";
        return { body: { agents: [], tools: [tool(isLast ? "b" : "a")], next: isLast ? null : "tool:3:a" } };
      },
    });
    await paged.run("health", "--json");
    expect(JSON.parse(paged.stdout()).calibration.tools).toEqual([tool("a"), tool("b")]);
  });
});

describe("a name that is not there", () => {
  const items = ["01JABCDEFGHJKMNPQRSTVWXYZ0", "01JABCD0000000000000000000"].map((execution_id) => ({
    ...{ execution_id, status: "RUNNING", submitted_by: "sam", submitted_at: "2026-01-31T12:00:00.000Z" },
    ...{ ended_at: null, plan_ids: ["p1"], step_count: 1, manifests: 0 },
  }));
  const misspelt = "01JABCDEFGHJKMNPQRSTVWXYZO";
  const answering = (list: Answer) =>
    fakeContext({
      answer: ({ path }) =>
        path === "/executions"
          ? list
          : { status: 404, body: aProblem(404, { detail: `execution ${misspelt} does not exist` }) },
    });
  const commands = [
    ["status", misspelt],
    ["watch", misspelt],
    ["follow", misspelt],
    ["events", misspelt],
    ["artifacts", misspelt, "--out", "x"],
    ["verify", misspelt],
    ["abort", misspelt, "--reason", "x"],
    ["resume", misspelt, "--reason", "x"],
    ["rollback", misspelt, "--reason", "x"],
    ["rollback", misspelt, "--preview"],
  ];

  it.each(commands)("a name that is not there is told with the near one by %s %s", async (...argv) => {
    const buddy = answering({ body: { items, next: null } });
    expect(await buddy.run(...argv)).toBe(EXIT.not_found);
    expect(buddy.stderr()).toContain(`execution ${misspelt} does not exist`);
    expect(buddy.stderr()).toContain("did you mean 01JABCDEFGHJKMNPQRSTVWXYZ0?");
  });

  it("a near name that the server told already is told once", async () => {
    const near = "01JABCDEFGHJKMNPQRSTVWXYZ0";
    const detail = `execution ${misspelt} does not exist; did you mean "${near}"?`;
    const buddy = fakeContext({
      answer: ({ path }) =>
        path === "/executions" ? { body: { items, next: null } } : { status: 404, body: aProblem(404, { detail }) },
    });
    expect(await buddy.run("status", misspelt)).toBe(EXIT.not_found);
    expect(buddy.stderr().split(near)).toHaveLength(2);
  });

  it("last, which acts do not take, is told to stand for an execution only where something is read", async () => {
    const buddy = answering({ body: { items, next: null } });
    expect(await buddy.run("resume", "last", "--reason", "x")).toBe(EXIT.not_found);
    expect(buddy.stderr()).toContain("last stands for the newest where something is only read");
    expect(buddy.stderr()).toContain("buddy status");
  });

  it("last, where no execution is meant, is a name like any other", async () => {
    const buddy = answering({ body: { webhooks: [] } });
    expect(await buddy.run("webhooks", "remove", "last")).toBe(EXIT.not_found);
    expect(buddy.stderr()).not.toContain("stands for the newest");
  });

  it("a name that is not there is told alone where nothing is near, or the names may not be read", async () => {
    for (const list of [{ body: { items: items.slice(1), next: null } }, { status: 403, body: aProblem(403) }]) {
      const buddy = answering(list);
      expect(await buddy.run("abort", misspelt, "--reason", "x")).toBe(EXIT.not_found);
      expect(buddy.stderr()).toContain("does not exist");
      expect(buddy.stderr()).not.toContain("did you mean");
    }
  });
});

it.each([
  ["status", ""],
  ["status", ".."],
  ["approvals", ""],
  ["resume", "..", "--reason", "go on"],
  ["servers", "remove", ".."],
  ["memory", "remove", "."],
])("a name that would ask for another address is refused before it is asked: buddy %s %j", async (...line) => {
  const buddy = fakeContext({ answer: () => ({ status: 404, body: aProblem(404) }) });
  expect(await buddy.run(...line)).toBe(EXIT.usage);
  expect(buddy.sent).toEqual([]);
  expect(buddy.stderr()).not.toContain("route");
});

it("a file that holds nothing to register says so", async () => {
  const buddy = fakeContext({ files: { "c.json": "[]" } });
  expect(await buddy.run("contracts", "add", "c.json")).toBe(EXIT.ok);
  expect(buddy.stderr()).toBe("c.json holds none: nothing was done");
});

it.each([301, 302, 307, 308])("a server that sends on by %i is told as that, and not followed", async (status) => {
  const asked: RequestInit[] = [];
  const buddy = fakeContext({});
  Object.assign(buddy.context, {
    fetch: async (_url: URL, init: RequestInit) => {
      asked.push(init);
      return new Response(null, { status, headers: { location: "https://buddy.example.com/" } });
    },
  });
  expect(await buddy.run("lock", "--everything", "--reason", "stop")).toBe(EXIT.unreachable);
  expect(buddy.stderr()).toContain(`sends on to https://buddy.example.com/ (${status})`);
  expect(buddy.stderr()).toContain("--endpoint");
  expect(asked.map(({ redirect }) => redirect)).toEqual(["manual"]);
});
