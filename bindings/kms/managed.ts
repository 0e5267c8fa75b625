/**
 * AWS managed keys: made for an account the first time a service needs one, found by `alias/aws/<service>`, usable only
 * through that service, under a policy that nobody can change. [AWS KMS Developer Guide, "AWS managed keys"]
 */
import { Table } from '../stores/records.ts'
import { aliasArn, type Place, rootArn, scopeOf } from './arn.ts'
import type { KeyRecord } from './key.ts'
import { type Making, putKey, storeNewKey } from './newkey.ts'
import { nextAfter, rememberRotation } from './rotate.ts'

export const MANAGED_PREFIX = 'alias/aws/'
const ROTATION_DAYS = 365

/** `s3` of `s3.us-east-1.amazonaws.com`; undefined unless the endpoint is this Region's. */
export function serviceOf(viaService: string | undefined, { region }: Place): string | undefined {
  const suffix = `.${region}.amazonaws.com`
  return viaService?.endsWith(suffix) ? viaService.slice(0, -suffix.length) : undefined
}

/** Makes the key of a service, with its alias. */
export async function makeManagedKey(call: Making, service: string): Promise<KeyRecord> {
  const { transaction, place, now } = call
  const name = `${MANAGED_PREFIX}${service}`
  const made = await storeNewKey(call, {
    spec: 'SYMMETRIC_DEFAULT',
    usage: 'ENCRYPT_DECRYPT',
    origin: 'AWS_KMS',
    manager: 'AWS',
    policy: managedPolicy(place, service),
    description: `Default key that protects my ${service} data when no other key is defined`,
    tags: {},
    multiRegion: false,
  })
  const key = { ...made, aliases: [name], rotation: nextAfter(ROTATION_DAYS, now) }
  putKey(transaction, key)
  rememberRotation(call, key)
  const arn = aliasArn(place, name)
  transaction.put(Table.alias, arn, scopeOf(place), { name, arn, target: key.arn, created: now, updated: now })
  return key
}

function managedPolicy({ account, region }: Place, service: string): string {
  const use = {
    Sid: `Allow access through ${service} for all principals in the account that are authorized to use ${service}`,
    Effect: 'Allow',
    Principal: { AWS: '*' },
    Action: [
      'kms:Encrypt',
      'kms:Decrypt',
      'kms:ReEncrypt*',
      'kms:GenerateDataKey*',
      'kms:CreateGrant',
      'kms:DescribeKey',
    ],
    Resource: '*',
    Condition: {
      StringEquals: { 'kms:CallerAccount': account, 'kms:ViaService': `${service}.${region}.amazonaws.com` },
    },
  }
  const look = {
    Sid: 'Allow direct access to key metadata to the account',
    Effect: 'Allow',
    Principal: { AWS: rootArn(account) },
    Action: ['kms:Describe*', 'kms:Get*', 'kms:List*', 'kms:RevokeGrant'],
    Resource: '*',
  }
  return JSON.stringify({ Version: '2012-10-17', Id: `auto-${service}-1`, Statement: [use, look] }, null, 2)
}
