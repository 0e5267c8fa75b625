/** Runs before the tests: installs a Chromium where there is none, Debian's package as root, else Playwright's own. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { findBrowser } from './find-browser.mjs'

const run = (command, ...args) => spawnSync(command, args, { stdio: 'inherit' }).status === 0

function installDebianPackage() {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return false
  const install = ['-qq', 'install', '-y', '--no-install-recommends', 'chromium']
  return run('apt-get', '-qq', 'update') && run('apt-get', ...install)
}

if (!findBrowser()) {
  console.log('No Chromium was found: installing one for the tests.')
  if (!installDebianPackage()) run('npx', 'playwright', 'install', 'chromium')
  if (!findBrowser()) {
    console.error('No Chromium could be installed. Name one in CHROMIUM_PATH.')
    process.exit(1)
  }
}
