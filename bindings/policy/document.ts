/**
 * Policy documents, read strictly and compiled. [IAM User Guide, "Grammar of the IAM JSON policy language"; AWS KMS
 * Developer Guide, "Key policies"]
 *
 * Unknown elements, repeated members, wrong types, unknown operators and invalid principals are refused. Two rules are
 * KMS's own: a key policy's statement without Action or Resource is accepted and has no effect, and `ForAllValues` over
 * a condition key with at most one value is refused in key policies.
 */
import { isWellFormed, utf8 } from '../bytes.ts'
import { KmsError } from '../errors.ts'
import { type Condition, compileCondition } from './conditions.ts'
import { JsonError, type Node, NumberText, readJson } from './json.ts'
import { PrincipalSet } from './principals.ts'
import { parseTemplate, type Template } from './template.ts'
import { Pattern } from './wildcard.ts'

export type PolicyKind = 'key' | 'identity'
export type Effect = 'Allow' | 'Deny'

/** Resource, compiled: the pattern is known unless a variable is in it. */
export interface ResourcePattern {
  readonly text: string
  readonly pattern: Pattern | undefined
  readonly template: Template
}

/** One compiled statement. An element and its Not… form share a member; the flag tells them apart. */
export interface Statement {
  readonly index: number
  readonly sid: string | undefined
  readonly effect: Effect
  /** Undefined in identity policies. */
  readonly principals: PrincipalSet | undefined
  readonly notPrincipal: boolean
  /** Patterns over the action in lower case. Empty: the element is missing, and the statement has no effect. */
  readonly actions: readonly Pattern[]
  readonly notAction: boolean
  /** Empty: the element is missing, and the statement has no effect. */
  readonly resources: readonly ResourcePattern[]
  readonly notResource: boolean
  readonly conditions: readonly Condition[]
}

/** A compiled policy; frozen. */
export interface Policy {
  readonly kind: PolicyKind
  readonly id: string | undefined
  readonly statements: readonly Statement[]
  /** AWS principals and services that the policy names, as written, without `*`. */
  readonly principals: readonly string[]
}

/** Bytes of a key policy, and of an identity policy here. [AWS KMS Developer Guide, "Resource quotas"] */
export const maxPolicySize = 32_768

const malformed = (message: string): KmsError => new KmsError('MalformedPolicyDocumentException', message)
const syntax = (detail: string): KmsError => malformed(`Syntax errors in policy: ${detail}.`)

type Element = Map<string, Node>

function members(node: Node | undefined, what: string, allowed?: readonly string[]): Element {
  if (!(node instanceof Map)) throw syntax(`${what} must be an object`)
  const unknown = allowed && [...node.keys()].find((name) => !allowed.includes(name))
  if (unknown !== undefined) throw syntax(`${what} has an unknown element`)
  return node
}

function optionalText(node: Node | undefined, what: string): string | undefined {
  if (node === undefined || typeof node === 'string') return node
  throw syntax(`${what} must be a string`)
}

/** One string, or a list of at least one. */
function texts(node: Node | undefined, what: string): string[] {
  const list = Array.isArray(node) ? node : [node]
  if (list.length === 0 || !list.every((item) => typeof item === 'string')) {
    throw syntax(`${what} must be a string or a list of strings`)
  }
  return list as string[]
}

/** Condition values: strings, and numbers and truth values without quotes. */
function conditionTexts(node: Node): string[] {
  const list = Array.isArray(node) ? node : [node]
  return texts(
    list.map((item) => (item instanceof NumberText ? item.text : typeof item === 'boolean' ? String(item) : item)),
    'a condition value',
  )
}

/** An element or its Not… form, not both. */
function either(statement: Element, name: string): { node: Node | undefined; negated: boolean } {
  const plain = statement.get(name)
  const negated = statement.get(`Not${name}`)
  if (plain !== undefined && negated !== undefined) throw syntax(`${name} and Not${name} exclude each other`)
  return { node: plain === undefined ? negated : plain, negated: negated !== undefined }
}

const principalTypes = ['AWS', 'Service', 'Federated']

function parsePrincipals(node: Node | undefined, named: string[]): PrincipalSet {
  if (node === undefined) throw malformed('Missing required field Principal')
  const set = new PrincipalSet()
  if (node === '*') {
    set.everyone = true
    return set
  }
  const types = members(node, 'Principal', principalTypes)
  if (types.size === 0) throw syntax('Principal is empty')
  for (const [type, names] of types) {
    for (const name of texts(names, 'a principal')) {
      if (!set.add(type, name)) throw malformed('Policy contains a statement with one or more invalid principals.')
      if (name !== '*') named.push(name)
    }
  }
  return set
}

const actionSyntax = /^(?:\*|[a-zA-Z0-9-]+:[a-zA-Z0-9*?]+)$/

function parseActions(node: Node): Pattern[] {
  return texts(node, 'Action').map((action) => {
    if (!actionSyntax.test(action)) throw malformed('Policy contains a statement with one or more invalid actions.')
    return Pattern.of(action.toLowerCase())
  })
}

function parseResources(node: Node, variables: boolean): ResourcePattern[] {
  return texts(node, 'Resource').map((text) => {
    const template = parseTemplate(text, { wildcards: true, variables })
    if (!template || (text !== '*' && !text.startsWith('arn:'))) {
      throw malformed('Policy contains a statement with one or more invalid resources.')
    }
    return { text, template, pattern: template.fixed && new Pattern(template.fixed) }
  })
}

const conditionKeySyntax = /^[A-Za-z0-9-]+:[^\s].*$/s
/** Condition keys with at most one value over which KMS refuses `ForAllValues`: it would hold where the key is missing. */
const singleValued = ['kms:encryptioncontext:', 'aws:requesttag/']

function parseConditions(node: Node | undefined, kind: PolicyKind, variables: boolean): Condition[] {
  if (node === undefined) return []
  const conditions: Condition[] = []
  for (const [operator, keys] of members(node, 'Condition')) {
    for (const [key, values] of members(keys, 'a condition')) {
      if (!conditionKeySyntax.test(key)) throw syntax('a condition key has no prefix')
      const condition = compileCondition(operator, key, conditionTexts(values), variables)
      if (!condition) throw syntax('a condition has an unknown operator or a malformed variable')
      if (kind === 'key' && operator.startsWith('ForAllValues:')) refuseOverlyPermissive(condition.key)
      conditions.push(Object.freeze(condition))
    }
  }
  return conditions
}

function refuseOverlyPermissive(key: string): void {
  if (!singleValued.some((prefix) => key.startsWith(prefix))) return
  const what = key.startsWith('aws:') ? 'tag' : 'encryption context'
  throw malformed(
    `OverlyPermissiveCondition: Using the ForAllValues set operator with a single-valued condition key matches requests without the specified ${what} or with an unspecified ${what}. To fix, remove ForAllValues.`,
  )
}

const common = ['Sid', 'Effect', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition']
const statementElements = { key: [...common, 'Principal', 'NotPrincipal'], identity: common }
const identitySid = /^[A-Za-z0-9]*$/

function parseStatement(
  node: Node,
  index: number,
  policy: { kind: PolicyKind; variables: boolean; named: string[] },
): Statement {
  const { kind, variables } = policy
  const statement = members(node, 'a statement', statementElements[kind])
  const sid = optionalText(statement.get('Sid'), 'Sid')
  if (kind === 'identity' && !identitySid.test(sid ?? '')) throw syntax('Sid holds other than letters and digits')
  const effect = statement.get('Effect')
  if (effect !== 'Allow' && effect !== 'Deny') throw syntax('Effect must be Allow or Deny')
  const action = either(statement, 'Action')
  const resource = either(statement, 'Resource')
  if (kind === 'identity' && action.node === undefined) throw malformed('Policy statement must contain actions.')
  if (kind === 'identity' && resource.node === undefined) throw malformed('Policy statement must contain resources.')
  const principal = either(statement, 'Principal')
  return Object.freeze({
    index,
    sid,
    effect,
    principals: kind === 'key' ? parsePrincipals(principal.node, policy.named) : undefined,
    notPrincipal: principal.negated,
    actions: action.node === undefined ? [] : parseActions(action.node),
    notAction: action.negated,
    resources: resource.node === undefined ? [] : parseResources(resource.node, variables),
    notResource: resource.negated,
    conditions: Object.freeze(parseConditions(statement.get('Condition'), kind, variables)),
  })
}

/** Characters of a key policy. [AWS KMS Developer Guide, "Key policy format"] */
const keyPolicyText = /^[\t\n\r\x20-\xff]*$/

function readDocument(json: string, kind: PolicyKind): Element {
  if (json.length > maxPolicySize || utf8(json).length > maxPolicySize) {
    throw malformed(`The policy is larger than ${maxPolicySize} bytes.`)
  }
  if (kind === 'key' && !keyPolicyText.test(json)) throw syntax('a character is not allowed in key policies')
  if (!isWellFormed(json)) throw syntax('a character is not well-formed')
  try {
    return members(
      readJson(json),
      'the policy',
      kind === 'key' ? ['Version', 'Id', 'Statement'] : ['Version', 'Statement'],
    )
  } catch (error) {
    throw error instanceof JsonError ? syntax(error.message) : error
  }
}

function refuseRepeatedSids(statements: readonly Statement[]): void {
  const sids = statements.flatMap(({ sid }) => (sid ? [sid] : []))
  if (new Set(sids).size < sids.length) throw malformed('Statement IDs (SID) in a single policy must be unique.')
}

/**
 * Reads and compiles a policy of at most {@link maxPolicySize} bytes.
 * Throws KmsError MalformedPolicyDocumentException; the message never quotes the document.
 */
export function parsePolicy(json: string, kind: PolicyKind): Policy {
  const document = readDocument(json, kind)
  const version = optionalText(document.get('Version'), 'Version') ?? '2008-10-17'
  if (version !== '2012-10-17' && version !== '2008-10-17') throw syntax('Version must be 2012-10-17 or 2008-10-17')
  const id = optionalText(document.get('Id'), 'Id')
  const node = document.get('Statement')
  const nodes = Array.isArray(node) ? node : node === undefined ? [] : [node]
  if (nodes.length === 0) throw syntax('a policy needs at least one statement')
  const policy = { kind, variables: version === '2012-10-17', named: [] as string[] }
  const statements = nodes.map((one, index) => parseStatement(one, index, policy))
  if (kind === 'identity') refuseRepeatedSids(statements)
  const principals = [...new Set(policy.named)]
  return Object.freeze({ kind, id, statements: Object.freeze(statements), principals: Object.freeze(principals) })
}
