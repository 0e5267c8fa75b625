/** The certificate of a cluster whose owner brings none is one that node:crypto reads and verifies. */
import { X509Certificate } from 'node:crypto'
import { expect, it } from 'vitest'
import { makeCertificate } from '../../bindings/kms/keystores/certificate.ts'

const serial = Uint8Array.from({ length: 16 }, (_, i) => 0xf0 + i)

it.each(['2026-01-01T00:00:00Z', '2045-06-30T12:00:00Z', '2051-01-01T00:00:00Z'])('made on %s', async (date) => {
  const pem = await makeCertificate('cluster-aaaaaaaaaaa', serial, Date.parse(date))
  const certificate = new X509Certificate(pem)
  expect(certificate.verify(certificate.publicKey)).toBe(true)
  expect(certificate.subject).toBe('CN=cluster-aaaaaaaaaaa')
  expect(certificate.issuer).toBe(certificate.subject)
  expect(certificate.ca).toBe(true)
  expect(new Date(certificate.validFrom)).toEqual(new Date(date))
  expect(new Date(certificate.validTo).getUTCFullYear()).toBe(new Date(date).getUTCFullYear() + 10)
  expect(pem.length).toBeLessThan(5000)
})
