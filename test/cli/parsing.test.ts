import { describe, expect, it } from "vitest";
import { EXIT, EXIT_MEANINGS } from "../../cli/exit-codes.ts";
import { fakeContext } from "./fake-context.ts";
import { aQueue } from "./fixtures.ts";

const COMMANDS =
  "start run follow watch status approvals approve edit reject reconcile settle extend abort resume rollback lock unlock live system health metrics signals contracts agents events artifacts verify".split(
    " ",
  );

describe("help", () => {
  it("the help lists every command and the meaning of every exit code", async () => {
    const buddy = fakeContext({});
    expect(await buddy.run("--help")).toBe(EXIT.ok);
    for (const command of COMMANDS) expect(buddy.stdout()).toMatch(new RegExp(`^  ${command}\\b`, "mu"));
    for (const { code, meaning } of EXIT_MEANINGS) expect(buddy.stdout()).toContain(`${code}  ${meaning}`);
  });

  it.each(COMMANDS.filter((name) => name !== "contracts" && name !== "agents"))(
    "the help of %s says what it is for, gives an example and the exit codes, and asks no server",
    async (command) => {
      const buddy = fakeContext({});
      expect(await buddy.run(command, "--help")).toBe(EXIT.ok);
      expect(buddy.stdout()).toContain(`$ buddy ${command}`);
      expect(buddy.stdout()).toContain("Exit codes:");
      expect(buddy.stdout()).toContain("--endpoint");
      expect(buddy.sent).toEqual([]);
    },
  );

  it.each(["approve", "reconcile", "settle"])(
    "the help of %s says who may not answer about a call that was made, whatever its risk",
    async (command) => {
      const buddy = fakeContext({});
      await buddy.run(command, "--help");
      const help = buddy.stdout().replaceAll(/\s+/gu, " ");
      expect(help).toMatch(/submitted .*owns its agent or edited it last .*whatever its risk/u);
    },
  );
});

describe("usage", () => {
  it.each([
    ["an unknown command", ["frobnicate"]],
    ["an unknown option", ["health", "--colour"]],
    ["a missing argument", ["abort", "--reason", "x"]],
    ["a missing reason", ["abort", "ex1"]],
    ["a number that is none", ["extend", "ap1", "--seconds", "5x"]],
    ["a port that is none", ["start", "--port", "70000"]],
    [
      "a member of Slack who is two people",
      ["start", "--slack-person", "U012AB3CD=alice", "--slack-person", "U012AB3CD=bob"],
    ],
    ["a time that is none", ["status", "--since", "yesterday"]],
    ["an end that is none", ["status", "--until", "2026-02-31"]],
    ["a beginning that is none", ["metrics", "tool_success_rate", "--since", "last week"]],
    ["no scope", ["lock", "--reason", "x"]],
    ["two scopes", ["lock", "--everything", "--tool", "t", "--reason", "x"]],
    ["one scope twice", ["lock", "--agent", "a1", "--agent", "a2", "--reason", "x"]],
    ["two people", ["--as", "ann", "lock", "--everything", "--reason", "x", "--as", "ben"]],
    ["neither answer", ["reconcile", "ap1"]],
    ["both answers", ["settle", "ap1", "--undone", "--accepted"]],
    ["neither a request nor --all", ["approve"]],
    ["a request and --all", ["approve", "ap1", "--all"]],
    ["an edit without a comment", ["edit", "ap1", "--arguments", "{}"]],
    ["arguments that are not JSON", ["edit", "ap1", "--arguments", "{", "--comment", "x"]],
    ["arguments that are no object", ["edit", "ap1", "--arguments", "[]", "--comment", "x"]],
    ["a rejection without a comment", ["reject", "ap1"]],
    ["a file that is not there", ["run", "nowhere.json"]],
    ["live neither on nor off", ["live", "maybe", "--reason", "x"]],
    ["LIVE switched off without a reason", ["live", "off"]],
    ["LIVE switched on without a reason", ["live", "on"]],
    ["the length of a list beside the name of one execution", ["status", "ex1", "--limit", "5"]],
    ["a place in a list beside the name of one execution", ["status", "ex1", "--next", "n1"]],
    ["the length of a list beside the name of one request", ["approvals", "ap1", "--limit", "5"]],
    ["an unknown status", ["approvals", "--status", "stale"]],
    ["a choice beside the name of one execution", ["status", "last", "--status", "FAILED"]],
    ["a choice beside the name of one request", ["approvals", "ap1", "--mine"]],
    ["a day first", ["away", "set", "--until", "05.01.2027"]],
    ["a day that no month has", ["away", "set", "--until", "2027-02-30"]],
    ["a call's arguments that say one name twice", ["call", "t", "--arguments", '{"a":1,"a":2}']],
    ["a tried call's arguments that say one name twice", ["tools", "try", "t", "--arguments", '{"a":1,"a":2}']],
    ["arguments that say one name twice", ["edit", "ap1", "--arguments", '{"a":1,"a":2}', "--comment", "x"]],
  ])("a command line of %s is refused before anything is sent", async (_what, argv) => {
    const buddy = fakeContext({ answer: () => ({ body: {} }) });
    expect(await buddy.run(...argv)).toBe(EXIT.usage);
    expect(buddy.sent).toEqual([]);
    expect(buddy.stderr()).not.toBe("");
  });

  it("a refused command line names the option that is given twice, and one that takes a list may be repeated", async () => {
    const buddy = fakeContext({ answer: () => ({ body: {} }) });
    await buddy.run("lock", "--agent", "a1", "--agent", "a2", "--reason", "x");
    expect(buddy.stderr()).toContain("option '--agent <id>' is given twice; say it once");
    const hook = ["webhooks", "add", "https://example.org", "--event", "approval.requested", "--event", "run.ended"];
    await buddy.run(...hook);
    expect(buddy.stderr().match(/given twice/gu)).toHaveLength(1);
  });

  it.each([
    ["127.0.0.1:7717", "http://127.0.0.1:7717"],
    ["localhost:7717", "http://localhost:7717"],
    ["ftp://buddy.example", "http://127.0.0.1:7717"],
    ["http://", "http://127.0.0.1:7717"],
    ["", "http://127.0.0.1:7717"],
  ])(
    "an address %o is refused, of the option and of the environment, and how one is written is said",
    async (text, meant) => {
      const option = fakeContext({ answer: () => ({ body: {} }) });
      expect(await option.run("status", "--endpoint", text)).toBe(EXIT.usage);
      expect(option.stderr()).toContain(`--endpoint: “${text}” is no address`);
      expect(option.stderr()).toContain(`write it with its scheme, such as ${meant}`);
      expect(option.sent).toEqual([]);
      if (text === "") return;
      const environment = fakeContext({ env: { BUDDY_ENDPOINT: text }, answer: () => ({ body: {} }) });
      expect(await environment.run("status", "--json")).toBe(EXIT.usage);
      expect(JSON.parse(environment.stdout())).toMatchObject({ error: { exit_code: EXIT.usage } });
    },
  );

  it.each([
    ["http://ann:secret@127.0.0.1:7717/", "a name or a password", "http://127.0.0.1:7717"],
    ["https://buddy.example/base/?stage=a", "a query or a fragment", "https://buddy.example/base"],
    ["http://127.0.0.1:7717#top", "a query or a fragment", "http://127.0.0.1:7717"],
  ])("an address with more than an address (%s) is refused without repeating that", async (text, more, meant) => {
    const buddy = fakeContext({ answer: () => ({ body: {} }) });
    expect(await buddy.run("status", "--endpoint", text)).toBe(EXIT.usage);
    expect(buddy.stderr()).toContain(`--endpoint has ${more}, which no server is reached by`);
    expect(buddy.stderr()).toContain(`write ${meant};`);
    expect(buddy.stderr()).not.toContain("secret");
    expect(buddy.sent).toEqual([]);
  });

  it.each([
    [["backup", ""], "<folder>: is empty"],
    [["abort", "ex1", "--reason", ""], "--reason: is empty"],
    [["backup", "b1", "--data", ""], "--data, or $BUDDY_DATA, is empty"],
  ])("a refused command line names the argument or option that is empty: %j", async (argv, words) => {
    const buddy = fakeContext({});
    expect(await buddy.run(...argv)).toBe(EXIT.usage);
    expect(buddy.stderr()).toContain(words);
  });

  it("a refused command line names the option whose value is wrong", async () => {
    const buddy = fakeContext({});
    await buddy.run("extend", "ap1", "--seconds", "5x");
    expect(buddy.stderr()).toContain("--seconds: must be a whole number");
    const since = fakeContext({});
    await since.run("status", "--since", "yesterday");
    expect(since.stderr()).toContain("--since: must be a date, such as 2026-12-24 or 2026-12-24T09:00Z");
  });

  it("a command line takes a moment as it was printed, with its fractions, for the moment that it is", async () => {
    const buddy = fakeContext({ answer: () => ({ body: { items: [], unreadable: [], next: null } }) });
    await buddy.run("status", "--since", "2026-11-29T10:00:00.123+01:00");
    expect(buddy.sent[0]?.query).toMatchObject({ since: "2026-11-29T09:00:00.123Z" });
  });

  it("a command line takes options for every command before and after its name", async () => {
    const buddy = fakeContext({ answer: () => ({ body: aQueue() }) });
    await buddy.run("--as", "bob", "approvals");
    await buddy.run("approvals", "--as", "bob", "--data", "elsewhere");
    expect(buddy.sent.map(({ token }) => token)).toEqual(["Bearer bob@.buddy", "Bearer bob@elsewhere"]);
  });
});

describe("who asks", () => {
  const tokenWith = async (env: Record<string, string>, ...argv: string[]) => {
    const buddy = fakeContext({ env, answer: () => ({ body: aQueue() }) });
    await buddy.run("approvals", ...argv);
    return buddy.sent[0]?.token;
  };

  it("a command is asked by the user of the machine where nobody is named", async () =>
    expect(await tokenWith({})).toBe("Bearer osuser@.buddy"));
  it("a command is asked by BUDDY_AS over the user of the machine", async () =>
    expect(await tokenWith({ BUDDY_AS: "dave" })).toBe("Bearer dave@.buddy"));
  it("a command is asked with the token of BUDDY_TOKEN", async () =>
    expect(await tokenWith({ BUDDY_TOKEN: "jwt" })).toBe("Bearer jwt"));
  it("a command is asked by the person of --as before BUDDY_TOKEN", async () =>
    expect(await tokenWith({ BUDDY_TOKEN: "jwt" }, "--as", "bob")).toBe("Bearer bob@.buddy"));
});
