import { createSynced, type Signals, type Synced } from "../shared/synced";
import type { Transport } from "../shared/transport";
import { TRAITS } from "./traits";

type Table = typeof TRAITS;

/** The synced traits as signals, and what the page can set. */
export interface Model extends Signals<Table>, Pick<Synced<Table>, "set" | "settle" | "dispose"> {}

export function createModel(transport: Transport): Model {
  const { traits, set, settle, dispose } = createSynced(transport, TRAITS);
  return { ...traits, set, settle, dispose };
}
