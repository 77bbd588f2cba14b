import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { allEndpoints } from "../../../../functions/api/endpoints.ts";
import { submitted } from "../../../../functions/api/schemas.ts";
import type { Deps } from "../../../../functions/deps.ts";
import { updatePlan } from "../harness.ts";
import { CALLERS, KINDS, type Kind, WHO_MAY } from "./callers.ts";
import { deployed, type Host, oneMachine } from "./hosts.ts";

/** The description of an endpoint needs none of what its answer uses. */
const described = allEndpoints({} as Deps).map(({ method, path }) => `${method} ${path}`);

const ROUTES = Object.entries(WHO_MAY).map(([name, { may, own = [], body }]) => {
  const [method = "", route = ""] = name.split(" ");
  // Elsewhere an empty one changes nothing.
  return { name, method, route, may, own, body: body ?? (own.length > 0 ? { reason: "enough" } : {}) };
});

type Letting = { readonly route: string; readonly may: readonly Kind[]; readonly own: readonly Kind[] };

/**
 * The callers that are let in: to an own execution too. The one in question is that of `agent`, who submitted it, and
 * of the agent that its plan is about, which did not: it may look at it and not stop it.
 */
const isLetIn = ({ route, may, own }: Letting, kind: Kind): boolean =>
  may.includes(kind) ||
  (own.includes(kind) && (kind === "agent" || (kind === "an agent itself" && !route.endsWith("/abort"))));

describe("who may what", () => {
  it("who may do what is said for every route there is", () => {
    expect(Object.keys(WHO_MAY).toSorted()).toEqual(described.toSorted());
  });

  it("no agent's token may ask for what starts an undoing, a taking up, a decision or a lock", () => {
    const asAgent = ROUTES.filter(({ may, own, method }) => method !== "GET" && [...may, ...own].includes("agent"));
    expect(asAgent.map(({ name }) => name)).toEqual(["POST /executions", "POST /calls", "POST /executions/{id}/abort"]);
  });

  it("who may do what is told in docs/who-may.md as it is", async () => {
    await expect(document()).toMatchFileSnapshot("../../../../docs/who-may.md");
  });
});

describe.each([
  ["one machine, over its socket", oneMachine],
  ["the functions behind API Gateway", () => deployed(true)],
  ["the functions alone", () => deployed(false)],
] as const)("%s", (_name, open) => {
  let host: Host;
  let id: string;

  beforeAll(async () => {
    host = await open();
    const asked = { kind: "agent", method: "POST", route: "/executions", id: "" } as const;
    const { status, body } = await host.ask(asked, { plans: [updatePlan("p1")] });
    expect(status).toBe(202);
    id = submitted.parse(body).execution_id;
  }, 60_000);
  afterAll(() => host.stop());

  it.each(ROUTES)(
    "the route $name lets in whom the table names, and nobody else",
    async ({ method, route, may, own, body }) => {
      for (const kind of KINDS) {
        const { status } = await host.ask({ kind, method, route, id }, body);
        const seen = status === 401 || status === 403 ? status : "in";
        const wanted = isLetIn({ route, may, own }, kind) ? "in" : kind === "nobody" ? 401 : 403;
        expect(`${kind}: ${seen}`).toBe(`${kind}: ${wanted}`);
      }
    },
  );

  it("one administrator may narrow what an agent may do, and widen it no further than to a proposal", async () => {
    const asked = { kind: "administrator", method: "PUT", route: "/agents/{agent_id}", id } as const;
    const put = async (granted_permissions: string[]) =>
      (await host.ask(asked, { owner: "dana", granted_permissions })).status;
    await put([]);
    expect([await put(["pay"]), await put(["pay"]), await put([])]).toEqual([202, 202, 200]);
  });
});

it("an agent's host is told whose execution it is that it may not stop", async () => {
  const host = await deployed(true);
  const { body } = await host.ask(
    { kind: "agent", method: "POST", route: "/executions", id: "" },
    { plans: [updatePlan("p1")] },
  );
  const { execution_id: id } = submitted.parse(body);
  const asked = { kind: "another agent", method: "POST", route: "/executions/{id}/abort", id } as const;
  expect(await host.ask(asked, { reason: "mine now" })).toMatchObject({
    status: 403,
    body: { reason: "not_yours", detail: expect.stringContaining("was submitted by agent, not by another agent") },
  });
  expect((await host.ask({ ...asked, id: "01NONE" }, { reason: "mine now" })).status).toBe(404);
});

const mark = (route: { may: readonly Kind[]; own: readonly Kind[] }, kind: Kind): string =>
  route.may.includes(kind) ? "yes" : route.own.includes(kind) ? "own" : "-";

function document(): string {
  const kinds = KINDS.filter((kind) => kind !== "nobody");
  const lines = [
    "# Who may what",
    "",
    "Agents propose and look; people decide, stop, take up and undo. Every route by every kind of caller, as",
    "`test/functions/api/who-may` plays it on one machine and on the functions behind API Gateway: that test writes this",
    "page. `own`: only what the caller submitted, or the caller's own absence; of an agent itself, what is its own alone: it names no other agent. Without a token every route answers 401, but `GET /livez` and, on one",
    "machine, `GET /openapi.json`; deployed, that one takes `read`.",
    "",
    "| caller | is | scopes |",
    "|---|---|---|",
    ...kinds.map((kind) => {
      const { is, scopes } = CALLERS[kind];
      return `| ${kind} | ${is} | ${(scopes ?? []).map((each) => `\`${each}\``).join(" ")} |`;
    }),
    "",
    `| route | ${kinds.join(" | ")} |`,
    `|---|${kinds.map(() => "---|").join("")}`,
    ...ROUTES.map((route) => `| \`${route.name}\` | ${kinds.map((kind) => mark(route, kind)).join(" | ")} |`),
    "",
    "A token may carry several of these scopes, and a person may be several of these callers, but no token is a person's and an",
    "agent's: such a one is refused everywhere. Where two people are needed (to unlock, to lower what a contract guards, to widen",
    "what an agent may do, to approve where a contract says so), being both does not make two. Reading shows everything to everybody who may read.",
  ];
  return `${lines.join("\n")}\n`;
}
