import type * as rpc from "@pulumi/pulumi/proto/provider_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import type { Difference } from "./difference.ts";

/** The differences as the engine's message. */
export function diffResponse(found: readonly Difference[]): rpc.DiffResponse {
  const response = new messages.DiffResponse();
  const { DIFF_NONE, DIFF_SOME } = messages.DiffResponse.DiffChanges;
  response.setChanges(found.length === 0 ? DIFF_NONE : DIFF_SOME);
  response.setHasdetaileddiff(true);
  const top = (path: string) => path.split(/[.[]/, 1)[0] ?? path;
  response.setDiffsList([...new Set(found.map(({ path }) => top(path)))]);
  response.setReplacesList([...new Set(found.filter(({ replaces }) => replaces).map(({ path }) => top(path)))]);
  for (const { path, kind, replaces, ofInputs } of found) {
    const { Kind } = messages.PropertyDiff;
    const kinds = {
      add: replaces ? Kind.ADD_REPLACE : Kind.ADD,
      delete: replaces ? Kind.DELETE_REPLACE : Kind.DELETE,
      update: replaces ? Kind.UPDATE_REPLACE : Kind.UPDATE,
    };
    const difference = new messages.PropertyDiff();
    difference.setKind(kinds[kind]);
    difference.setInputdiff(ofInputs);
    response.getDetaileddiffMap().set(path, difference);
  }
  return response;
}
