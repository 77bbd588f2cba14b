import { describe, expect, it } from "vitest";
import type { Prompts } from "../../cli/context.ts";
import { EXIT } from "../../cli/exit-codes.ts";
import { widthOf } from "../../cli/render/width.ts";
import type { JsonObject } from "../../shared/plan/json.ts";
import { contractOf } from "../shared/contracts/contract-inputs.ts";
import { type Answer, fakeContext, type Sent } from "./fake-context.ts";
import { anApproval, anExecution, aQueue } from "./fixtures.ts";

/** Forty changes of one tool that read alike, but for record and recipient; one sets something else. */
const FORTY = Array.from({ length: 40 }, (_, place) => {
  const stage = place === 23 ? "lost" : "customer";
  const record = `ghl:contact:northern-${place}`;
  return anApproval({
    approval_id: `ap-${String(place).padStart(26, "0")}`,
    step_id: `update_${place}`,
    digest: `d${place}`,
    summary: `updates stage of contact northern-${place}`,
    arguments: {
      contact_id: `northern-${place}`,
      to: `person-${place}.with-a-long-name@northern-lights-logistics.example`,
      fields: { stage, owner: `rep-${place}` },
    },
    changes: [
      { record, field: "stage", old: "lead", new: stage },
      { record, field: "owner", old: "nobody in particular", new: `rep-${place}` },
      { record, field: "note", old: null, new: "n".repeat(150) },
    ],
  });
});

const serverOf = (requests: readonly JsonObject[]) => {
  const sent: JsonObject[] = [];
  const answer = ({ method, path, body, query }: Sent): Answer => {
    if (path === "/approvals") {
      const { tool, agent, risk, plan, execution } = query;
      const asked = {
        tool_name: tool,
        acting_agent_id: agent,
        risk_level: risk,
        plan_id: plan,
        execution_id: execution,
      };
      const wanted = Object.entries(asked).filter(([, value]) => value !== undefined);
      return { body: aQueue(...requests.filter((each) => wanted.every(([name, value]) => each[name] === value))) };
    }
    if (method === "GET") return { body: requests.find(({ approval_id }) => path.endsWith(String(approval_id))) ?? {} };
    if (typeof body !== "object" || body === null || Array.isArray(body)) throw new Error("no body");
    sent.push(body);
    const { decisions } = body;
    if (!Array.isArray(decisions)) return { body: { ...requests[0], status: "approved" } };
    const results = decisions.map((each) => ({
      ok: true,
      id: typeof each === "object" && each !== null && "id" in each ? each.id : null,
      status: "approved",
      approvals_given: 1,
    }));
    return { body: { results } };
  };
  return { answer, sent };
};

const at = (requests: readonly JsonObject[], prompts: Partial<Prompts>, columns = 100, interactive = true) => {
  const server = serverOf(requests);
  return { buddy: fakeContext({ interactive, columns, prompts, answer: server.answer }), sent: server.sent };
};

/** Somebody who types these answers in turn to "which?", and then says yes, or no. */
const typing = (answers: string | readonly string[], sure = true) => {
  const left = [answers].flat();
  const asked: string[] = [];
  const input: Prompts["input"] = async (message) => {
    asked.push(message);
    const answer = left.shift();
    if (answer === undefined) throw new Error(`asked once more: ${message}`);
    return answer;
  };
  const confirm: Prompts["confirm"] = async (message) => {
    asked.push(message);
    return sure;
  };
  return { input, confirm, asked };
};

describe("buddy approve --all", () => {
  it.each([60, 80, 100, 120])(
    "buddy approve --all with forty requests at %i columns shows record, recipient and field before the one question",
    async (columns) => {
      let before = "";
      const { buddy, sent } = at(
        FORTY,
        {
          input: async () => {
            before = buddy.stdout();
            return "all";
          },
          confirm: async () => true,
        },
        columns,
      );
      expect(await buddy.run("approve", "--all", "--as", "bob")).toBe(EXIT.ok);
      const lines = before.split("\n");
      expect(Math.max(...lines.map(widthOf))).toBeLessThanOrEqual(columns);
      const read = lines.map((line) => line.trim()).join("");
      for (const [place] of FORTY.entries()) {
        const record = `ghl:contact:northern-${place}`;
        expect(read.replaceAll(" ", "")).toContain(`${record}stage:"lead"→${place === 23 ? '"lost"' : '"customer"'}`);
        expect(read.replaceAll(" ", "")).toContain(`${record}owner:"nobodyinparticular"→"rep-${place}"`);
        expect(read.replaceAll(" ", "")).toContain(
          `person-${place}.with-a-long-name@northern-lights-logistics.example`,
        );
      }
      expect(read.split("n".repeat(20)).length).toBeGreaterThan(40);
      expect(sent).toHaveLength(1);
      expect(JSON.stringify(sent)).toContain('"digest":"d23"');
    },
  );

  it("buddy approve --all points out the one that says something else than the others", async () => {
    const { buddy } = at(FORTY, typing("none", false));
    expect(await buddy.run("approve", "--all")).toBe(EXIT.ok);
    expect(buddy.stdout().match(/unlike the others: .*/gu)).toEqual([
      'unlike the others: stage is "lost", and "customer" in 39 of 40',
    ]);
  });

  it("buddy approve --all tells a field that is cleared from one that is not given, in the call and beside the others", async () => {
    const asked = (place: number, args: JsonObject) =>
      anApproval({
        approval_id: `ap${place}`,
        arguments: { id: "c1", ...args },
        changes: [{ record: "c1", field: "note", old: null, new: null }],
      });
    const { buddy } = at(
      [asked(0, { cc: null }), ...[1, 2, 3, 4].map((place) => asked(place, {}))],
      typing("none", false),
    );
    await buddy.run("approve", "--all");
    expect(buddy.stdout()).toContain('with id: "c1", cc: null');
    expect(buddy.stdout()).toContain("c1 note: – → null");
    expect(buddy.stdout().match(/unlike the others: .*/gu)).toEqual([
      "unlike the others: cc is null, and not given in 4 of 5",
    ]);
  });

  it("buddy approve --all points out a hidden mark beside the typed code of one", async () => {
    const asked = [0, 1, 2, 3].map((place) =>
      anApproval({
        approval_id: `ap${place}`,
        arguments: { to: place === 2 ? "bob\u200b@x" : "bob\\u200b@x" },
        changes: [],
      }),
    );
    const { buddy } = at(asked, typing("none", false));
    await buddy.run("approve", "--all");
    expect(buddy.stdout().match(/unlike the others: .*/gu)).toEqual([
      'unlike the others: to is "bob⟨U+200B⟩@x", and "bob\\\\u200b@x" in 3 of 4',
    ]);
  });

  it("buddy approve --all shows every argument but those that a change of the same name and value shows", async () => {
    const refund = anApproval({
      arguments: { order: "o1", amount: 100, close: true, notify_all_customers: true, fee: 100 },
      changes: [
        { record: "order:o1", field: "amount", old: 0, new: 100 },
        { record: "order:o1", field: "close", old: false, new: true },
      ],
    });
    const { buddy } = at([refund], typing("none", false));
    await buddy.run("approve", "--all");
    expect(buddy.stdout()).toContain('with order: "o1", notify_all_customers: true, fee: 100');
  });

  it("one of many requests is looked at by the address of its page as messages give it", async () => {
    for (const origin of ["http://127.0.0.1:7717", "https://desk.example"]) {
      const { buddy } = at(FORTY, {});
      const id = String(FORTY[7]?.approval_id);
      expect(await buddy.run("approvals", `${origin}/console/requests/${id}?mine=true`)).toBe(EXIT.ok);
      expect(buddy.sent.some(({ path }) => path === `/approvals/${id}`)).toBe(true);
    }
  });

  it("an address that cannot be one of a request's page is asked for as a name", async () => {
    const { buddy } = at(FORTY, {});
    const address = "http://127.0.0.1:7717/console/requests/%E0%A4%A";
    await buddy.run("approvals", address);
    expect(buddy.sent.map(({ path }) => path)).toContain(`/approvals/${encodeURIComponent(address)}`);
  });

  it.each([
    ["approve", ["--yes"]],
    ["reject", ["--comment", "no"]],
    ["edit", ["--comment", "typo", "--arguments", "{}"]],
    ["reconcile", ["--happened"]],
    ["settle", ["--undone"]],
    ["extend", ["--seconds", "60"]],
  ])(
    "buddy %s takes the address of a request's page, or a link from a message, as it takes its id",
    async (word, flags) => {
      const id = String(FORTY[7]?.approval_id);
      const acted = (sent: readonly Sent[]) => sent.filter(({ method }) => method === "POST").map(({ path }) => path);
      const { buddy: byId } = at(FORTY, {}, 100, false);
      expect(await byId.run(word, id, ...flags)).toBe(EXIT.ok);
      expect(acted(byId.sent)).toHaveLength(1);
      for (const address of [`http://127.0.0.1:7717/console/requests/${id}`, `https://desk.example/links/${id}`]) {
        const { buddy } = at(FORTY, {}, 100, false);
        expect(await buddy.run(word, address, ...flags)).toBe(EXIT.ok);
        expect(acted(buddy.sent)).toEqual(acted(byId.sent));
      }
    },
  );

  it("buddy approve takes addresses of several requests' pages, and asks for each by its id", async () => {
    const ids = FORTY.slice(0, 2).map(({ approval_id }) => String(approval_id));
    const { buddy, sent } = at(FORTY, {}, 100, false);
    const pages = ids.map((id) => `https://desk.example/console/requests/${id}`);
    expect(await buddy.run("approve", ...pages, "--yes")).toBe(EXIT.ok);
    expect(JSON.stringify(sent)).toContain(`"id":"${ids[1]}"`);
  });

  it("the address of a page of something else than the command takes is asked for as it stands", async () => {
    const { buddy } = at(FORTY, {}, 100, false);
    await buddy.run("approvals", "https://desk.example/console/executions/ex1");
    expect(buddy.sent.map(({ path }) => path)[0]).toBe(
      `/approvals/${encodeURIComponent("https://desk.example/console/executions/ex1")}`,
    );
  });

  it("an execution is named by the address of its page as well", async () => {
    for (const address of [
      "http://127.0.0.1:7717/console/executions/ex%3A1",
      "https://d.example/console/executions/ex%3A1/steps/s1",
    ]) {
      const { buddy } = at([], {}, 100, false);
      await buddy.run("abort", address, "--reason", "x");
      expect(buddy.sent[0]?.path).toBe("/executions/ex%3A1/abort");
    }
  });

  it("those that are named of a list are shown once more before the yes, since the list has scrolled away", async () => {
    const mail = anApproval({
      approval_id: "ap-mail",
      arguments: { to: "ann@example.com", bcc: "all@example.com" },
      changes: [{ record: "mail:(new)", field: "to", old: null, new: "ann@example.com" }],
      argument_notes: ["bcc is no argument of the tool"],
    });
    let atFirst = "";
    let before = "";
    const { buddy } = at([...FORTY.slice(0, 2), mail], {
      input: async () => {
        atFirst = buddy.stdout();
        return "3";
      },
      confirm: async () => {
        before = buddy.stdout().slice(atFirst.length);
        return false;
      },
    });
    expect(await buddy.run("approve", "--all")).toBe(EXIT.ok);
    expect(before).toContain("3.  MEDIUM");
    for (const text of ['to: – → "ann@example.com"', 'bcc: "all@example.com"', "bcc is no argument of the tool"]) {
      expect(before).toContain(text);
    }
    expect(before).not.toContain("northern-1");
  });

  it("the list before the one yes says what became of the same call before, and what is odd about its arguments", async () => {
    const earlier = {
      approval_id: "ap0",
      execution_id: "ex0",
      step_id: "s1",
      status: "rejected",
      created_at: "2026-01-30T11:00:00.000Z",
      decided_at: "2026-01-30T12:00:00.000Z",
      decided_by: "carol",
      comment: "not this customer",
      changes: [],
      more_changes: 0,
    };
    const { buddy } = at(
      [anApproval({ earlier_decisions: [earlier], argument_notes: ["near: contact"] })],
      typing("none", false),
    );
    await buddy.run("approve", "--all");
    const read = buddy.stdout().replaceAll(/\s+/g, " ");
    expect(read).toContain("the same call was rejected by carol");
    expect(read).toContain("not this customer");
    expect(read).toContain("near: contact");
  });

  it("buddy approve and reject --all decide those whose numbers are typed, and no other", async () => {
    for (const [word = "", ...more] of [["approve"], ["reject", "--comment", "no"]]) {
      const { buddy, sent } = at(FORTY, typing("3,6"));
      expect(await buddy.run(word, "--all", ...more)).toBe(EXIT.ok);
      expect(buddy.stdout()).toMatch(/^ +3\. {2}MEDIUM/mu);
      expect(buddy.stdout()).toMatch(/^ +40\. {2}MEDIUM/mu);
      expect(sent).toMatchObject([
        {
          decisions: [2, 5].map((place) => ({
            id: FORTY[place]?.approval_id,
            digest: `d${place}`,
            decision: word,
          })),
        },
      ]);
    }
  });

  it("an answer that is no number of the list is not understood, and asked for anew", async () => {
    const person = typing(["0", "2,5", "a", "yes", "2;4", "1-", "3-2", "1,,2", "2-4"]);
    const { buddy, sent } = at(FORTY.slice(0, 4), person);
    expect(await buddy.run("approve", "--all")).toBe(EXIT.ok);
    expect(buddy.stdout().split("neither all nor none, nor numbers from 1 to 4")).toHaveLength(9);
    expect(sent).toMatchObject([{ decisions: [{ digest: "d1" }, { digest: "d2" }, { digest: "d3" }] }]);
    expect(person.asked.at(-1)).toBe("Approve 3 requests?");
  });

  it.each([
    ["all", "Approve 4 requests, 2 of them HIGH?"],
    ["2,4", "Approve 2 requests, all of them HIGH?"],
    ["4", "Approve 1 request, which is HIGH?"],
    ["1 3", "Approve 2 requests?"],
  ])("a yes to %s is asked for once more, by how many they are and how many HIGH", async (answer, question) => {
    const mixed = FORTY.slice(0, 4).map((each, place) =>
      anApproval({ ...each, risk_level: place % 2 === 1 ? "HIGH" : "MEDIUM" }),
    );
    const person = typing(answer, false);
    const { buddy, sent } = at(mixed, person);
    expect(await buddy.run("approve", "--all")).toBe(EXIT.ok);
    expect(person.asked.at(-1)).toBe(question);
    expect(buddy.stdout()).toContain("2. in full:");
    expect(buddy.stdout()).toContain("Nothing was decided.");
    expect(sent).toEqual([]);
  });

  it.each(["", "none", "No"])("the answer %j to which of several decides nothing", async (answer) => {
    const { buddy, sent } = at(FORTY, { input: typing(answer).input });
    expect(await buddy.run("approve", "--all")).toBe(EXIT.ok);
    expect(sent).toEqual([]);
  });

  const kinds = [
    anApproval({ approval_id: "ap1", tool_name: "mail", acting_agent_id: "a1", plan_id: "p1", execution_id: "e1" }),
    anApproval({ approval_id: "ap2", risk_level: "HIGH" }),
  ];
  it.each([
    [["--tool", "mail"], ["ap1"]],
    [["--agent", "a1"], ["ap1"]],
    [["--plan", "p1"], ["ap1"]],
    [["--execution", "e1"], ["ap1"]],
    [["--risk", "HIGH"], ["ap2"]],
    [["--risk", "MEDIUM", "--tool", "mail"], ["ap1"]],
  ])("buddy approve --all with %j decides only what it lets through", async (filter, wanted) => {
    for (const [command, ...more] of [["approve"], ["reject", "--comment", "no"]]) {
      const { buddy, sent } = at(kinds, {}, 80, false);
      expect(await buddy.run(command ?? "", "--all", "--yes", ...more, ...filter)).toBe(EXIT.ok);
      expect(sent).toMatchObject([{ decisions: wanted.map((id) => ({ id, decision: command })) }]);
    }
  });

  it("buddy approve --all keeps the comment with each decision", async () => {
    const { buddy, sent } = at([anApproval()], {}, 80, false);
    await buddy.run("approve", "--all", "--yes", "--comment", "as agreed");
    expect(sent).toMatchObject([{ decisions: [{ comment: "as agreed" }] }]);
  });

  it("buddy approve --all opens every HIGH request before it asks, and decides on what was shown", async () => {
    const high = anApproval({ risk_level: "HIGH", digest: "shown" });
    const { buddy, sent } = at([high], typing("all"));
    expect(await buddy.run("approve", "--all", "--as", "bob")).toBe(EXIT.ok);
    const paths = buddy.sent.map(({ method, path }) => `${method} ${path}`);
    expect(paths.filter((path) => path !== "GET /names")).toEqual([
      "GET /approvals",
      "GET /approvals/ap1",
      "POST /approvals/decisions",
    ]);
    expect(sent).toEqual([{ decisions: [{ id: "ap1", digest: "shown", decision: "approve" }] }]);
  });

  it("buddy approve --all approves nothing where nobody can be asked, unless --yes says so", async () => {
    const unasked = at([anApproval()], {}, 80, false);
    expect(await unasked.buddy.run("approve", "--all")).toBe(EXIT.usage);
    expect(unasked.sent).toEqual([]);
    expect(unasked.buddy.stderr()).toContain("add --yes");
  });

  it("buddy approve --all leaves out what the caller may not approve", async () => {
    const { buddy } = at([anApproval({ you_may: ["reject"] })], {}, 80, false);
    expect(await buddy.run("approve", "--all", "--yes")).toBe(EXIT.ok);
    expect(buddy.stdout()).toContain("left out: 1 request: it asks something that is not answered with approve");
    expect(buddy.stdout()).toContain("Nothing that you may approve.");
  });

  const why = {
    lock: "its step is locked (everything) by Omar Ortiz (omar): it mails strangers; it can be decided after unlock and resume",
    own: "bob submitted it, owns its agent or last edited it: somebody else must decide",
  };
  const kept = (id: string, because: string) =>
    anApproval({ approval_id: id, you_may: [], you_may_not_because: because });

  it("buddy approve --all under a lock says why nothing can be approved: the lock, by whom, and what has to come first", async () => {
    const held = Array.from({ length: 40 }, (_, place) => kept(`ap-${place}`, why.lock));
    const { buddy, sent } = at([...held, kept("ap-own", why.own)], {}, 80, false);
    expect(await buddy.run("approve", "--all", "--yes")).toBe(EXIT.ok);
    expect(buddy.stdout().trim().split("\n")).toEqual([
      `left out: 40 requests: ${why.lock}`,
      `left out: 1 request: ${why.own}`,
      "Nothing that you may approve.",
    ]);
    expect(sent).toEqual([]);
  });

  it("buddy approve --all says of what it approves beside what else waits, and of ever more reasons how many there are", async () => {
    const odd = Array.from({ length: 13 }, (_, place) => kept(`ap-${place}`, `reason ${place}`));
    const { buddy, sent } = at([anApproval({ approval_id: "ap-mine" }), ...odd], {}, 80, false);
    expect(await buddy.run("approve", "--all", "--yes")).toBe(EXIT.ok);
    expect(buddy.stdout().match(/^left out: 1 request: reason \d+$/gmu)).toHaveLength(10);
    expect(buddy.stdout()).toContain("left out: 3 more requests, each of which says why: buddy approvals");
    expect(sent).toMatchObject([{ decisions: [{ id: "ap-mine" }] }]);
  });

  it("buddy approve --all tells a program on its side channel what it left out, and prints one document", async () => {
    const { buddy } = at([kept("ap-held", why.lock)], {}, 80, false);
    expect(await buddy.run("approve", "--all", "--yes", "--json")).toBe(EXIT.ok);
    expect(JSON.parse(buddy.stdout())).toEqual({ results: [] });
    expect(buddy.stderr()).toContain(`left out: 1 request: ${why.lock}`);
  });

  const contracts = [contractOf("MEDIUM", { tool_name: "ghl_update_contact" })];
  const statistics = { tools: 0, approval_required: 0, writes: 0, by_risk_level: {}, by_reversibility: {} };
  const known = ({ path, query, method, ...rest }: Sent): Answer => {
    const one = { ...anExecution(), plan_ids: ["plan_crm"] };
    if (path === "/executions") {
      const isNamed = [query.text ?? "plan_crm", query.agent ?? "sales"].every((name) =>
        ["plan_crm", "sales"].includes(name),
      );
      return { body: { items: isNamed ? [one] : [], next: null } };
    }
    if (path === "/executions/ex1") return { body: one };
    if (path.startsWith("/executions/"))
      return { status: 404, body: { status: 404, title: "Not found", detail: "no" } };
    if (path === "/contracts") return { body: { contracts, statistics } };
    if (path === "/agents") return { body: { agents: [], pending: [], registry_open: true, unreadable: [] } };
    return serverOf([]).answer({ path, query, method, ...rest });
  };

  it.each([
    ["--tool", "ghl_update_contac", 'there is no tool "ghl_update_contac"', "did you mean ghl_update_contact?"],
    ["--agent", "nobody", 'there is no agent "nobody"', ""],
    ["--plan", "plan_cmr", 'there is no plan "plan_cmr"', "did you mean plan_crm?"],
    ["--execution", "01M8", 'there is no execution "01M8"', ""],
  ])(
    "buddy approve --all of what is not there decides nothing, and says so to what comes next: %s",
    async (flag, name, words, near) => {
      for (const word of [["approve"], ["reject", "--comment", "no"]]) {
        const buddy = fakeContext({ answer: known });
        expect(await buddy.run(...word, "--all", flag, name, "--yes")).toBe(EXIT.not_found);
        expect(buddy.stderr()).toContain(words);
        expect(buddy.stderr()).toContain(near);
      }
    },
  );

  it.each([
    ["--tool", "ghl_update_contact"],
    ["--agent", "sales"],
    ["--plan", "plan_crm"],
    ["--execution", "ex1"],
  ])("buddy approve --all of what is there and has nothing open says of which choice: %s", async (flag, name) => {
    const buddy = fakeContext({ answer: known });
    expect(await buddy.run("approve", "--all", flag, name, "--yes")).toBe(EXIT.ok);
    expect(buddy.stdout()).toContain(`Nothing that you may approve of this choice: ${flag.slice(2)} ${name}.`);
  });

  it("buddy approve --all with something refused ends with a conflict and says what", async () => {
    const { answer } = serverOf([anApproval()]);
    const results = [{ ok: false, id: "ap1", problem: { status: 409, detail: "decided already" } }];
    const buddy = fakeContext({
      answer: (sent) => (sent.path === "/approvals/decisions" ? { body: { results } } : answer(sent)),
    });
    expect(await buddy.run("approve", "--all", "--yes")).toBe(EXIT.conflict);
    expect(buddy.stdout()).toContain("ap1: decided already");
  });
});

describe("requests that are named", () => {
  const [first, second] = FORTY.map(({ approval_id }) => String(approval_id));

  it("requests that are named are decided in one act", async () => {
    const { buddy, sent } = at(FORTY, {}, 80, false);
    expect(await buddy.run("reject", first ?? "", second ?? "", "--yes", "--comment", "no")).toBe(EXIT.ok);
    expect(sent).toEqual([
      {
        decisions: [first, second].map((id, place) => ({ id, digest: `d${place}`, decision: "reject", comment: "no" })),
      },
    ]);
  });

  it("requests that are named are told where one of them cannot be decided so, and the others are", async () => {
    const not = anApproval({ approval_id: "ap2", you_may: [], you_may_not_because: "you submitted it" });
    const { buddy, sent } = at([anApproval(), not], {}, 80, false);
    expect(await buddy.run("approve", "ap1", "ap2", "--yes")).toBe(EXIT.conflict);
    expect(buddy.stdout()).toContain("left out: ap2: you submitted it");
    expect(sent).toMatchObject([{ decisions: [{ id: "ap1" }] }]);
  });
});

describe("buddy approve of one request", () => {
  const high = [anApproval({ risk_level: "HIGH" })];

  it("buddy approve of one request on a terminal shows it, then asks, and decides nothing at a no", async () => {
    let before = "";
    const { buddy, sent } = at(high, {
      confirm: async () => {
        before = buddy.stdout();
        return false;
      },
    });
    expect(await buddy.run("approve", "ap1")).toBe(EXIT.ok);
    expect(before).toContain("updates stage of contact c1");
    expect(sent).toEqual([]);
    expect(buddy.stdout()).toContain("Nothing was decided.");
  });

  it("buddy approve of one request decides nothing where the same call was decided while the person read", async () => {
    const earlier = (more: object) => ({
      ...{ approval_id: "ap0", execution_id: "e0", step_id: "s1", status: "open", created_at: "2026-01-31T12:00:00Z" },
      ...{ decided_at: null, decided_by: null, comment: null, changes: [], more_changes: 0, ...more },
    });
    const requests = [anApproval({ earlier_decisions: [earlier({})] })];
    const decidedElsewhere = () => {
      requests[0] = anApproval({ earlier_decisions: [earlier({ status: "rejected", decided_by: "ben" })] });
    };
    const confirm: Prompts["confirm"] = async () => {
      decidedElsewhere();
      return true;
    };
    const many = at(requests, { confirm });
    expect(await many.buddy.run("approve", "--all")).toBe(EXIT.conflict);
    expect(many.buddy.stdout()).toContain("the same call was decided elsewhere since it was shown");
    expect(many.sent).toEqual([]);
    requests[0] = anApproval({ earlier_decisions: [earlier({})] });
    const { buddy, sent } = at(requests, {
      confirm: async () => {
        decidedElsewhere();
        return true;
      },
    });
    expect(await buddy.run("approve", "ap1")).toBe(EXIT.conflict);
    expect(sent).toEqual([]);
    expect(await buddy.run("approve", "ap1")).toBe(EXIT.ok);
    expect(sent).toHaveLength(1);
  });

  it("buddy approve of one request approves at a yes, with --yes unasked, and where there is no terminal", async () => {
    for (const [interactive, ...more] of [[true], [true, "--yes"], [false]] as const) {
      const { buddy, sent } = at(high, more.length === 0 ? { confirm: async () => true } : {}, 80, interactive);
      expect(await buddy.run("approve", "ap1", ...more)).toBe(EXIT.ok);
      expect(sent).toEqual([{ decision: "approve", digest: "d1" }]);
    }
  });
});
