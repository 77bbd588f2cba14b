import { beforeAll, describe, expect, it, vi } from "vitest";
import { EXIT } from "../../cli/exit-codes.ts";
import { runBuddy } from "../../cli/program.ts";
import { ARTIFACTS } from "../../shared/artifacts/index.ts";
import { digestOfBytes } from "../../shared/plan/digest.ts";
import { RecordDamaged } from "../../shared/ports/damaged.ts";
import type { Harness } from "../functions/api/harness.ts";
import { approveAll, keyPair, rollBack, signedHarness, submit } from "../shared/verification/real-execution.ts";
import { fakeContext } from "./fake-context.ts";

const keys = keyPair();
const PUBLIC_KEY = ".buddy/keys/signing-key.pub.pem";
let on: Harness;
let id: string;

beforeAll(async () => {
  on = await signedHarness(keys);
  id = await submit(on);
  await approveAll(on, id);
});

/** The CLI against the API in this process. */
const buddy = (files: Record<string, string>, ...argv: string[]) => buddyWhile(async () => undefined, files, ...argv);

/** The same while something happens: `before` is told each path that is asked for. */
const buddyWhile = async (
  before: (path: string) => Promise<void>,
  files: Record<string, string>,
  ...argv: string[]
) => {
  const fake = fakeContext({ files });
  const fetch: typeof globalThis.fetch = async (input, init = {}) => {
    const { pathname, search } = new URL(String(input));
    await before(pathname);
    const headers = { ...Object.fromEntries(new Headers(init.headers)), authorization: "as auditor read" };
    return on.router.request(`${pathname}${search}`, { headers });
  };
  const code = await runBuddy({ ...fake.context, fetch }, argv);
  return { code, out: fake.stdout(), err: fake.stderr(), files: fake.files };
};
const saved = async (): Promise<Record<string, string>> => {
  const { code, files } = await buddy({}, "artifacts", id, "--out", "audit");
  expect(code).toBe(EXIT.ok);
  return Object.fromEntries(files);
};

describe("buddy verify, against a server", () => {
  it("verifying against a server is OK with the key of the server on this machine, a line per check", async () => {
    const { code, out } = await buddy({ [PUBLIC_KEY]: keys.pem }, "verify", id);
    expect(code).toBe(EXIT.ok);
    expect(out.match(/^✓ /gmu)).toHaveLength(15);
    expect(out).toContain(`OK: the record of execution ${id} fits together`);
    expect(out).toContain(PUBLIC_KEY);
  });

  it("verifying against a server is INCOMPLETE without a key, and says whose signature it is", async () => {
    const { code, out } = await buddy({}, "verify", id);
    expect(code).toBe(EXIT.incomplete);
    expect(out).toContain("… manifests carry a signature of the known key");
    expect(out).toContain("no public key is at hand");
  });

  it("verifying against a server is TAMPERED with another key", async () => {
    const { code, out } = await buddy({ "their.pem": keyPair().pem }, "verify", id, "--public-key", "their.pem");
    expect(code).toBe(EXIT.tampered);
    expect(out).toContain("✗ manifests carry a signature of the known key");
  });

  it("verifying against a server is TAMPERED where a manifest that somebody kept is gone, OK where it is there", async () => {
    const { out } = await buddy({ [PUBLIC_KEY]: keys.pem }, "verify", id, "--json");
    const { sealed } = JSON.parse(out);
    const kept = await buddy({ [PUBLIC_KEY]: keys.pem }, "verify", id, "--manifest", sealed.digest);
    expect(kept.code).toBe(EXIT.ok);
    const gone = await buddy({ [PUBLIC_KEY]: keys.pem }, "verify", id, "--manifest", "0".repeat(64));
    expect(gone.code).toBe(EXIT.tampered);
  });

  it("verifying against a server prints one document with --json: the verdict and every finding", async () => {
    const { code, out } = await buddy({}, "verify", id, "--json");
    expect(code).toBe(EXIT.incomplete);
    const { verdict, checks } = JSON.parse(out);
    expect(verdict).toBe("INCOMPLETE");
    expect(checks.flatMap((check: { findings: { where: string }[] }) => check.findings)).toEqual([
      expect.objectContaining({ check: "signature", severity: "incomplete", where: "manifest-1.json" }),
    ]);
  });

  it("verifying against a server is UNREACHABLE where no server answers, and not found where there is no such execution", async () => {
    const silent = fakeContext({});
    expect(await silent.run("verify", id)).toBe(EXIT.unreachable);
    expect(silent.stdout()).toContain("UNREACHABLE: cannot reach http://127.0.0.1:7717");
    expect((await buddy({}, "verify", "01NOTHERE")).code).toBe(EXIT.not_found);
  });

  it.each(["approvals", "ledger"] as const)(
    "verifying against a server is TAMPERED where a stored record of the %s is in no shape to be read, says which, and the files are kept",
    async (port) => {
      const place = "EXEC#1 / SOMETHING#1";
      const broken = vi.spyOn(on.deps[port], "ofExecution").mockRejectedValue(new RecordDamaged(place, undefined));
      const { code, out } = await buddy({ [PUBLIC_KEY]: keys.pem }, "verify", id);
      expect(code).toBe(EXIT.tampered);
      expect(out).toContain(`the record at ${place} cannot be read`);
      expect(out).toContain("✓ manifests carry a signature of the known key");
      const kept = await buddy({}, "artifacts", id, "--out", "audit");
      broken.mockRestore();
      expect(kept).toMatchObject({ code: EXIT.tampered, err: expect.stringContaining(place) });
      expect([...kept.files.keys()]).toContain(`audit/${id}/manifest.json`);
      expect([...kept.files.keys()]).not.toContain(`audit/${id}/record.ndjson`);
    },
  );

  it("verifying against a server refuses a file that holds no public key, and a private one", async () => {
    const secret = String(keys.privateKey.export({ type: "pkcs8", format: "pem" }));
    for (const pem of ["nothing", secret]) {
      const { code, err } = await buddy({ "key.pem": pem }, "verify", id, "--public-key", "key.pem");
      expect(code).toBe(EXIT.usage);
      expect(err).toContain("key.pem");
    }
  });
});

describe("an execution that is sealed while it is read", () => {
  /** It is rolled back, and sealed again, as soon as that path is asked for the given time. */
  const rolledBackAt = async (path: string, time: number) => {
    const moving = await submit(on);
    await approveAll(on, moving);
    let asked = 0;
    const before = async (pathname: string) => {
      if (pathname !== `/executions/${moving}${path}`) return;
      asked += 1;
      if (asked === time) await rollBack(on, moving, 1);
    };
    return { moving, before };
  };
  const PATHS = ["/artifacts", "/artifacts/tool_execution_log.jsonl", "/artifacts/manifest.json"];

  it.each(PATHS)("an execution that is sealed while it is read is OK: %s was read anew", async (path) => {
    const { moving, before } = await rolledBackAt(path, 1);
    const { code, out } = await buddyWhile(before, { [PUBLIC_KEY]: keys.pem }, "verify", moving);
    expect(out).toContain("OK");
    expect(code).toBe(EXIT.ok);
  });

  it.each(PATHS)("an execution that is sealed while it is read is saved whole: %s was read anew", async (path) => {
    const { moving, before } = await rolledBackAt(path, path === "/artifacts" ? 2 : 1);
    const { code, files } = await buddyWhile(before, {}, "artifacts", moving, "--out", "audit");
    expect(code).toBe(EXIT.ok);
    const kept = { ...Object.fromEntries(files), "buddy.pem": keys.pem };
    const verified = await buddy(kept, "verify", moving, "--dir", "audit", "--public-key", "buddy.pem");
    expect(verified.out).toContain("2 manifests");
    expect(verified.code).toBe(EXIT.ok);
  });
});

describe("buddy verify, of a folder that buddy artifacts saved", () => {
  const verify = (files: Record<string, string>, ...more: string[]) =>
    buddy({ "their.pem": keys.pem, ...files }, "verify", id, "--dir", "audit", "--public-key", "their.pem", ...more);

  it("verifying a saved folder is OK, from the folder or the one above it", async () => {
    const files = await saved();
    expect(Object.keys(files)).toContain(`audit/${id}/record.ndjson`);
    expect((await verify(files)).code).toBe(EXIT.ok);
    const direct = await buddy(
      { ...files, "their.pem": keys.pem },
      "verify",
      id,
      "--dir",
      `audit/${id}`,
      "--public-key",
      "their.pem",
    );
    expect(direct.code).toBe(EXIT.ok);
  });

  it("verifying a saved folder names the event that was changed", async () => {
    const files = await saved();
    const name = `audit/${id}/record.ndjson`;
    const forged = (files[name] ?? "").replace("approved by bob", "approved by eve");
    const { code, out } = await verify({ ...files, [name]: forged });
    expect(code).toBe(EXIT.tampered);
    expect(out).toContain("step:mail #4: it was changed after it was written");
    expect(out).toContain("TAMPERED");
  });

  it("verifying a saved folder names the artifact that was changed", async () => {
    const files = await saved();
    const name = `audit/${id}/tool_execution_log.jsonl`;
    const { code, out } = await verify({ ...files, [name]: (files[name] ?? "").replace("success", "failure") });
    expect(code).toBe(EXIT.tampered);
    expect(out).toContain("tool_execution_log.jsonl: the file is not the one that was sealed");
  });

  it("verifying a saved folder names what lies beside the files and proves nothing, and is OK for all that", async () => {
    const { code, out } = await verify({ ...(await saved()), [`audit/${id}/more.jsonl`]: "{}" });
    expect(code).toBe(EXIT.ok);
    expect(out).toContain("more.jsonl: it lies beside the files, and no manifest seals it: it proves nothing");
    expect((await verify(await saved())).out).not.toContain("lies beside");
  });

  it("verifying a saved folder is INCOMPLETE where the record stops before its end", async () => {
    const files = await saved();
    const name = `audit/${id}/record.ndjson`;
    const { code } = await verify({ ...files, [name]: (files[name] ?? "").replace(/\{[^\n]*"kind":"end"\}\n$/u, "") });
    expect(code).toBe(EXIT.incomplete);
  });

  it("verifying a saved folder is UNREACHABLE where there is no record", async () => {
    const { code, out } = await verify({});
    expect(code).toBe(EXIT.unreachable);
    expect(out).toContain("audit holds no record.ndjson");
  });

  it("verifying a saved folder shows text that would act on a terminal as text", async () => {
    const files = await saved();
    const name = `audit/${id}/record.ndjson`;
    const hostile = (files[name] ?? "").replaceAll(`"chain":"execution"`, `"chain":"\\u001b[2Jexecution"`);
    const { out } = await verify({ ...files, [name]: hostile });
    expect(out).not.toContain("\u001b[2J");
    expect(out).toContain("␛[2Jexecution");
  });
});

describe("buddy verify, of a folder with the artifacts and the manifest, and no record", () => {
  const folder = "handed";
  const filesOf = async (): Promise<Record<string, string>> => {
    const files = Object.entries(await saved()).filter(([name]) => !/record\.ndjson$|manifest-\d+\.json$/u.test(name));
    expect(files).toHaveLength(ARTIFACTS.length + 1);
    return Object.fromEntries(files.map(([name, text]) => [name.replace(`audit/${id}`, folder), text]));
  };
  /** No server answers. */
  const verify = async (files: Record<string, string>, ...more: string[]) => {
    const fake = fakeContext({ files: { "their.pem": keys.pem, ...files } });
    const code = await fake.run("verify", folder, ...more);
    return { code, out: fake.stdout() + fake.stderr() };
  };

  it("verifying a folder without the record is INCOMPLETE at best, and names what was not looked at", async () => {
    const { code, out } = await verify(await filesOf(), "--public-key", "their.pem");
    expect(code).toBe(EXIT.incomplete);
    expect(out).toContain("record.ndjson: it is not here: only the files were looked at");
    expect(out).toContain("✓ manifests carry a signature of the known key");
    expect(out).toContain("✓ the files are those that the manifest seals");
    expect(out).toContain(`INCOMPLETE: nothing contradicts the record of execution ${id}`);
  });

  it("verifying a folder without the record takes a key beside the files, and is INCOMPLETE without any", async () => {
    const files = await filesOf();
    expect((await verify(files)).out).toContain("no public key is at hand");
    const beside = await verify({ ...files, [`${folder}/buddy.pem`]: keys.pem });
    expect([beside.code, beside.out.includes("no public key is at hand")]).toEqual([EXIT.incomplete, false]);
  });

  it("verifying a folder without the record is TAMPERED where any of the files was changed", async () => {
    const files = await filesOf();
    for (const [name, text] of Object.entries(files)) {
      if (text === "") continue;
      const changed = {
        ...files,
        [name]: text.replace(/[a-z](?=[^a-z]*$)/u, (letter) => (letter === "x" ? "y" : "x")),
      };
      expect((await verify(changed, "--public-key", "their.pem")).code, name).toBe(EXIT.tampered);
    }
  });

  it("verifying without the record is TAMPERED where a file and its unsigned digest were changed, and others say otherwise", async () => {
    const files = await filesOf();
    const log = `${folder}/tool_execution_log.jsonl`;
    const forged = (files[log] ?? "").replace('"status":"success"', '"status":"blocked"');
    const sealed = JSON.parse(files[`${folder}/manifest.json`] ?? "");
    for (const entry of sealed.artifacts) {
      if (entry.name !== "tool_execution_log.jsonl") continue;
      Object.assign(entry, { sha256: digestOfBytes(forged), bytes: Buffer.byteLength(forged) });
    }
    const manifest = `${JSON.stringify({ ...sealed, signature: null }, null, 2)}\n`;
    const { code, out } = await verify({ ...files, [log]: forged, [`${folder}/manifest.json`]: manifest });
    expect(code).toBe(EXIT.tampered);
    expect(out).toContain("✗ the files tell of the same steps, conflicts and roll backs");
  });

  it("verifying a folder without the record is TAMPERED where one of the files is missing", async () => {
    const { [`${folder}/tool_conflicts.json`]: _gone, ...files } = await filesOf();
    expect((await verify(files)).code).toBe(EXIT.tampered);
  });

  it("a saved folder is found by its name alone where it was saved", async () => {
    const files = await saved();
    const { code, out } = await buddy(
      { ...files, "their.pem": keys.pem },
      "verify",
      "audit",
      "--public-key",
      "their.pem",
    );
    expect([code, out.includes(`OK: the record of execution ${id}`)]).toEqual([EXIT.ok, true]);
  });

  it("a saved folder is to be named where several executions were saved into one", async () => {
    const files = await saved();
    const second = Object.entries(files).map(([name, text]) => [name.replace(id, "01SECOND"), text]);
    const { code, err } = await buddy({ ...files, ...Object.fromEntries(second) }, "verify", "audit");
    expect(code).toBe(EXIT.usage);
    expect(err).toContain("audit holds 2 executions");
    expect(err).toContain(`buddy verify audit/${id}, or buddy verify audit/01SECOND`);
  });

  it("a saved folder is said not to be there where it holds something else, or nothing is called so", async () => {
    const other = await buddy({ "notes/today.txt": "hello" }, "verify", "notes");
    expect([other.code, other.err]).toEqual([EXIT.unreachable, ""]);
    expect(other.out).toContain(
      "UNREACHABLE: nothing was verified: the folder notes holds no record.ndjson and none of",
    );
    expect(other.out).toContain("buddy artifacts <execution> --out notes");
    const neither = await buddy({}, "verify", "saved");
    expect(neither.code).toBe(EXIT.not_found);
    expect(neither.err).toContain("execution saved does not exist, and there is no folder saved to read instead");
    expect(neither.err).toContain("buddy artifacts <execution> --out saved");
  });

  it("a folder in which nothing was saved is UNREACHABLE to a program as well, by a report like any other", async () => {
    const { code, out, err } = await buddy({ "notes/today.txt": "hello" }, "verify", "notes", "--json");
    expect([code, err]).toEqual([EXIT.unreachable, ""]);
    expect(JSON.parse(out)).toMatchObject({
      verdict: "UNREACHABLE",
      checks: [],
      unreachable: expect.stringContaining("the folder notes holds no record.ndjson"),
    });
  });

  it("a saved folder is said not to be there where what was named can be no execution", async () => {
    const { code, err } = await buddy({}, "verify", "audit/01MISTYPED/");
    expect(code).toBe(EXIT.not_found);
    expect(err).toContain("there is no folder audit/01MISTYPED/, and no execution can be called so");
  });

  it.each([
    ["record.ndjson", "buddy verify ."],
    ["audit/01X/manifest-1.json", "buddy verify audit/01X"],
    ["out/evidence.zip", "unpack it, then verify the folder that comes out of it"],
    ["out/notes.txt", "buddy verify out"],
  ])("a file named as a folder is said to be one, with what to name instead: %s", async (path, remedy) => {
    for (const args of [[path], ["01X", "--dir", path]]) {
      const { code, out, err } = await buddy({ [path]: "{}" }, "verify", ...args);
      expect([code, out]).toEqual([EXIT.usage, ""]);
      expect(err).toContain(`${path} is a file, and what is verified is a whole folder`);
      expect(err).toContain(remedy);
      expect(err).not.toContain("buddy artifacts");
    }
  });

  it("a folder is not saved of an execution that still runs: it is said, and how to wait, and it does not end with 0", async () => {
    const running = await signedHarness(keys);
    const asked = await submit(running);
    const fake = fakeContext({});
    const fetch: typeof globalThis.fetch = async (input, init = {}) => {
      const headers = { ...Object.fromEntries(new Headers(init.headers)), authorization: "as auditor read" };
      return running.router.request(new URL(String(input)).pathname, { headers });
    };
    expect(await runBuddy({ ...fake.context, fetch }, ["artifacts", asked, "--out", "audit"])).toBe(EXIT.conflict);
    expect([...fake.files.keys()]).toEqual([]);
    expect(fake.stderr()).toContain(`nothing was saved: execution ${asked} is RUNNING`);
    expect(fake.stderr()).toContain(`buddy follow ${asked}`);
  });

  it("a folder with its record is checked whole, as it is named", async () => {
    const files = Object.fromEntries(
      Object.entries(await saved()).map(([name, text]) => [name.replace(`audit/${id}`, folder), text]),
    );
    expect((await verify(files, "--public-key", "their.pem")).code).toBe(EXIT.ok);
  });
});
