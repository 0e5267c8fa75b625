/** `kmsbox` as people run it: a process, its output, its exit code. */
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { kebab } from '../../bindings/cli/names.ts'
import { operationNames } from '../../bindings/kms/model.ts'
import { type Server, Shell } from './command.ts'

// Each command is a process, and machines are busy.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 })

const KEY_ID = '0c8a0f7e-95e8-4b1c-9f5e-0d6d0a1b2c3d'

describe('what is understood', () => {
  const shell = new Shell()
  afterAll(() => shell.close())

  it('explains itself, verb by verb', async () => {
    const { code, stdout } = await shell.run(['--help'])
    expect(code).toBe(0)
    for (const verb of ['serve', 'kms', 'explain', 'audit', 'unlock', 'init', 'doctor', 'completion']) {
      expect(stdout).toMatch(new RegExp(`^  ${verb} `, 'm'))
    }
    for (const words of [['serve'], ['kms', 'create-key'], ['audit', 'export'], ['unlock', 'add']]) {
      expect((await shell.run([...words, '--help'])).code).toBe(0)
    }
  })

  it('offers every operation by the name that the AWS CLI gives it', async () => {
    const { stdout } = await shell.run(['kms', '--help'])
    for (const operation of operationNames) expect(stdout).toMatch(new RegExp(`^  ${kebab(operation)} `, 'm'))
    expect(stdout).toMatch(/ generate-data-key-pair-without-plaintext /)
    expect(stdout).toMatch(/ re-encrypt /)
  })

  it.each([
    [['frobnicate'], /unknown command/],
    [['kms', 'encrypt', '--key-id', 'x', '--plaintext', 'not base64'], /--plaintext takes base64/],
    [['kms', 'encrypt', '--key-id', 'x', '--plaintext', 'fileb:///nowhere'], /ENOENT/],
    [['kms', 'encrypt', '--plaintext', 'YQ=='], /encrypt needs --key-id/],
    [['kms', 'list-keys', '--max-items', 'many'], /--max-items takes a number/],
    [['kms', 'create-key', '--tags', 'TagKey'], /--tags: expected = at character 7/],
    [['kms', 'create-key', '--cli-input-json', '[]'], /--cli-input-json must be a JSON object/],
    [
      ['kms', 'update-custom-key-store', '--custom-key-store-id', 'cks-1', '--key-store-password', 'hunter2'],
      /is a secret/,
    ],
    [['audit', 'verify', '--store', 'memory:'], /ends with its process/],
    [['serve', '--dev', '--port', '70000'], /A port is a number/],
  ])('refuses %j', async (words, why) => {
    const { code, stderr, stdout } = await shell.run(words)
    expect(stderr).toMatch(why)
    expect(stderr).not.toContain('hunter2')
    expect(stdout).toBe('')
    expect(code).toBe(2)
  })

  it.each([
    [['kms', 'list-keys', '--endpoint', 'http://127.0.0.1:9'], /Nobody answers at http:\/\/127.0.0.1:9/],
    [['audit', 'verify', '--store', 'file:missing'], /There is no store at file:missing/],
  ])('says what it cannot reach: %j', async (words, why) => {
    const { code, stderr } = await shell.run(words)
    expect(stderr).toMatch(why)
    expect(code).toBe(3)
    expect(existsSync(shell.path('missing'))).toBe(false)
  })

  it('writes completion scripts that shells can read', async () => {
    for (const name of ['bash', 'zsh']) {
      const { code, stdout } = await shell.run(['completion', name])
      expect(code).toBe(0)
      expect(stdout).toContain("'kmsbox kms encrypt') words='--key-id")
    }
  })
})

describe('against a server for development', () => {
  const shell = new Shell()
  let server: Server
  let endpoint: string[]

  beforeAll(async () => {
    server = await shell.serve('--dev')
    endpoint = ['--endpoint-url', server.url]
  })
  afterAll(async () => {
    expect(await server?.stop()).toBe(0)
    shell.close()
  })

  it('says loudly what it is', () => expect(server.output()).toMatch(/EVERY caller is the root/))

  it('creates, describes, encrypts and decrypts', async () => {
    const tags = ['--tags', 'TagKey=stage,TagValue=test', "TagKey=owner,TagValue='a, b'"]
    const { KeyMetadata } = await shell.json('kms', 'create-key', ...endpoint, '--description', 'orders', ...tags)
    const { KeyId, CreationDate } = KeyMetadata as Record<string, string>
    expect(Date.parse(CreationDate!)).toBeGreaterThan(Date.now() - 60_000)
    const listed = await shell.json('kms', 'list-resource-tags', ...endpoint, '--key-id', KeyId!)
    expect(listed.Tags).toEqual([
      { TagKey: 'owner', TagValue: 'a, b' },
      { TagKey: 'stage', TagValue: 'test' },
    ])
    writeFileSync(shell.path('plain'), Uint8Array.of(0, 255, 10))
    const context = ['--encryption-context', 'tenant=7,stage=test']
    const sealed = await shell.json(
      ...['kms', 'encrypt', ...endpoint, '--key-id', KeyId!, '--plaintext', 'fileb://plain', ...context],
    )
    writeFileSync(shell.path('sealed'), Buffer.from(sealed.CiphertextBlob as string, 'base64'))
    const asJson = ['--encryption-context', '{"tenant":"7","stage":"test"}']
    const opened = await shell.json('kms', 'decrypt', ...endpoint, '--ciphertext-blob', 'fileb://sealed', ...asJson)
    expect(opened.Plaintext).toBe('AP8K')

    const wrong = await shell.run(['kms', 'decrypt', ...endpoint, '--ciphertext-blob', 'fileb://sealed'])
    expect(wrong.code).toBe(1)
    expect(wrong.stderr).toContain('An error occurred (InvalidCiphertextException) when calling the Decrypt operation:')
  })

  it('takes a request as JSON, and arguments over it', async () => {
    const json = JSON.stringify({ Description: 'from JSON', KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' })
    writeFileSync(shell.path('request.json'), json)
    const input = ['--cli-input-json', 'file://request.json', '--description', 'from the command line']
    const { KeyMetadata } = await shell.json('kms', 'create-key', ...endpoint, ...input)
    expect(KeyMetadata).toMatchObject({ Description: 'from the command line', KeySpec: 'HMAC_256' })
  })

  it('pages by itself, and as it is told', async () => {
    for (let made = 0; made < 3; made++) await shell.json('kms', 'create-key', ...endpoint)
    const all = (await shell.json('kms', 'list-keys', ...endpoint, '--page-size', '2')) as { Keys: object[] }
    expect(all).not.toHaveProperty('NextToken')
    const first = await shell.json('kms', 'list-keys', ...endpoint, '--max-items', '2')
    const rest = await shell.json('kms', 'list-keys', ...endpoint, '--starting-token', first.NextToken as string)
    expect([...(first.Keys as object[]), ...(rest.Keys as object[])]).toEqual(all.Keys)
    const one = await shell.json('kms', 'list-keys', ...endpoint, '--limit', '1')
    expect(one).toMatchObject({ Truncated: true, NextMarker: expect.any(String) })
  })

  it('prints text and tables', async () => {
    const text = await shell.run(['kms', 'list-keys', ...endpoint, '--output', 'text', '--max-items', '1'])
    expect(text.stdout).toMatch(/^KEYS\tarn:aws:kms:us-east-1:000000000000:key\/\S+\t[0-9a-f-]{36}\n?$/m)
    const table = await shell.run(['kms', 'list-keys', ...endpoint, '--output', 'table'])
    expect(table.stdout).toMatch(/^KeyId {2,}KeyArn$/m)
  })

  it('takes custom ids and material by tags, and forgets all on reset', async () => {
    const material = Buffer.alloc(32, 9).toString('base64')
    const tags = [
      '--tags',
      `TagKey=_custom_id_,TagValue=${KEY_ID}`,
      `TagKey=_custom_key_material_,TagValue=${material}`,
    ]
    const make = async () =>
      (await shell.json('kms', 'create-key', ...endpoint, ...tags)).KeyMetadata as { KeyId: string }
    const first = await make()
    expect(first.KeyId).toBe(KEY_ID)
    expect((await shell.run(['kms', 'create-key', ...endpoint, ...tags])).stderr).toContain('AlreadyExistsException')
    expect(await shell.json('kms', 'list-resource-tags', ...endpoint, '--key-id', KEY_ID)).toMatchObject({ Tags: [] })
    const sealed = await shell.json('kms', 'encrypt', ...endpoint, '--key-id', KEY_ID, '--plaintext', 'YQ==')
    await fetch(`${server.url}/reset`, { method: 'POST' })
    expect(await shell.json('kms', 'list-keys', ...endpoint)).toEqual({ Keys: [] })
    expect(await make()).toMatchObject({
      KeyId: KEY_ID,
      CurrentKeyMaterialId: (first as { CurrentKeyMaterialId?: string }).CurrentKeyMaterialId,
    })
    const opened = await shell.json(
      ...['kms', 'decrypt', ...endpoint, '--ciphertext-blob', sealed.CiphertextBlob as string],
    )
    expect(opened.Plaintext).toBe('YQ==')
  })
})

describe('a store', () => {
  const shell = new Shell()
  const box = ['--store', 'file:box', '--key-file', 'box.key']
  afterAll(() => shell.close())

  it('is made once, with a key file and a recovery code', async () => {
    const made = await shell.run(['init', ...box])
    expect(made.code).toBe(0)
    expect(made.stdout).toMatch(/^(?:[0-9A-Z]{4}-){13}[0-9A-Z]{4}\n$/)
    expect(statSync(shell.path('box.key')).mode & 0o777).toBe(0o600)
    const again = await shell.run(['init', ...box])
    expect(again.code).toBe(1)
    expect(again.stderr).toContain('There is a store at file:box already')
    const listed = await shell.run(['unlock', 'list', ...box, '--output', 'json'])
    expect(JSON.parse(listed.stdout)).toHaveLength(2)
  })

  it('is opened in the process, by the right secret only', async () => {
    const made = await shell.json('kms', 'create-key', ...box, '--description', 'kept')
    const { KeyId } = made.KeyMetadata as { KeyId: string }
    const { KeyMetadata } = await shell.json('kms', 'describe-key', ...box, '--key-id', KeyId)
    expect(KeyMetadata).toMatchObject({ Description: 'kept' })
    writeFileSync(shell.path('other.key'), 'f'.repeat(64))
    const locked = await shell.run(['kms', 'list-keys', '--store', 'file:box', '--key-file', 'other.key'])
    expect(locked.code).toBe(3)
    const silent = await shell.run(['kms', 'list-keys', '--store', 'file:box'])
    expect(silent.stderr).toContain('There is no terminal to ask at')
  })

  it('gets another way in, a passphrase from a file, and loses it again', async () => {
    writeFileSync(shell.path('words'), 'correct horse battery staple\n')
    const added = await shell.run(['unlock', 'add', 'passphrase', '--new-file', 'words', ...box])
    expect(added.code).toBe(0)
    const byWords = ['--store', 'file:box', '--passphrase-file', '-']
    const opened = await shell.run(['audit', 'verify', ...byWords], 'correct horse battery staple\n')
    expect(opened.stdout).toMatch(/none was changed/)
    const ways = JSON.parse((await shell.run(['unlock', 'list', ...box, '--output', 'json'])).stdout)
    const { id } = ways.find(({ kind }: { kind: string }) => kind === 'passphrase')
    expect((await shell.run(['unlock', 'remove', id, ...box])).code).toBe(0)
    expect((await shell.run(['audit', 'verify', ...byWords], 'correct horse battery staple\n')).code).toBe(3)
  })

  it('shows, verifies and exports its trail, and is examined', async () => {
    const { stdout } = await shell.run(['audit', 'list', ...box])
    expect(stdout).toMatch(/CreateKey {2,}arn:aws:iam::000000000000:root/)
    expect((await shell.run(['audit', 'verify', ...box])).code).toBe(0)
    await shell.run(['audit', 'export', ...box, '--to', 'trail.jsonl'])
    const lines = readFileSync(shell.path('trail.jsonl'), 'utf8').trim().split('\n')
    expect(lines.map((line) => JSON.parse(line).eventName)).toContain('CreateKey')
    const doctor = await shell.run(['doctor', ...box])
    expect(doctor.stdout).toMatch(/The store is sound: \d+ rows/)
  })

  it('explains decisions', async () => {
    const allowed = await shell.run(['explain', ...box, '--action', 'kms:CreateKey'])
    expect(allowed).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Allow/) })
    const stranger = ['--principal', 'arn:aws:iam::000000000000:user/stranger']
    const denied = await shell.run(['explain', ...box, '--action', 'kms:CreateKey', ...stranger])
    expect(denied).toMatchObject({ code: 1, stdout: expect.stringMatching(/^Deny/) })
  })

  it('is served to those who have an access key; who comes too late is told where', async () => {
    const server = await shell.serve(...box, '--credentials', 'credentials.json')
    const [, id] = /AWS_ACCESS_KEY_ID=(\S+)/.exec(server.output())!
    const [, secret] = /AWS_SECRET_ACCESS_KEY=(\S+)/.exec(server.output())!
    expect(statSync(shell.path('credentials.json')).mode & 0o777).toBe(0o600)
    const late = await shell.run(['kms', 'list-keys', ...box])
    expect(late.code).toBe(3)
    expect(late.stderr).toContain(`use its endpoint ${server.url}`)
    const unsigned = await shell.run(['kms', 'list-keys', '--endpoint', server.url])
    expect(unsigned.stderr).toContain('MissingAuthenticationTokenException')
    shell.environment = { ...shell.environment, AWS_ACCESS_KEY_ID: id!, AWS_SECRET_ACCESS_KEY: secret! }
    const { Keys } = await shell.json('kms', 'list-keys', '--endpoint', server.url)
    expect(Keys).toHaveLength(1)
    expect(await server.stop('SIGINT')).toBe(0)
    expect((await shell.run(['kms', 'list-keys', ...box])).code).toBe(0)
  })

  it('is not served under an inspector', async () => {
    shell.environment = { ...shell.environment, NODE_OPTIONS: '--inspect=127.0.0.1:0' }
    await expect(shell.serve(...box)).rejects.toThrow(/ended with 2: [\s\S]*under --inspect/)
  })
})
