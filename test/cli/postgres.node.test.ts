/** Several servers on one PostgreSQL, as they stand behind a load balancer. */
import { afterAll, expect, it, vi } from 'vitest'
import { describePostgres, postgresServer } from '../stores/postgres-server.ts'
import { Shell } from './command.ts'

vi.setConfig({ testTimeout: 120_000 })

const postgres = postgresServer()

describePostgres('two servers on one PostgreSQL', () => {
  const shell = new Shell()
  afterAll(() => shell.close())

  it('serve the same keys to the same callers', async () => {
    const box = ['--store', await postgres.freshUrl(), '--key-file', 'box.key', '--credentials', 'credentials.json']
    expect((await shell.run(['init', ...box.slice(0, 4), '--no-recovery'])).code).toBe(0)
    const first = await shell.serve(...box)
    const second = await shell.serve(...box)
    const [, id] = /AWS_ACCESS_KEY_ID=(\S+)/.exec(first.output())!
    const [, secret] = /AWS_SECRET_ACCESS_KEY=(\S+)/.exec(first.output())!
    expect(second.output()).not.toContain('AWS_SECRET_ACCESS_KEY')
    shell.environment = { ...shell.environment, AWS_ACCESS_KEY_ID: id!, AWS_SECRET_ACCESS_KEY: secret! }
    const at = ({ url }: typeof first) => ['--endpoint', url]
    const { KeyMetadata } = await shell.json('kms', 'create-key', ...at(first))
    const { KeyId } = KeyMetadata as { KeyId: string }
    const sealed = await shell.json('kms', 'encrypt', ...at(first), '--key-id', KeyId, '--plaintext', 'YQ==')
    const blob = ['--ciphertext-blob', sealed.CiphertextBlob as string]
    expect(await shell.json('kms', 'decrypt', ...at(second), ...blob)).toMatchObject({ Plaintext: 'YQ==' })
    await shell.json('kms', 'disable-key', ...at(second), '--key-id', KeyId)
    const refused = await shell.run(['kms', 'decrypt', ...at(first), ...blob])
    expect(refused.stderr).toContain('DisabledException')
    expect([await first.stop(), await second.stop()]).toEqual([0, 0])
    const trail = await shell.run(['audit', 'verify', ...box.slice(0, 4)])
    expect(trail).toMatchObject({ code: 0, stdout: expect.stringMatching(/none was changed/) })
  })
})
