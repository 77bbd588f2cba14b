import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import type { Server } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect } from "vitest";
import { type RunningServer, startServer } from "../../local/server.ts";
import { makeCertificate } from "../counterparts/certificate.ts";
import { listeningPort } from "../counterparts/listening-port.ts";
import { type Example, startExample } from "./example-process.ts";
import { buddyLine, pageCommands } from "./page-commands.ts";

const root = join(import.meta.dirname, "../..");

/** A page that starts an example in a vendor's place, over https, and has Buddy act there. `host`: as the page says it. */
export const vendorPage = (page: string, host: string) => {
  const tls = makeCertificate();
  let folder = "";
  let service: Example | undefined;
  let server: RunningServer | undefined;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "buddy-vendor-"));
  });
  afterEach(async () => {
    await server?.stop();
    server = undefined;
    service?.stop();
    service = undefined;
    await rm(folder, { recursive: true, force: true, maxRetries: 10 });
  });

  const { buddy, performed } = pageCommands(
    () => [...(server === undefined ? [] : ["--endpoint", server.url]), "--data", folder],
    {
      readFile: async (path: string) =>
        (await readFile(join(root, path), "utf8")).replaceAll(host, service?.host ?? ""),
      writeFile: (path: string, content: Uint8Array) => writeFile(join(folder, path), content),
      readBytes: (path: string) => readFile(path).catch(() => undefined),
      readFolder: (path: string) => readdir(path).catch(() => undefined),
    },
  );

  const startBuddy = async (authority: string): Promise<void> => {
    server = await startServer({
      data_dir: folder,
      port: 0,
      live_enabled: true,
      registry_open: true,
      allowed_hosts: [service?.host ?? ""],
      authorities: [authority],
      policy: { settling_seconds: 1 },
    });
  };

  const perform = async (step: string): Promise<string> => {
    const made = /^openssl req -x509 .* -addext subjectAltName=DNS:localhost -keyout (\S+) -out (\S+)$/.exec(step);
    if (made !== null) {
      // Not every machine that runs this has openssl.
      await writeFile(join(folder, made[1] ?? ""), tls.key);
      await writeFile(join(folder, made[2] ?? ""), tls.cert);
      return "";
    }
    const started = /^((?:[A-Z_]+=\S+ )+)npx node (\S+) (.+)$/.exec(step);
    if (started !== null) {
      const [, told = "", program = "", files = ""] = started;
      const env = Object.fromEntries(
        told
          .trim()
          .split(" ")
          .map((each) => each.split("=")),
      );
      const own = files.split(" ").map((file) => join(folder, file));
      service = await startExample(program, own, env);
      return "";
    }
    const secret = /^echo (\S+) \| npx buddy (.+)$/.exec(step);
    if (secret !== null) return buddy(secret[2] ?? "", `${secret[1]}\n`);
    const trusting = /^NODE_EXTRA_CA_CERTS=(\S+) (.+)$/.exec(step);
    if (trusting === null) return performed(buddyLine(step));
    expect(buddyLine(trusting[2] ?? "")).toBe(`start --live --open-registry --allow-host ${host}`);
    await startBuddy(await readFile(join(folder, trusting[1] ?? ""), "utf8"));
    return "";
  };

  return {
    tls,
    buddy,
    performed,
    /** A file of the example's. */
    file: (name: string): string => join(folder, name),
    /** Each command of the page, in order, with what was said. */
    performAll: async (after: (step: string) => void): Promise<string> => {
      const text = await readFile(join(root, page), "utf8");
      const steps = [...text.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].flatMap(([, block = ""]) =>
        block.trim().split("\n"),
      );
      const said: string[] = [];
      for (const step of steps) {
        said.push(await perform(step));
        after(step);
      }
      return said.join("\n");
    },
    /** Starts Buddy for a service of this process in the example's place. */
    startWith: async (listening: Server): Promise<void> => {
      await new Promise<void>((resolve) => {
        listening.listen(0, "127.0.0.1", resolve);
      });
      service = {
        host: `localhost:${listeningPort(listening)}`,
        stop: () => {
          listening.close();
          listening.closeAllConnections();
        },
      };
      await startBuddy(tls.cert);
    },
  };
};
