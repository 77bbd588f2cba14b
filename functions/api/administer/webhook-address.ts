import { isAllowedHost, isLoopbackHost } from "../../../shared/contracts/binding/allowed-hosts.ts";
import { oneViolation } from "../http/problems.ts";
import type { Problem } from "../schemas.ts";

/** Why an address, which a field of the body leads to, cannot be told anything, with what to do; undefined where it can. */
export const addressFault = (path: string, text: string, allowed_hosts: readonly string[]): Problem | undefined => {
  const { protocol, host, username, password, hash } = new URL(text);
  const wrong = (message: string): Problem => oneViolation({ path, rule: "address", message });
  if (username !== "" || password !== "") return wrong("holds no name and no password: what is sent is signed");
  if (hash !== "") return wrong("has a part behind #, which is never sent");
  if (!isAllowedHost(host, allowed_hosts)) {
    return wrong(
      `may not be reached: whoever runs this names its host first (buddy start --allow-host ${host}; deployed, the setting allowed_hosts)`,
    );
  }
  const here = protocol === "http:" && isLoopbackHost(host);
  return protocol === "https:" || here ? undefined : wrong("must begin with https://");
};
