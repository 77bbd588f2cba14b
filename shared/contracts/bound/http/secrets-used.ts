import { pointerTo } from "../../../plan/json-pointer.ts";
import type { HttpBinding } from "../../binding/http/http-binding.ts";
import type { SecretFamily } from "../../binding/secret-family.ts";
import type { UsedSecret } from "../../binding/used-secret.ts";
import { type ToolContractInput, writes } from "../../tool-contract.ts";
import { requestsOf } from "../declared-requests.ts";

/** Requests by which a call is made, undone or looked up; every other one is made to read. */
const WRITING: ReadonlySet<string> = new Set(["/binding/call", "/binding/undo", "/binding/look_up/request"]);

/** Every secret that a request of the binding is sent with, and of which family. */
export const httpSecrets = (contract: ToolContractInput, binding: HttpBinding): UsedSecret[] =>
  requestsOf(binding).flatMap(({ at, request }) => {
    const family: SecretFamily = writes(contract) && WRITING.has(at) ? "write" : "read";
    const headers = Object.entries(request.headers).flatMap(([header, value]) =>
      typeof value === "string"
        ? []
        : [{ family, name: value.secret, path: `${pointerTo(`${at}/headers`, header)}/secret` }],
    );
    return [
      ...headers,
      ...(request.auth === undefined ? [] : [{ family, name: request.auth.secret, path: `${at}/auth/secret` }]),
    ];
  });
