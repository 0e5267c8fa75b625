/** Names of operations and members as the AWS CLI spells them. */

/** `GenerateDataKeyPair` -> `generate-data-key-pair` */
export const kebab = (name: string): string =>
  name
    .replace(/([a-z\d])([A-Z])/g, '$1-$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1-$2')
    .toLowerCase()

/** Where commander keeps the value of the option of a member: `KeyId` -> `keyId` */
export const optionOf = (member: string): string =>
  kebab(member).replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())
