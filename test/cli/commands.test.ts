import { Command } from "commander";
import { describe, expect, it } from "vitest";
import { COMMANDS, commandsFor } from "../../cli/commands.ts";
import { fakeContext } from "./fake-context.ts";

const added = (adds: Awaited<ReturnType<typeof commandsFor>>): readonly string[] => {
  const program = new Command();
  for (const add of adds) add(program, { context: fakeContext({}).context, finish: () => {} });
  return program.commands.map((command) => command.name());
};

describe("the commands that a run of buddy loads", () => {
  it.each(Object.entries(COMMANDS))(
    "the command %s is added by the module that stands beside its name",
    async (name, load) => {
      expect(added([await load()])).toEqual([name]);
    },
  );

  it.each([
    [["status", "last"], ["status"]],
    [["--as", "approve", "status"], ["status"]],
    [["--json", "--endpoint", "http://127.0.0.1:1", "reject", "all"], ["reject"]],
    [["--as=run", "run", "plan.json"], ["run"]],
    [["--version"], []],
  ])("a run of buddy for %j needs %j alone", async (argv, names) => {
    expect(added(await commandsFor(argv))).toEqual(names);
  });

  it.each([[[]], [["--help"]], [["help", "status"]], [["staus"]], [["constructor"]]])(
    "a run of buddy for %j needs all of them, for the list or a near name",
    async (argv) => {
      expect(added(await commandsFor(argv))).toEqual(Object.keys(COMMANDS));
    },
  );
});
