import { type OutwardBinding, outwardBinding } from "./binding/binding.ts";
import { builtinHosts } from "./binding/builtin/builtin-binding.ts";
import { readAddress } from "./binding/http/address.ts";
import { bareName } from "./binding/lambda/lambda-binding.ts";
import type { ToolContract } from "./tool-contract.ts";

type Called = Pick<ToolContract, "rate_limit" | "binding">;

/**
 * The service that answers the calls of a binding, by the name under which it is left alone; undefined where nobody
 * asks for that.
 */
const answererOf = (binding: OutwardBinding): string | undefined => {
  switch (binding.kind) {
    case "http": {
      const address = readAddress(binding.call.url);
      return address.ok ? address.value.host : undefined;
    }
    case "builtin":
      return builtinHosts(binding)[0]?.host;
    // Lambda says when to come again of the function that has no room for more.
    case "lambda":
      return bareName(binding.function);
    // An endpoint over HTTP says when to come again, to each of the tools that are called there.
    case "mcp":
      return `mcp:${binding.server}`;
    // A page's site asks for nothing that could be understood; workers take a call when they have room for it.
    case "browser":
    case "worker":
      return undefined;
  }
};

/**
 * The service behind a tool that leaves Buddy's own world, by which its calls are held back: as its contract names it in
 * `rate_limit`, else who answers them. Tools of one service share its pauses. Undefined for a tool that has none.
 */
export const serviceOf = ({ binding, rate_limit }: Called): string | undefined => {
  const outward = outwardBinding({ binding });
  const answerer = outward && answererOf(outward);
  return answerer === undefined ? undefined : (rate_limit?.service ?? answerer);
};
