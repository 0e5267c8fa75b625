/** What one authorisation question knows: who asks, for which action on what, and the request's condition values. */

/** Who calls. Bound to a port when the port is minted; a request cannot change it. */
export interface CallerFacts {
  /**
   * ARN of the account root, a user, a role or an assumed-role session, or the name of a service principal
   * (`s3.amazonaws.com`).
   */
  readonly principal: string
  /** Account of the principal; empty for service principals. */
  readonly account: string
  /** Region of the port. */
  readonly region: string
  /** Session name, when `principal` is the ARN of a role. */
  readonly session?: string
  /** `s3.us-east-1.amazonaws.com`, when an AWS service forwards the request for the principal. */
  readonly viaService?: string
  readonly sourceIp?: string
  readonly userAgent?: string
  readonly accessKeyId?: string
  /** Become `aws:PrincipalTag/*`. */
  readonly tags?: Readonly<Record<string, string>>
  /** Further condition keys, such as `aws:SourceArn`. Those that only the service can know, all of `kms:` too, are ignored. */
  readonly context?: Readonly<Record<string, string | readonly string[]>>
}

/** Condition keys in lower case, with the values that this request gives them. An absent or empty list: the key is not in the request. */
export type ConditionValues = Readonly<Record<string, readonly string[]>>

export type EncryptionContext = Readonly<Record<string, string>>

/** What a grant may demand of a request (AWS `GrantConstraints`). */
export interface GrantConstraints {
  readonly EncryptionContextEquals?: EncryptionContext
  readonly EncryptionContextSubset?: EncryptionContext
  readonly SourceArn?: string
}

/** The grant that a CreateGrant request asks for, as far as the rule for grants made through grants looks at it. */
export interface RequestedGrant {
  readonly Operations: readonly string[]
  readonly Constraints?: GrantConstraints
}

/** One authorisation question. */
export interface RequestFacts {
  readonly caller: CallerFacts
  /** `kms:Encrypt`. ReEncrypt asks twice: `kms:ReEncryptFrom` and `kms:ReEncryptTo`. */
  readonly action: string
  /** ARN of a key or an alias, or `*` for operations without one. */
  readonly resource: string
  /** Account that owns the key; absent for operations without a key. */
  readonly keyAccount?: string
  readonly values: ConditionValues
  /** Encryption context exactly as sent; grants compare it case-sensitively. */
  readonly encryptionContext?: EncryptionContext
  /** Only for `kms:CreateGrant`. */
  readonly newGrant?: RequestedGrant
}

/** What conditions can see of a key. */
export interface KeyFacts {
  readonly arn: string
  readonly account: string
  readonly spec: string
  readonly usage: string
  readonly origin: string
  readonly multiRegion: boolean
  readonly multiRegionKeyType?: 'PRIMARY' | 'REPLICA'
  /** Names with their prefix: `alias/orders`. */
  readonly aliases?: readonly string[]
  readonly tags?: Readonly<Record<string, string>>
}
