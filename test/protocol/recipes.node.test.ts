/** What the README tells users of other clients to do, done: in-process in a test suite, the AWS CLI, boto3, Terraform. */
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { DecryptCommand, EncryptCommand, KMSClient } from '@aws-sdk/client-kms'
import { type Kms, openKms } from 'kmsbox'
import { requestHandler } from 'kmsbox/aws-sdk'
import { type RunningServer, serve } from 'kmsbox/server'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'

vi.setConfig({ testTimeout: 180_000, hookTimeout: 60_000 })

const root = join(import.meta.dirname, '..', '..')
const run = promisify(execFile)
const accessKey = { accessKeyId: 'AKIARECIPES', secretAccessKey: 'recipes-have-secrets' }
const principal = 'arn:aws:iam::000000000000:root'

let kms: Kms
let server: RunningServer
let folder: string
let environment: Record<string, string>

beforeAll(async () => {
  kms = await openKms()
  const { accessKeyId, secretAccessKey } = accessKey
  server = await serve({ kms, port: 0, credentials: new Map([[accessKeyId, { secretAccessKey, principal }]]) })
  folder = mkdtempSync(join(tmpdir(), 'kmsbox-recipes-'))
  environment = {
    PATH: process.env.PATH ?? '',
    HOME: folder,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_REGION: 'us-east-1',
    AWS_ENDPOINT_URL_KMS: server.url,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_PAGER: '',
    // Where the tester's own Python and its packages are.
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => /^PYENV|^PYTHON/.test(name))),
  }
})

afterAll(async () => {
  await server?.close()
  await kms?.close()
  rmSync(folder, { recursive: true, force: true })
})

/** The first program that answers, and what it says of itself. */
async function findProgram(candidates: readonly string[], ...words: string[]) {
  for (const program of candidates) {
    const found = await run(program, words, { env: process.env }).catch(() => undefined)
    if (found) return { program, version: `${found.stdout}${found.stderr}`.trim().split('\n')[0] }
  }
  return undefined
}

/** Skips, and says why, where a program is not there. */
function require<T>(found: T | undefined, what: string, skip: (why: string) => void): T {
  if (found === undefined) {
    console.log(`skipped: ${what}`)
    skip(what)
  }
  return found as T
}

describe('in a test suite, in-process', () => {
  /** The application, which knows nothing of kmsbox. */
  const application = (client: KMSClient, KeyId: string) => ({
    async hide(secret: string) {
      const { CiphertextBlob } = await client.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from(secret) }))
      return CiphertextBlob!
    },
    async show(CiphertextBlob: Uint8Array) {
      const { Plaintext } = await client.send(new DecryptCommand({ CiphertextBlob }))
      return Buffer.from(Plaintext!).toString()
    },
  })

  const KeyId = 'bc436485-5092-42b8-92a3-0aa8b93536dc'
  let box: Kms
  let client: KMSClient

  beforeEach(async () => {
    box = await openKms({ seed: { Keys: [{ KeyId, Aliases: ['alias/app'] }] } })
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }
    client = new KMSClient({ region: 'us-east-1', credentials, requestHandler: requestHandler(box) })
    return () => box.close()
  })

  it('the application encrypts and decrypts', async () => {
    const { hide, show } = application(client, 'alias/app')
    expect(await show(await hide('attack at dawn'))).toBe('attack at dawn')
  })

  it('a disabled key is met with AWS’s exception', async () => {
    await box.disableKey({ KeyId })
    await expect(application(client, KeyId).hide('x')).rejects.toMatchObject({ name: 'DisabledException' })
  })
})

describe('the AWS SDK for JavaScript, told by the environment alone', () => {
  it('finds the endpoint', async () => {
    const script = `import { KMSClient, GenerateRandomCommand } from '@aws-sdk/client-kms'
      const { Plaintext } = await new KMSClient({}).send(new GenerateRandomCommand({ NumberOfBytes: 7 }))
      console.log(Plaintext.length)`
    const words = ['--input-type=module', '--eval', script]
    const { stdout } = await run(process.execPath, words, { cwd: root, env: environment })
    expect(stdout.trim()).toBe('7')
  })
})

const awsCli = `set -eu
kms() { aws --endpoint-url "$AWS_ENDPOINT_URL_KMS" kms "$@"; }
id=$(kms create-key --description orders --tags TagKey=stage,TagValue=test --query KeyMetadata.KeyId --output text)
kms create-alias --alias-name alias/cli --target-key-id "$id"
printf 'attack at dawn' > plain
kms encrypt --key-id alias/cli --plaintext fileb://plain --encryption-context tenant=7,stage=test \\
  --query CiphertextBlob --output text | base64 -d > sealed
kms decrypt --ciphertext-blob fileb://sealed --encryption-context tenant=7,stage=test \\
  --query Plaintext --output text | base64 -d; echo
kms generate-data-key --key-id "$id" --key-spec AES_256 --query KeyId --output text
signer=$(kms create-key --key-spec ECC_NIST_P256 --key-usage SIGN_VERIFY --query KeyMetadata.KeyId --output text)
kms sign --key-id "$signer" --message fileb://plain --signing-algorithm ECDSA_SHA_256 \\
  --query Signature --output text | base64 -d > signature
kms verify --key-id "$signer" --message fileb://plain --signing-algorithm ECDSA_SHA_256 \\
  --signature fileb://signature --query SignatureValid --output text
kms create-grant --key-id "$id" --grantee-principal arn:aws:iam::000000000000:user/x --operations Decrypt Encrypt \\
  --constraints EncryptionContextSubset={tenant=7} --query GrantId --output text
kms list-grants --key-id "$id" --query 'Grants[0].Operations' --output text
kms enable-key-rotation --key-id "$id"
kms get-key-rotation-status --key-id "$id" --query KeyRotationEnabled --output text
kms list-keys --page-size 1 --query 'length(Keys)' --output json
kms schedule-key-deletion --key-id "$signer" --pending-window-in-days 7 --query KeyState --output text
kms describe-key --key-id alias/none || echo "exit code $?"
`

describe('the AWS CLI', () => {
  it('goes its tour, its requests signed', async ({ skip }) => {
    const found = await findProgram(['aws', '/usr/bin/aws'], '--version')
    const { program, version } = require(found, 'no AWS CLI here (Debian: apt-get install awscli)', skip)
    console.log(`with ${version}`)
    const script = awsCli.replace('aws --endpoint-url', `${program} --endpoint-url`)
    const { stdout, stderr } = await run('bash', ['-c', script], { cwd: folder, env: environment })
    const lines = stdout.trim().split('\n')
    expect(lines[0]).toBe('attack at dawn')
    expect(lines[1]).toMatch(/^arn:aws:kms:us-east-1:000000000000:key\//)
    expect(lines[2]).toBe('True')
    expect(lines[3]).toMatch(/^[0-9a-f]{64}$/)
    expect(lines[4]).toBe('Decrypt\tEncrypt')
    expect(lines[5]).toBe('True')
    expect(Number(lines[6])).toBeGreaterThanOrEqual(2)
    expect(lines[7]).toBe('PendingDeletion')
    expect(lines[8]).toMatch(/^exit code 25[45]$/)
    expect(stderr).toContain('An error occurred (NotFoundException) when calling the DescribeKey operation')
  })
})

const boto3 = `import os, boto3
kms = boto3.client('kms', endpoint_url=os.environ['AWS_ENDPOINT_URL_KMS'])
key = kms.create_key(Description='orders', Tags=[{'TagKey': 'stage', 'TagValue': 'test'}])['KeyMetadata']
assert key['CreationDate'].year > 2000
context = {'tenant': '7', 'schlüssel': 'é'}
sealed = kms.encrypt(KeyId=key['Arn'], Plaintext=b'attack at dawn', EncryptionContext=context)['CiphertextBlob']
assert kms.decrypt(CiphertextBlob=sealed, EncryptionContext=context)['Plaintext'] == b'attack at dawn'
try:
    kms.decrypt(CiphertextBlob=sealed)
except kms.exceptions.InvalidCiphertextException as error:
    assert error.response['ResponseMetadata']['HTTPStatusCode'] == 400
else:
    raise SystemExit('decrypted under another context')
data_key = kms.generate_data_key(KeyId=key['KeyId'], KeySpec='AES_256')
assert kms.decrypt(CiphertextBlob=data_key['CiphertextBlob'])['Plaintext'] == data_key['Plaintext']
mac_key = kms.create_key(KeySpec='HMAC_256', KeyUsage='GENERATE_VERIFY_MAC')['KeyMetadata']['KeyId']
mac = kms.generate_mac(KeyId=mac_key, Message=b'm', MacAlgorithm='HMAC_SHA_256')['Mac']
assert kms.verify_mac(KeyId=mac_key, Message=b'm', MacAlgorithm='HMAC_SHA_256', Mac=mac)['MacValid']
kms.create_alias(AliasName='alias/boto3', TargetKeyId=key['KeyId'])
pages = kms.get_paginator('list_aliases').paginate(PaginationConfig={'PageSize': 1})
assert 'alias/boto3' in [alias['AliasName'] for page in pages for alias in page['Aliases']]
kms.put_key_policy(KeyId=key['KeyId'], PolicyName='default', Policy=kms.get_key_policy(KeyId=key['KeyId'], PolicyName='default')['Policy'])
kms.rotate_key_on_demand(KeyId=key['KeyId']) if hasattr(kms, 'rotate_key_on_demand') else None
assert kms.decrypt(CiphertextBlob=sealed, EncryptionContext=context)['KeyId'] == key['Arn']
print('done')
`

describe('boto3', () => {
  it('goes its tour, its requests signed', async ({ skip }) => {
    const found = await findProgram(
      ['python3', '/usr/bin/python3'],
      '-c',
      'import boto3; print("boto3", boto3.__version__)',
    )
    const { program, version } = require(found, 'no boto3 here (Debian: apt-get install python3-boto3)', skip)
    console.log(`with ${version}`)
    const { stdout } = await run(program, ['-c', boto3], { cwd: folder, env: environment })
    expect(stdout.trim()).toBe('done')
  })
})

describe('Terraform', () => {
  it('makes a key, changes nothing the second time, and removes it', async ({ skip }) => {
    require(await findProgram(['terraform'], 'version'), 'no Terraform here', skip)
    writeFileSync(join(folder, 'main.tf'), readFileSync(join(root, 'recipes', 'terraform', 'main.tf'), 'utf8'))
    const env = { ...environment, TF_VAR_kms_endpoint: server.url, TF_IN_AUTOMATION: '1' }
    const terraform = (...words: string[]) => run('terraform', [...words, '-no-color'], { cwd: folder, env })
    const ready = await terraform('init').catch(() => undefined)
    require(ready, 'Terraform cannot fetch the provider hashicorp/aws', skip)
    await terraform('apply', '-auto-approve')
    await terraform('plan', '-detailed-exitcode')
    await terraform('destroy', '-auto-approve')
  })
})
