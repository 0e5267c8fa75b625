/**
 * The shape language of the operation table: what a member of a request or response may be.
 *
 * One description serves three readers: TypeScript infers the types from it, `validate.ts` checks requests
 * by it, and the JSON 1.1 codec reads and writes by it. Lengths count Unicode characters in strings, bytes in
 * blobs and items in lists.
 */

export interface StringShape {
  readonly kind: 'string'
  readonly min: number
  readonly max: number
  /** Java regular expression that the whole value must match, as AWS prints it. */
  readonly pattern?: string
  /** The value never appears in an error message. */
  readonly sensitive?: boolean
}

export interface EnumShape<Value extends string = string> {
  readonly kind: 'enum'
  /** In the order in which AWS prints them. */
  readonly values: readonly Value[]
}

export interface BlobShape {
  readonly kind: 'blob'
  readonly min: number
  readonly max: number
}

export interface IntegerShape {
  readonly kind: 'integer'
  readonly min: number
  readonly max: number
}

export interface BooleanShape {
  readonly kind: 'boolean'
}

/** A `Date` here, epoch seconds with a fraction on the wire. */
export interface TimestampShape {
  readonly kind: 'timestamp'
}

export interface ListShape<Item extends Shape = Shape> {
  readonly kind: 'list'
  readonly of: Item
  readonly min: number
  readonly max: number
}

/** Strings by strings, such as an encryption context. */
export interface MapShape {
  readonly kind: 'map'
  /** Most UTF-8 bytes of all keys and values together. */
  readonly maxBytes: number
}

export interface StructureShape<Of extends Members = Members> {
  readonly kind: 'structure'
  readonly members: Of
}

export type Shape =
  | StringShape
  | EnumShape
  | BlobShape
  | IntegerShape
  | BooleanShape
  | TimestampShape
  | ListShape
  | MapShape
  | StructureShape

export type Member = Shape & { readonly required?: true }
export type Members = { readonly [name: string]: Member }

type RequiredNames<Of extends Members> = {
  [Name in keyof Of]: Of[Name] extends { required: true } ? Name : never
}[keyof Of]

type Flat<Type> = { [Name in keyof Type]: Type[Name] }

/** The TypeScript type of a structure with these members. */
export type Structure<Of extends Members> = Flat<
  { [Name in RequiredNames<Of>]: ValueOf<Of[Name]> } & {
    [Name in Exclude<keyof Of, RequiredNames<Of>>]?: ValueOf<Of[Name]> | undefined
  }
>

/** The TypeScript type of a value of this shape. */
export type ValueOf<Of extends Shape> =
  Of extends EnumShape<infer Value>
    ? Value
    : Of extends StringShape
      ? string
      : Of extends BlobShape
        ? Uint8Array
        : Of extends IntegerShape
          ? number
          : Of extends BooleanShape
            ? boolean
            : Of extends TimestampShape
              ? Date
              : Of extends ListShape<infer Item>
                ? ValueOf<Item>[]
                : Of extends MapShape
                  ? Record<string, string>
                  : Of extends StructureShape<infer Inner>
                    ? Structure<Inner>
                    : never

export const string = (min: number, max: number, pattern?: string): StringShape =>
  pattern === undefined ? { kind: 'string', min, max } : { kind: 'string', min, max, pattern }

/** A string that no message may repeat. */
export const secret = (min: number, max: number, pattern?: string): StringShape => ({
  ...string(min, max, pattern),
  sensitive: true,
})

export const oneOf = <const Value extends string>(...values: Value[]): EnumShape<Value> => ({ kind: 'enum', values })
export const blob = (min: number, max: number): BlobShape => ({ kind: 'blob', min, max })
export const integer = (min: number, max: number): IntegerShape => ({ kind: 'integer', min, max })
export const boolean: BooleanShape = { kind: 'boolean' }
export const timestamp: TimestampShape = { kind: 'timestamp' }

export const list = <Item extends Shape>(of: Item, min = 0, max = Number.POSITIVE_INFINITY): ListShape<Item> => ({
  kind: 'list',
  of,
  min,
  max,
})

export const map = (maxBytes: number): MapShape => ({ kind: 'map', maxBytes })

export const structure = <Of extends Members>(members: Of): StructureShape<Of> => ({ kind: 'structure', members })

export const required = <Of extends Shape>(shape: Of): Of & { readonly required: true } => ({
  ...shape,
  required: true,
})
