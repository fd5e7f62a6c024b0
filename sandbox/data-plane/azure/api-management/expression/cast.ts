import type { Boxed } from "../context.ts";
import { ExpressionFailure } from "./failure.ts";
import type { Type } from "./members.ts";
import { ExpressionSyntaxError } from "./tokens.ts";
import { type Bound, convert, isBoxable, isReference } from "./value.ts";

/** The value before a dot or a bracket is null, or a null is cast to a value type. */
export function nullReference(): ExpressionFailure {
  return new ExpressionFailure("Object reference not set to an instance of an object.");
}

/** Binds `(type)operand`. A cast of a variable to another type than its own fails when it is evaluated. */
export function cast(type: Type, operand: Bound, at: number): Bound {
  if (operand.type !== "object") return convert(operand, type, at);
  if (!isBoxable(type)) throw new ExpressionSyntaxError(at, `a cast of a variable to ${type} is not supported`);
  return {
    type,
    run: (frame) => {
      const boxed = operand.run(frame) as Boxed | null | undefined;
      if (boxed === null || boxed === undefined) {
        if (isReference(type)) return null;
        throw nullReference();
      }
      if (boxed.type !== type) {
        throw new ExpressionFailure(`Unable to cast object of type '${boxed.type}' to type '${type}'.`);
      }
      return boxed.value;
    },
  };
}
