import type { Api } from "../../../api/checked-api.ts";
import type { ProblemList } from "../../../api/problem.ts";
import { awsRestApi } from "../capabilities.ts";

/**
 * An import replaces variables everywhere in a document, and there is no escape:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/import-api-aws-variables.html
 */
const importVariable = /\$\{AWS::/;

/** Checks the title, which becomes the API's description. */
export function checkTitle(problems: ProblemList, { title }: Api): void {
  if (title === undefined) return;
  const { value, unit } = awsRestApi.limits.descriptionCharacters;
  if (title.length > value) {
    const rule = `The title has ${title.length} characters. API Gateway allows ${value} ${unit}.`;
    problems.refuse("title-too-long", rule, "Shorten the title.", { place: "title" });
  }
  if (importVariable.test(title)) {
    problems.refuse(
      "dollar",
      "The title contains ${AWS::, which an import reads as the beginning of a variable and which cannot be escaped.",
      "Write the title without ${AWS::.",
      { place: "title" },
    );
  }
}
