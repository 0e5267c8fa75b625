/** What a learner should know, beside the form that it explains. Short, and true of AWS KMS and of this box alike. */
import { h } from './dom.ts'

const notes = {
  neverExported: [
    'Can a key be exported?',
    'No. Its material is made inside and stays there, in AWS’s hardware, here in the memory of a worker’s WebAssembly. You send data in, or you ask for data keys. What you may do with a key is decided by its policy, each time.',
  ],
  fourKilobytes: [
    'At most 4,096 bytes',
    'Encrypt takes a secret, not a document: a password, a token, another key. Longer data goes into an envelope, see Files. The same text encrypted twice gives two different ciphertexts.',
  ],
  encryptionContext: [
    'Encryption context',
    'Pairs that are not secret and travel beside the ciphertext. They are bound to it: Decrypt needs exactly the same ones. Policies can demand them, and they stand in the audit trail in clear, so keep secrets out.',
  ],
  noKeyId: [
    'Why Decrypt asks for no key',
    'The ciphertext names the key that made it, and its material. Name the key all the same in programs that know which one they expect.',
  ],
  reEncrypt: [
    'ReEncrypt',
    'Moves a ciphertext to another key, or another context, without showing the plaintext to anyone, you included. It needs permission on both keys: kms:ReEncryptFrom and kms:ReEncryptTo.',
  ],
  asymmetric: [
    'Symmetric or asymmetric',
    'One secret for both directions, AES-256, is what most need: it alone can encrypt under a context and rotate. A key of two halves lets others verify, or encrypt, without access to the KMS; the private half stays inside.',
  ],
  mac: [
    'A code instead of a signature',
    'An HMAC key makes short codes that only callers of the KMS can check. Fast, and enough where one party does both.',
  ],
  memory: [
    'Where this box lives',
    'In the memory of this page. Reload it, and every key is gone, with whatever was encrypted under it.',
  ],
  kept: [
    'Where this box lives',
    'In this browser’s storage, sealed: names, policies and keys are unreadable there without your passphrase, which is stretched by Argon2id. While the box is open, its keys are in the worker’s memory only.',
  ],
  envelope: [
    'Envelope encryption',
    'GenerateDataKey gives a fresh key twice: in plaintext, to use now and forget, and encrypted, to keep beside the data. The file never goes to the KMS; only the small encrypted data key goes back when the file is opened.',
  ],
  rotation: [
    'What rotation changes',
    'The key gets new material for what is encrypted from now on; its id, policy and aliases stay. Older material is kept, so everything older can still be read, and nothing is encrypted anew. Every 90 to 2,560 days, 365 unless you say otherwise; older guides know only “yearly”.',
  ],
  deletion: [
    'Why deletion waits',
    '7 to 30 days, 30 unless you say otherwise. What was encrypted under a deleted key is lost for good, so there is time to notice who still uses it. Disabling comes first: it can be undone.',
  ],
  time: [
    'Time machine',
    'Rotation and deletion happen when they are due. A box made with a clock of its own lets you go there: the audit trail shows what AWS KMS would do by itself.',
  ],
  defaultPolicy: [
    'The default policy, and why root matters',
    'It allows the account to do everything: “root” here means the account, not a person. The account’s identity (IAM) policies then decide who may. Without that statement identity policies allow nothing, and a key whose policy allows nobody cannot be managed by anyone.',
  ],
  evaluation: [
    'How a request is judged',
    'A Deny anywhere refuses. Otherwise the key policy must allow the caller, or allow the account while an identity policy allows the caller, or a grant must. Another account’s callers need both sides.',
  ],
  grants: [
    'Grants',
    'A grant lets one principal do a few things with one key, with no change to its policy: for programs, for a time. It only ever allows. A context constraint narrows it to one kind of data.',
  ],
  aliases: [
    'Aliases',
    'A name for a key in one account and Region. Programs use the name; point it at another key and new data goes there, while older ciphertexts still name the key that made them.',
  ],
  regions: [
    'Keys belong to a Region',
    'A key and its ciphertexts work in one Region only. Multi-Region keys share id and material: what one encrypts, its replica decrypts. Policy, grants, aliases and state are each replica’s own. Whether a key is multi-Region is settled when it is made.',
  ],
} as const

export function note(name: keyof typeof notes): HTMLElement {
  const [title, text] = notes[name]
  return h('aside', { class: 'note' }, h('h4', {}, title), h('p', {}, text))
}
