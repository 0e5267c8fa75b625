/** What a custom key store is made of, as CreateCustomKeyStore and UpdateCustomKeyStore state it, and what must be unique. */
import { isWellFormed, utf8 } from '../../bytes.ts'
import { KmsError, validationError } from '../../errors.ts'
import type { Transaction } from '../../stores/records.ts'
import type { Place } from '../arn.ts'
import type { Input } from '../model.ts'
import type { Call } from '../operation.ts'
import { readCluster, requireHsms } from './cluster.ts'
import {
  type CloudHsmBacking,
  credentialPath,
  type ExternalBacking,
  type ExternalStore,
  isExternal,
  type KeyStoreRecord,
  membersScope,
} from './record.ts'

type Members = Omit<Input<'CreateCustomKeyStore'>, 'CustomKeyStoreName' | 'CustomKeyStoreType'>

const cloudHsmMembers = ['CloudHsmClusterId', 'TrustAnchorCertificate', 'KeyStorePassword'] as const
const externalMembers = [
  'XksProxyConnectivity',
  'XksProxyUriEndpoint',
  'XksProxyUriPath',
  'XksProxyAuthenticationCredential',
  'XksProxyVpcEndpointServiceName',
  'XksProxyVpcEndpointServiceOwner',
] as const satisfies readonly (keyof Members)[]

const membersOf = { AWS_CLOUDHSM: cloudHsmMembers, EXTERNAL_KEY_STORE: externalMembers } as const
type StoreType = keyof typeof membersOf

/** Refuses members that stores of this type do not have. */
export function refuseForeign(members: Members, type: StoreType): void {
  const foreign = type === 'AWS_CLOUDHSM' ? membersOf.EXTERNAL_KEY_STORE : membersOf.AWS_CLOUDHSM
  const given = foreign.find((member) => members[member] !== undefined)
  if (given) throw validationError(`${given} is not valid for a custom key store of type ${type}.`)
}

function required<Member extends keyof Members>(members: Members, member: Member): NonNullable<Members[Member]> {
  const value = members[member]
  if (value !== undefined && value !== null) return value as NonNullable<Members[Member]>
  throw validationError(`${member} is required for a custom key store of this type.`)
}

/** The backing of a new CloudHSM key store; @throws the CloudHsmCluster… exceptions, IncorrectTrustAnchorException */
export async function newCloudHsmBacking(
  { transaction, place }: Pick<Call, 'transaction' | 'place'>,
  members: Members,
  others: readonly KeyStoreRecord[],
): Promise<CloudHsmBacking> {
  const clusterId = required(members, 'CloudHsmClusterId')
  const trustAnchor = required(members, 'TrustAnchorCertificate')
  required(members, 'KeyStorePassword')
  const cluster = await readCluster(transaction, place, clusterId)
  const inUse = others.some(
    (other) => !isExternal(other) && sameCertificate(other.backing.trustAnchor, cluster.certificate),
  )
  if (inUse) {
    const message = `CloudHSM cluster ${clusterId}, or one that shares its backups, is in use by another custom key store.`
    throw new KmsError('CloudHsmClusterInUseException', message)
  }
  requireHsms(cluster, 2)
  if (!sameCertificate(trustAnchor, cluster.certificate)) {
    const message = `The trust anchor certificate is not the one of CloudHSM cluster ${clusterId}.`
    throw new KmsError('IncorrectTrustAnchorException', message)
  }
  return { type: 'AWS_CLOUDHSM', clusterId, trustAnchor }
}

/** The backing moved to another cluster; @throws CloudHsmClusterNotRelatedException unless they share their backups */
export async function movedCloudHsmBacking(
  transaction: Transaction,
  place: Place,
  backing: CloudHsmBacking,
  clusterId: string,
): Promise<CloudHsmBacking> {
  const cluster = await readCluster(transaction, place, clusterId)
  requireHsms(cluster, 2)
  if (!sameCertificate(backing.trustAnchor, cluster.certificate)) {
    const message = `CloudHSM cluster ${clusterId} does not share a backup history with cluster ${backing.clusterId}.`
    throw new KmsError('CloudHsmClusterNotRelatedException', message)
  }
  return { ...backing, clusterId }
}

/** Line ends and blanks do not make another certificate. */
export const sameCertificate = (one: string, other: string): boolean =>
  one.replace(/\s/g, '') === other.replace(/\s/g, '')

export function newExternalBacking(members: Members, place: Place): ExternalBacking {
  const credential = required(members, 'XksProxyAuthenticationCredential')
  return checked(
    {
      type: 'EXTERNAL_KEY_STORE',
      connectivity: required(members, 'XksProxyConnectivity'),
      endpoint: required(members, 'XksProxyUriEndpoint'),
      path: required(members, 'XksProxyUriPath'),
      accessKeyId: credential.AccessKeyId,
      vpcService: members.XksProxyVpcEndpointServiceName,
      vpcServiceOwner: members.XksProxyVpcEndpointServiceOwner,
    },
    place,
  )
}

/** Going public means leaving the VPC's service behind; either way of connecting has an endpoint of its own. */
export function changedExternalBacking(backing: ExternalBacking, members: Members, place: Place): ExternalBacking {
  const connectivity = members.XksProxyConnectivity ?? backing.connectivity
  if (connectivity !== backing.connectivity) required(members, 'XksProxyUriEndpoint')
  const { vpcService, vpcServiceOwner, ...rest } = backing
  return checked(
    {
      ...rest,
      connectivity,
      endpoint: members.XksProxyUriEndpoint ?? backing.endpoint,
      path: members.XksProxyUriPath ?? backing.path,
      accessKeyId: members.XksProxyAuthenticationCredential?.AccessKeyId ?? backing.accessKeyId,
      ...(connectivity === backing.connectivity && { vpcService, vpcServiceOwner }),
      ...(members.XksProxyVpcEndpointServiceName && { vpcService: members.XksProxyVpcEndpointServiceName }),
      ...(members.XksProxyVpcEndpointServiceOwner && { vpcServiceOwner: members.XksProxyVpcEndpointServiceOwner }),
    },
    place,
  )
}

function checked(backing: ExternalBacking, place: Place): ExternalBacking {
  const { connectivity, vpcService, path } = backing
  if ((connectivity === 'VPC_ENDPOINT_SERVICE') !== (vpcService !== undefined)) {
    throw validationError(
      'XksProxyVpcEndpointServiceName belongs to XksProxyConnectivity VPC_ENDPOINT_SERVICE, and only to it.',
    )
  }
  if (!path.endsWith('/kms/xks/v1')) throw validationError('XksProxyUriPath must end with /kms/xks/v1.')
  if (vpcService !== undefined && !vpcService.includes(`.vpce.${place.region}.`)) {
    const message = `The VPC endpoint service ${vpcService} was not found in ${place.region}.`
    throw new KmsError('XksProxyVpcEndpointServiceNotFoundException', message)
  }
  return backing
}

/** An XKS proxy, and the way to it, serve one external key store of a Region; @throws XksProxy…InUseException */
export function requireOwnProxy({ id, backing }: ExternalStore, all: readonly KeyStoreRecord[]): void {
  const others = all.filter(isExternal).filter((other) => other.id !== id)
  for (const { backing: other } of others) {
    if (other.endpoint === backing.endpoint && other.path === backing.path) {
      throw inUse('XksProxyUriInUseException', `${backing.endpoint}${backing.path}`)
    }
    const viaVpc = [other, backing].some(({ connectivity }) => connectivity === 'VPC_ENDPOINT_SERVICE')
    if (other.endpoint === backing.endpoint && viaVpc) {
      throw inUse('XksProxyUriEndpointInUseException', backing.endpoint)
    }
    if (backing.vpcService !== undefined && other.vpcService === backing.vpcService) {
      throw inUse('XksProxyVpcEndpointServiceInUseException', backing.vpcService)
    }
  }
}

const inUse = (name: string, what: string): KmsError =>
  new KmsError(name, `${what} is in use by another external key store.`)

/** @throws CustomKeyStoreNameInUseException */
export function requireOwnName(
  { id, name }: Pick<KeyStoreRecord, 'id' | 'name'>,
  all: readonly KeyStoreRecord[],
): void {
  if (!all.some((other) => other.id !== id && other.name === name)) return
  throw new KmsError('CustomKeyStoreNameInUseException', `The name ${name} is in use by another custom key store.`)
}

/** Keeps what opens a store's backing, sealed as key material is: the kmsuser's password, or the key that signs. */
export function putCredential(call: Pick<Call, 'box' | 'transaction' | 'slots'>, id: string, members: Members): void {
  const { KeyStorePassword: password, XksProxyAuthenticationCredential: credential } = members
  const secret = password ?? (credential && `AWS4${credential.RawSecretAccessKey}`)
  if (secret === undefined) return
  if (!isWellFormed(secret)) throw validationError('KeyStorePassword must be well-formed text.')
  const bytes = utf8(secret)
  const slot = call.box.core.importKey(bytes)
  bytes.fill(0)
  call.slots.push(slot)
  call.transaction.putMaterial(credentialPath(id), membersScope(id), slot)
}
