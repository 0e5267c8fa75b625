/**
 * GHASH (SP 800-38D, 6.4) over a message that arrives in pieces, with SIMD. Constant time: only lengths decide.
 *
 * Blocks wait until there are eight, or until the hash is asked for, because products are cheaper several at a time.
 * From 32 blocks on they go to sixteen lanes instead, which are joined into Y when others follow that do not fill them.
 *
 *     GHASH_WORK    0  Y          the chaining value
 *                  16  WAITING    up to 8 blocks not hashed yet
 *                 144  COLUMNS    sums of products (ghash-products.ts)
 *                 416  LANES      sixteen chaining values, transposed (ghash-lanes.ts)
 *                 672  PRODUCT    lanes times H^16; lanes as blocks; working memory for tables
 */
import {
  GHASH_READY, LANES_READY, LANE_TABLES, LONG_MESSAGES, PERMUTE_KEYS, POWERS, POWERS_READY, POWER_TABLES, READY,
} from '../aes-context'
import { GHASH_WORK, wipe as wipeBytes } from '../memory'
import { multiplyLanes } from './ghash-lanes'
import { reduceColumns, sumColumns1, sumColumns2, sumColumns3, sumColumns4 } from './ghash-products'
import { laneTables, POWER_TABLES as TABLES, powerTables, WORK } from './ghash-tables'
import { encryptBlock } from './permute'
import { transposeBytes } from './transpose'
import { ZEROS } from './zeros'

const Y: usize = GHASH_WORK
const WAITING: usize = GHASH_WORK + 16
const COLUMNS: usize = GHASH_WORK + 144
const LANES: usize = GHASH_WORK + 416
const PRODUCT: usize = GHASH_WORK + 672

/** Fewest blocks worth the lanes; most that wait. */
const MANY: u32 = 32
const EIGHT: u32 = 8
/** Messages of MANY blocks before a key gets tables for lanes; one of this many blocks gets them at once. */
const PATIENCE: u32 = 4
const VERY_MANY: u32 = 256

let context: usize = 0
let waiting: u32 = 0
let onLanes: bool = false
let usedLanes: bool = false

export function start(key: usize, Nr: u32): void {
  context = key
  waiting = 0
  onLanes = false
  if ((load<u32>(context, READY) & GHASH_READY) == 0) {
    v128.store(key + POWERS, i64x2.splat(0))
    encryptBlock(key + POWERS, key + POWERS, key + PERMUTE_KEYS, Nr)
    powerTables(key + POWERS, key + POWER_TABLES, PRODUCT)
    store<u32>(context, 1, POWERS_READY)
    store<u32>(context, load<u32>(context, READY) | GHASH_READY, READY)
    usedLanes = true
  }
  v128.store(Y, i64x2.splat(0))
}

/** Tables of H, …, H^count. */
function needPowers(count: u32): void {
  for (let ready = load<u32>(context, POWERS_READY); ready < count; ready++) {
    const power = context + POWERS + 16 * ready
    sumColumns1(ZEROS, power - 16, context + POWER_TABLES, COLUMNS)
    reduceColumns(COLUMNS, power)
    powerTables(power, context + POWER_TABLES + TABLES * ready, PRODUCT)
    store<u32>(context, ready + 1, POWERS_READY)
    usedLanes = true
  }
}

/** Whether tables for lanes are there, making them when this key's messages pay for it. */
function lanesReady(blocks: u32): bool {
  const ready = load<u32>(context, READY)
  if (ready & LANES_READY) return true
  const messages = load<u32>(context, LONG_MESSAGES) + 1
  store<u32>(context, messages, LONG_MESSAGES)
  if (blocks < VERY_MANY && messages < PATIENCE) return false
  needPowers(8)
  sumColumns1(ZEROS, context + POWERS + 112, context + POWER_TABLES + 7 * TABLES, COLUMNS)
  reduceColumns(COLUMNS, WAITING)
  laneTables(WAITING, context + LANE_TABLES, PRODUCT)
  store<u32>(context, ready | LANES_READY, READY)
  return true
}

export function update(src: usize, length: u32): void {
  let blocks = length >> 4
  if (onLanes && waiting == 0 && blocks >= 16) {
    src = hashOnLanes(src, blocks >> 4)
    blocks &= 15
  } else if (blocks >= MANY) {
    settle()
    if (lanesReady(blocks)) {
      src = hashOnLanes(src, blocks >> 4)
      blocks &= 15
    }
  }
  if (waiting == 0 && blocks >= EIGHT) {
    settle()
    src = hashEights(src, blocks >> 3)
    blocks &= 7
  }
  for (; blocks > 0; blocks--) {
    v128.store(place(), v128.load(src))
    src += 16
  }
  const rest = length & 15
  if (rest == 0) return
  const last = place()
  v128.store(last, i64x2.splat(0))
  for (let i: usize = 0; i < rest; i++) store<u8>(last + i, load<u8>(src + i))
}

export function lengths(first: u64, second: u64): void {
  const last = place()
  store<u64>(last, bswap<u64>(first))
  store<u64>(last, bswap<u64>(second), 8)
}

/** Where the next block is to wait. */
function place(): usize {
  if (waiting == EIGHT) settle()
  waiting++
  return WAITING + 16 * (waiting - 1)
}

export function finish(dst: usize): void {
  settle()
  v128.store(dst, v128.load(Y))
}

/** Brings Y up to date: joins the lanes, hashes what waits. */
function settle(): void {
  if (onLanes) joinLanes()
  if (waiting > 0) hashBlocks(Y, WAITING, waiting)
  waiting = 0
}

/** Y ← (Y ⊕ X1) · H^count ⊕ … ⊕ Xcount · H for one to eight blocks. */
function hashBlocks(Y: usize, src: usize, count: u32): void {
  needPowers(count)
  const tables = context + POWER_TABLES
  const few = count & 3
  const many = count > 4
  const last = many ? src + 64 : src
  const first = many ? ZEROS : Y
  if (few == 1) sumColumns1(first, last, tables, COLUMNS)
  else if (few == 2) sumColumns2(first, last, tables, COLUMNS)
  else if (few == 3) sumColumns3(first, last, tables, COLUMNS)
  else sumColumns4(first, last, tables, ZEROS, COLUMNS)
  if (many) sumColumns4(Y, src, tables + TABLES * (count - 4), COLUMNS, COLUMNS)
  reduceColumns(COLUMNS, Y)
}

function hashEights(src: usize, groups: u32): usize {
  for (; groups > 0; groups--) {
    hashBlocks(Y, src, EIGHT)
    src += 128
  }
  return src
}

/** Sixteen blocks at a time: lanes ← lanes · H^16 ⊕ blocks. The first of the first sixteen takes Y along. */
function hashOnLanes(src: usize, groups: u32): usize {
  usedLanes = true
  const tables = context + LANE_TABLES
  for (; groups > 0; groups--) {
    if (onLanes) multiplyLanes(LANES, PRODUCT, tables)
    else for (let j: usize = 0; j < 16; j++) v128.store(PRODUCT + 16 * j, v128.load8_lane(Y + j, i64x2.splat(0), 0))
    onLanes = true
    transposeBytes(src, PRODUCT, ZEROS, LANES)
    src += 256
  }
  return src
}

/** Y ← lane 0 · H^16 ⊕ … ⊕ lane 15 · H. */
function joinLanes(): void {
  onLanes = false
  transposeBytes(LANES, ZEROS, ZEROS, PRODUCT)
  v128.store(Y, i64x2.splat(0))
  hashEights(PRODUCT, 2)
}

export function wipe(): void {
  wipeBytes(Y, 144 + 272)
  if (usedLanes) wipeBytes(LANES, 256 + WORK)
  usedLanes = false
}
