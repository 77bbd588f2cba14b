import type { ComponentChildren } from "preact";
import type { Problem } from "../../functions/api/schemas.ts";
import { Link } from "./navigation.tsx";
import { Text } from "./text.tsx";

/** Something that a person has to know before going on. `weight` is said in words and form, not by the colour alone. */
export const Notice = ({
  weight,
  children,
}: {
  readonly weight: "stop" | "mind";
  readonly children: ComponentChildren;
}) => (
  <div class={`notice notice-${weight}`} role={weight === "stop" ? "alert" : undefined}>
    {children}
  </div>
);

type RefusalProps = {
  readonly problem: Problem;
  /** Where to go on from a page that shows nothing else. */
  readonly onward?: { readonly href: string; readonly words: string } | undefined;
};

/** A refusal of the API, in its words, with everything that it says is wrong. */
export const Refusal = ({ problem, onward }: RefusalProps) => (
  <Notice weight="stop">
    <p>
      <strong>{problem.title}.</strong> <Text text={problem.detail} />
    </p>
    {problem.violations === undefined ? null : (
      <ul>
        {problem.violations.map(({ path, message }) => (
          <li key={`${path} ${message}`}>
            <code>{path === "" ? "/" : path}</code> <Text text={message} />
          </li>
        ))}
      </ul>
    )}
    {onward === undefined ? null : (
      <p>
        <Link href={onward.href}>{onward.words}</Link>
      </p>
    )}
  </Notice>
);

type NotYetProps = Pick<RefusalProps, "onward"> & { readonly what: string; readonly problem?: Problem | undefined };

/** In place of a value that has not come: why it was refused, or that it is looked for. */
export const NotYet = ({ what, problem, onward }: NotYetProps) =>
  problem === undefined ? <p class="loading">Looking for {what} …</p> : <Refusal problem={problem} onward={onward} />;
