/** `kmsbox completion bash|zsh`: scripts that complete verbs, operations and options. */
import { Argument, type Command } from 'commander'

export function completionCommand(kmsbox: Command): void {
  kmsbox
    .command('completion')
    .description('print a script that completes commands: source <(kmsbox completion bash)')
    .addArgument(new Argument('<shell>').choices(['bash', 'zsh']))
    .action((shell: 'bash' | 'zsh') => void process.stdout.write(scripts[shell](wordsOf(kmsbox))))
}

/** What may follow each command: `kmsbox kms` -> its operations and options. */
type Words = readonly (readonly [command: string, next: readonly string[]])[]

function wordsOf(command: Command, path = command.name()): Words {
  const options = command.options.filter(({ hidden }) => !hidden).map(({ long, short }) => (long ?? short)!)
  const own = [path, [...command.commands.map((child) => child.name()), ...options, '--help']] as const
  return [own, ...command.commands.flatMap((child) => wordsOf(child, `${path} ${child.name()}`))]
}

const cases = (words: Words): string =>
  words.map(([command, next]) => `    '${command}') words='${next.join(' ')}' ;;`).join('\n')

/** The command so far is the words that do not start with a dash; of those, the longest known beginning counts. */
const lookup = (words: Words): string => `_kmsbox_words() {
  local words=''
  case "$1" in
${cases(words)}
  esac
  printf '%s' "$words"
}
`

const scripts = {
  bash: (words: Words) => `${lookup(words)}
_kmsbox() {
  local path='kmsbox' next i
  for ((i = 1; i < COMP_CWORD; i++)); do
    next="$path \${COMP_WORDS[i]}"
    [[ -n "$(_kmsbox_words "$next")" ]] && path="$next"
  done
  COMPREPLY=($(compgen -W "$(_kmsbox_words "$path")" -- "\${COMP_WORDS[COMP_CWORD]}"))
  [[ \${#COMPREPLY[@]} -gt 0 ]] || COMPREPLY=($(compgen -f -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -F _kmsbox kmsbox
`,
  zsh: (words: Words) => `#compdef kmsbox
${lookup(words)}
_kmsbox() {
  local command='kmsbox' next i
  for ((i = 2; i < CURRENT; i++)); do
    next="$command \${words[i]}"
    [[ -n "$(_kmsbox_words "$next")" ]] && command="$next"
  done
  local -a candidates
  candidates=(\${=$(_kmsbox_words "$command")})
  compadd -a candidates || _files
}
compdef _kmsbox kmsbox
`,
}
