import { type Bindings, bound } from "../../api/binding/binding.ts";
import type { FunctionBinding, FunctionForm } from "../../api/binding/function.ts";

// No version and no alias, which would be another function:
// https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html, FunctionArn.
const functionArnPattern =
  /^arn:aws[a-zA-Z-]*:lambda:[a-z]{2}(?:-[a-z]+)+-\d{1,2}:\d{12}:function:[a-zA-Z0-9_-]{1,64}$/;

/** The functions of `AwsHttpApi` and `AwsRestApi`: AWS Lambda functions, bound by their ARN. */
export const lambdaForm: FunctionForm = {
  shape: "{ functionArn }",
  placeholder: (label) => ({ functionArn: `arn:aws:lambda:us-east-1:000000000000:function:${label}` }),
  check({ functionArn }, place) {
    if (typeof functionArn === "string" && functionArnPattern.test(functionArn)) return [];
    const shown =
      typeof functionArn === "string" ? JSON.stringify(functionArn).slice(0, 150) : `of type ${typeof functionArn}`;
    return [
      {
        code: "bad-function",
        place: `${place}.functionArn`,
        rule: `The ARN of a function must be that of an AWS Lambda function without a version or alias, but it is ${shown}.`,
        remedy: "Bind the arn of an aws.lambda.Function.",
      },
    ];
  },
};

/** The ARN that is bound to a backend of kind `fn`. */
export function functionArnOf({ backends }: Bindings, backend: string): string {
  const { functionArn } = bound(backends, backend) as FunctionBinding;
  if (functionArn === undefined) throw new RangeError(`no function is bound to "${backend}"`);
  return functionArn;
}
