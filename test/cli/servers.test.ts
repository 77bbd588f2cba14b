import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { EXIT } from "../../cli/exit-codes.ts";
import { runBuddy } from "../../cli/program.ts";
import { localPrograms } from "../../cli/terminal/local-programs.ts";
import { type RunningServer, startServer } from "../../local/server.ts";
import { READ_SECRET, WRITE_SECRET } from "../counterparts/crm.ts";
import { type ContactsOverHttp, startContacts } from "../counterparts/mcp-over-http.ts";
import { fakeContext } from "./fake-context.ts";

let folder = "";
let contacts: ContactsOverHttp;
let server: RunningServer;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "buddy-servers-"));
  contacts = await startContacts();
  contacts.fresh();
  server = await startServer({
    data_dir: folder,
    port: 0,
    live_enabled: true,
    registry_open: true,
    allowed_hosts: [contacts.host],
  });
});
afterAll(async () => {
  await server.stop();
  await contacts.stop();
  await rm(folder, { recursive: true, force: true });
});

const buddy = async (line: string, stdin = ""): Promise<{ code: number; said: string }> => {
  const fake = fakeContext({ stdin });
  const context = {
    ...fake.context,
    fetch: globalThis.fetch,
    local: localPrograms,
    now: () => new Date(),
    readFile: (path: string) => readFile(join(folder, path), "utf8"),
    writeFile: (path: string, content: Uint8Array) => writeFile(join(folder, path), content),
  };
  const code = await runBuddy(context, ["--endpoint", server.url, "--data", folder, ...line.split(" ")]);
  return { code, said: fake.stdout() + fake.stderr() };
};

it("a server is registered, its tools are proposed, added and tried, and a changed one is shown, not called, and accepted", async () => {
  await buddy("secrets set read/contacts", READ_SECRET);
  await buddy("secrets set write/contacts", WRITE_SECRET);
  const auth = { as: "bearer", secret: "contacts" };
  await writeFile(
    join(folder, "s.json"),
    JSON.stringify({ server: "contacts", kind: "http", url: contacts.url, auth }),
  );
  expect(await buddy("servers add s.json")).toEqual({ code: EXIT.ok, said: "contacts is registered" });
  expect((await buddy("servers list")).said).toContain(contacts.url);
  const passes_on = { prompts: true, resources: true };
  await writeFile(
    join(folder, "s.json"),
    JSON.stringify({ server: "contacts", kind: "http", url: contacts.url, auth, passes_on }),
  );
  await buddy("servers add s.json");
  expect((await buddy("servers list")).said).toContain(`${contacts.url}  passes on its prompts and resources`);

  const imported = await buddy("contracts import mcp contacts --pick get.contact set_contact --out p.json");
  expect(imported.said).toContain("p.json proposes 2 tools. Nothing is registered");
  expect(imported.said).toContain("the server claims, and nobody has checked: readOnlyHint true");
  expect((await buddy("contracts import mcp contacts --pick nothing")).code).toBe(EXIT.not_found);
  expect((await buddy("contracts add p.json")).said).toContain("set_contact version 1");
  expect(await buddy("servers check")).toEqual({ code: EXIT.ok, said: "contacts: as it was reviewed" });
  const tried = await buddy('tools try set_contact --arguments {"contact_id":"c1"}');
  expect(tried.said).toContain('set_contact at MCP server contacts with {"contact_id":"c1"}');

  contacts.more = [{ name: "odd" }];
  const partly = await buddy("contracts import mcp contacts --out q.json");
  expect(partly.said).toContain("q.json proposes 4 tools");
  expect(partly.said).toContain("odd cannot be taken: /inputSchema");
  contacts.more = [];
  contacts.offered = false;
  contacts.more = [{ name: "set_contact" }];
  expect((await buddy("servers check")).said).toContain(
    "describes set_contact so that nobody can call it: /inputSchema",
  );
  contacts.offered = true;
  contacts.more = [];

  contacts.description = "Changes every contact";
  const changed = await buddy("servers check contacts");
  expect(changed.code).toBe(EXIT.refused);
  expect(changed.said).toContain('description of set_contact was "Changes a contact" and is "Changes every contact"');
  const refused = await buddy('tools try set_contact --arguments {"contact_id":"c1"}');
  expect(refused.said).toContain("held back until a person accepts it");
  const shown = await buddy("contracts show set_contact");
  expect(shown.said).toContain("Quarantined: server contacts describes set_contact otherwise");
  expect(shown.said).toContain('- "Changes a contact"');
  expect(shown.said).toContain('+ "Changes every contact"');
  expect((await buddy("contracts accept set_contact --as olga")).code).toBe(EXIT.usage);
  const accepted = await buddy("contracts accept set_contact --as olga --yes");
  expect(accepted.said).toContain("set_contact is accepted by olga");
  expect((await buddy("contracts show set_contact")).said).toContain("Accepted by olga");
  expect(await buddy("contracts accept set_contact --yes")).toEqual({
    code: EXIT.ok,
    said: "Nothing of set_contact is quarantined.",
  });
  expect(await buddy("servers check")).toEqual({ code: EXIT.ok, said: "contacts: as it was reviewed" });
  const again = await buddy('tools try set_contact --arguments {"contact_id":"c1"}');
  expect(again.said).toContain("as olga accepted at");
  expect((await buddy("servers remove contacts")).code).toBe(EXIT.conflict);

  await writeFile(join(folder, "t.json"), JSON.stringify({ server: "others", kind: "http", url: contacts.url, auth }));
  await buddy("servers add t.json");
  const second = await buddy("contracts import mcp others --pick set_contact --out r.json");
  expect(second.said).toContain("set_contact as others__set_contact");
  expect(second.said).toContain('"set_contact" is a tool of server contacts: proposed as others__set_contact');
  expect((await buddy("contracts add r.json")).said).toContain("others__set_contact version 1");
  expect((await buddy("contracts show set_contact")).said).toContain("contacts");
  expect(contacts.effects).toEqual([]);
});
