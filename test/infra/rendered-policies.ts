import type { Template } from "aws-cdk-lib/assertions";
import { z } from "zod";

const oneOrMore = <Item extends z.ZodType>(item: Item) =>
  z.union([z.array(item), item.transform((single): z.infer<Item>[] => [single])]);

const leadingKeys = z.strictObject({
  "ForAllValues:StringLike": z.strictObject({ "dynamodb:LeadingKeys": oneOrMore(z.string()) }),
  Null: z.strictObject({ "dynamodb:LeadingKeys": z.literal("false") }),
});
const tagged = z.strictObject({
  StringEquals: z.record(z.templateLiteral(["aws:ResourceTag/", z.string()]), z.string()),
});
const throughService = z.strictObject({ StringEquals: z.strictObject({ "kms:ViaService": z.unknown() }) });

const statement = z.object({
  Effect: z.literal("Allow"),
  Action: oneOrMore(z.string()),
  Resource: oneOrMore(z.unknown()),
  Condition: z.union([leadingKeys, throughService, tagged]).optional(),
});
export type Statement = z.infer<typeof statement>;

const policy = z.object({
  Properties: z.object({
    PolicyDocument: z.object({ Statement: z.array(statement) }),
    Roles: z.tuple([z.object({ Ref: z.string() })]),
  }),
});
const lambda = z.object({
  Properties: z.object({
    Role: z.object({ "Fn::GetAtt": z.tuple([z.string(), z.literal("Arn")]) }),
    Environment: z.object({ Variables: z.object({ HANDLER: z.string() }) }),
  }),
});

/** The same for the same template, read once: a template does not change, and it is asked for each request. */
const onceFor = <Read>(read: (template: Template) => Read): ((template: Template) => Read) => {
  const known = new WeakMap<Template, { readonly value: Read }>();
  return (template) => {
    const found = known.get(template) ?? { value: read(template) };
    known.set(template, found);
    return found.value;
  };
};

/** Logical ids of roles by handler, as the template has them. */
export const rolesByHandler = onceFor(
  (template): ReadonlyMap<string, string> =>
    new Map(
      Object.values(template.findResources("AWS::Lambda::Function")).map((resource) => {
        const { Role, Environment } = lambda.parse(resource).Properties;
        return [Environment.Variables.HANDLER, Role["Fn::GetAtt"][0]];
      }),
    ),
);

/** The rights of each role: the statements of every policy attached to it, by the role's logical id. */
export const statementsByRole = onceFor((template): ReadonlyMap<string, Statement[]> => {
  const found = new Map<string, Statement[]>();
  for (const resource of Object.values(template.findResources("AWS::IAM::Policy"))) {
    const { PolicyDocument, Roles } = policy.parse(resource).Properties;
    const role = Roles[0].Ref;
    found.set(role, [...(found.get(role) ?? []), ...PolicyDocument.Statement]);
  }
  return found;
});

export const statementsOf = (template: Template, handler: string): Statement[] => {
  const role = rolesByHandler(template).get(handler);
  if (role === undefined) throw new Error(`no function for ${handler}`);
  return statementsByRole(template).get(role) ?? [];
};

/** Whether IAM would let the handler send that request, decided from the template as IAM decides it. */
export const mayReach = (
  template: Template,
  handler: string,
  action: string,
  { key, index = false }: { key: string | undefined; index?: boolean },
): boolean =>
  statementsOf(template, handler).some(
    ({ Action, Resource, Condition }) =>
      Action.some((pattern) => matches(pattern, `dynamodb:${action}`)) &&
      Resource.some((resource) => JSON.stringify(resource).includes("/index/") === index) &&
      (Condition === undefined ||
        ("ForAllValues:StringLike" in Condition &&
          key !== undefined &&
          Condition["ForAllValues:StringLike"]["dynamodb:LeadingKeys"].some((pattern) => matches(pattern, key)))),
  );

/** IAM's StringLike: `*` is any text, `?` any character. */
const matches = (pattern: string, text: string): boolean =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, "\\$&")
      .replaceAll("*", ".*")
      .replaceAll("?", ".")}$`,
    "s",
  ).test(text);
