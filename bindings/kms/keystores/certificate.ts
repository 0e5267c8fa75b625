/**
 * The trust anchor of a soft HSM cluster whose owner brings none: a self-signed X.509 certificate (RFC 5280) of a P-256
 * key that is thrown away. It names the cluster; nothing is ever verified with it.
 */
import { base64, unhex, utf8 } from '../../bytes.ts'
import { bitString, type DerElement, element, encodeDer, octetString, sequence, Tag } from '../asymmetric/der.ts'
import { generateKeyPair, sign } from '../asymmetric/index.ts'

const More = { boolean: 0x01, utf8String: 0x0c, set: 0x31, utcTime: 0x17, generalizedTime: 0x18 } as const
const VERSION_TAG = 0xa0
const EXTENSIONS_TAG = 0xa3
const VALID_YEARS = 10

const identifier = (digits: string): DerElement => element(Tag.objectIdentifier, unhex(digits))
const ecdsaWithSha256 = sequence(identifier('2a8648ce3d040302'))
const commonName = identifier('550403')
const basicConstraints = identifier('551d13')
const yes = element(More.boolean, Uint8Array.of(0xff))

/**
 * A PEM certificate that is valid for ten years.
 * @param serial 16 random bytes
 * @param now milliseconds since 1970
 */
export async function makeCertificate(name: string, serial: Uint8Array, now: number): Promise<string> {
  const { privateKey, publicKey } = await generateKeyPair('ECC_NIST_P256')
  try {
    const body = encodeDer(certificateBody(name, serial, now, publicKey))
    const signature = await sign('ECC_NIST_P256', 'ECDSA_SHA_256', 'RAW', privateKey, body)
    return pem(encodeDer(sequence(body, ecdsaWithSha256, bitString(signature))))
  } finally {
    privateKey.fill(0)
  }
}

function certificateBody(name: string, serial: Uint8Array, now: number, publicKey: Uint8Array): DerElement {
  const distinguished = sequence(element(More.set, sequence(commonName, element(More.utf8String, utf8(name)))))
  const end = new Date(now)
  end.setUTCFullYear(end.getUTCFullYear() + VALID_YEARS)
  return sequence(
    element(VERSION_TAG, element(Tag.integer, Uint8Array.of(2))),
    element(Tag.integer, Uint8Array.of(1), serial), // 17 bytes, positive
    ecdsaWithSha256,
    distinguished,
    sequence(time(new Date(now)), time(end)),
    distinguished,
    publicKey,
    element(EXTENSIONS_TAG, sequence(sequence(basicConstraints, yes, octetString(sequence(yes))))),
  )
}

/** RFC 5280, 4.1.2.5: two digits for the year until 2049, four from then on. */
function time(date: Date): DerElement {
  const digits = `${date.toISOString().replace(/[-:T]|\..*/g, '')}Z`
  const late = date.getUTCFullYear() >= 2050
  return late ? element(More.generalizedTime, utf8(digits)) : element(More.utcTime, utf8(digits.slice(2)))
}

function pem(der: Uint8Array): string {
  const lines = base64(der).match(/.{1,64}/g) ?? []
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n')
}
