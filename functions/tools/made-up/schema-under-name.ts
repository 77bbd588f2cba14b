import { propertySchemas } from "../../../shared/contracts/schema/schemas-of-value.ts";
import { isJsonObject, type Json, type JsonObject } from "../../../shared/plan/json.ts";

/** The schema of a property, under its name or under a pattern that its name has. */
export const schemaUnder = (schema: JsonObject, name: string): Json => {
  const [one, ...others] = propertySchemas(schema, name);
  if (one !== undefined) return others.length === 0 ? one : { allOf: [one, ...others] };
  const { properties, additionalProperties = {} } = schema;
  // One that is true or false, under a name which may be that of what every object inherits, `constructor`.
  return isJsonObject(properties) && Object.hasOwn(properties, name)
    ? (properties[name] ?? additionalProperties)
    : additionalProperties;
};

/** Conditions stand within conditions so deep. */
const DEEPEST = 12;

const CONDITIONAL = ["then", "else", "dependentSchemas", "dependencies"] as const;

/** Schemas of a name that hold under conditions, at any depth of these. */
export const conditionalUnder = (schema: JsonObject, name: string, depth = 0): Json[] =>
  depth > DEEPEST
    ? []
    : CONDITIONAL.flatMap((keyword) => {
        const said = schema[keyword];
        if (!isJsonObject(said)) return [];
        return keyword === "then" || keyword === "else" ? [said] : Object.values(said).filter(isJsonObject);
      })
        .concat(Array.isArray(schema.allOf) ? schema.allOf.filter(isJsonObject) : [])
        .flatMap((each) => [...propertySchemas(each, name), ...conditionalUnder(each, name, depth + 1)]);
