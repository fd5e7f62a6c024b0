import type { PolicyContext } from "../context.ts";
import { type Members, property, type Type } from "./members.ts";

/**
 * The supported members of times.
 *
 * @see https://learn.microsoft.com/azure/api-management/api-management-policy-expressions#CLRTypes
 */
export const TIME_MEMBERS: Readonly<Record<Type, Members>> = {
  "static DateTime": { properties: { UtcNow: property("DateTime", ({ now }: PolicyContext) => new Date(now)) } },
  DateTime: {
    properties: {
      Year: property("int", (time: Date) => time.getUTCFullYear()),
      Month: property("int", (time: Date) => time.getUTCMonth() + 1),
      Day: property("int", (time: Date) => time.getUTCDate()),
    },
  },
};
