/** The way to the root key: the table of unlock slots, and the one slot that an unlock means. */
import type { Core, Slot } from '../core.ts'
import type { UnlockSlot } from '../seals/seal.ts'
import { checkTable, decodeTable, type SlotTable } from '../seals/table.ts'
import { describeSlot, openSlot, type Unlock, type UnlockInfo } from '../seals/unlock.ts'
import { RootRow, rootKey } from './root.ts'
import { identityOf } from './rows.ts'
import type { Store, StoredRow } from './store.ts'

/** There is no store here, or there is one already. */
export class StorePresence extends Error {
  override name = 'StorePresence'
}

/** True if a sealed store was made here. */
export const holdsStore = async (store: Store): Promise<boolean> =>
  (await store.get([rootKey(RootRow.unlockSlots)]))[0] !== undefined

/** A store is made only where nothing is. Throws {@link StorePresence}. */
export async function refuseOccupied(store: Store): Promise<void> {
  if (await holdsStore(store)) throw new StorePresence('there is a store here already')
  if ((await store.scan(undefined, 1)).length > 0) {
    throw new StorePresence('there are rows here without a table of unlock slots: a damaged store or half an import')
  }
}

/** The ways in, as the store claims: what a page needs to ask for the right secret. Not authentic before unlocking. */
export async function readUnlocks(store: Store): Promise<UnlockInfo[]> {
  return decodeTable((await slotTableRow(store)).value).slots.map(describeSlot)
}

/** The root key by one of the ways in, and the table that was checked with it. The caller destroys the root. */
export async function unlockRoot(
  { core, store }: { readonly core: Core; readonly store: Store },
  unlock: Unlock,
): Promise<{ readonly root: Slot; readonly table: SlotTable; readonly slot: UnlockSlot }> {
  const encoded = (await slotTableRow(store)).value
  const table = decodeTable(encoded)
  const { root, slot } = await openSlot(unlock, table.slots, { core, store: identityOf(core, table.storeId) })
  try {
    checkTable(core, table, encoded, root)
    return { root, table, slot }
  } catch (error) {
    root.destroy()
    throw error
  }
}

async function slotTableRow(store: Store): Promise<StoredRow> {
  const [row] = await store.get([rootKey(RootRow.unlockSlots)])
  if (row === undefined) throw new StorePresence('there is no store here')
  return row
}
