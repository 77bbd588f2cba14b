import { quoted } from "../../../plan/suggestion.ts";
import type { Violation } from "../../../plan/violation.ts";
import type { Reach } from "../../binding/binding.ts";
import { bareName, type LambdaBinding } from "../../binding/lambda/lambda-binding.ts";
import { type ToolContractInput, writes } from "../../tool-contract.ts";
import { type Found, named, when } from "../faults.ts";
import { offeredFaults } from "../offered-rules.ts";

/** A function that reads is named where it is asked, is another than the one that acts, and is asked for something. */
const readFunctionFaults = (contract: ToolContractInput, binding: LambdaBinding): Found => {
  const { read_function, previews, looks_up } = binding;
  const at = "/binding/read_function";
  if (read_function === undefined) {
    return when(
      previews && writes(contract),
      at,
      "previews are made by a function that only reads, for DRY_RUN can invoke no other: name it, or leave previews out",
    );
  }
  if (!writes(contract)) {
    return when(true, at, "a tool that only reads has one function, which DRY_RUN invokes as well: leave it out");
  }
  return [
    ...when(
      bareName(read_function) === bareName(binding.function),
      at,
      "must be another function than the one that acts: what DRY_RUN may invoke is said by a function's tag, whatever its alias",
    ),
    ...when(!previews && !looks_up, at, "is never used: set previews or looks_up to true, or leave it out"),
  ];
};

const reachFaults = (binding: LambdaBinding, { functions_of }: Reach): Found => {
  if (functions_of === undefined) return [];
  if (functions_of === null) {
    return when(
      true,
      "/binding/kind",
      "functions of AWS are called by a deployment only; on one machine bind the tool to a worker",
    );
  }
  return Object.entries({ function: binding.function, read_function: binding.read_function }).flatMap(([name, named]) =>
    when(
      named?.startsWith("arn:") === true && !named.startsWith(functions_of),
      `/binding/${name}`,
      `${quoted(named ?? "")} is of another account or region: this deployment calls functions whose ARN begins with ${functions_of}`,
    ),
  );
};

/** Everything that keeps a `lambda` binding from ever being right. `reach`: as of `bindingViolations`. */
export const lambdaFaults = (contract: ToolContractInput, binding: LambdaBinding, reach?: Reach): Violation[] => {
  return [
    ...offeredFaults(contract, binding, "function"),
    ...named("binding_read_function", readFunctionFaults(contract, binding)),
    ...(reach === undefined ? [] : named("binding_function", reachFaults(binding, reach))),
  ];
};
