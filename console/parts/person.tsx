import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Called } from "../../shared/plan/called.ts";
import { Text } from "./text.tsx";

/** The names that callers were given. */
export const CalledHere = createContext<Called>(() => undefined);

/** A caller, by the name that the id was given, with the id beside it: by that alone callers are told apart. */
export const Person = ({ id }: { readonly id: string }) => {
  const name = useContext(CalledHere)(id);
  return name === undefined || name === id ? (
    <Text text={id} inLine />
  ) : (
    <>
      <Text text={name} inLine />{" "}
      <span class="quiet caller-id">
        (<Text text={id} inLine />)
      </span>
    </>
  );
};
