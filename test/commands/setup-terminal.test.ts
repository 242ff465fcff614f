/** The first day: from an empty home to a terminal that acts in an account, by what the screen says. */
import { existsSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { assert, suite } from '../support/suite.ts'
import { testInTerminal } from '../support/terminal.ts'
import { inShell, PROMPT } from './picker-shell.ts'

const PAGE = '<!doctype html><head><meta name="region" content="us-east-1"></head>'

suite('setup on a terminal', (test) => {
  testInTerminal(test, 'bash', 'asks what only a person knows, and leads on to awsuse', () =>
    inShell(
      async (shell) => {
        const { home } = shell
        home.center.fail('Portal', { body: PAGE })
        await shell.run('ssox setup')
        await shell.until('Start URL: ')
        await shell.run('https://console.aws.amazon.com/')
        await shell.until('is not the address of an AWS access portal')
        await shell.run(`${home.center.startUrl}/#/`)
        await shell.until('13 roles in 6 accounts can have a profile')
        const picker = await shell.until('13 of 13, 13 chosen')
        assert.match(picker, 'IAM Identity Center is in us-east-1')
        assert.match(picker, /❯ \[x\] Awesome Staging +123456789012 +AdministratorAccess/)
        await shell.type('billing')
        await shell.until('2 of 13, 13 chosen')
        await shell.press('Space')
        await shell.until('2 of 13, 12 chosen')
        await shell.press('Enter')
        await shell.until('AWS region of the profiles [us-east-1]:')
        await shell.run('eu-west-1')
        await shell.until('12 profiles, named by {account}.{role}:')
        await shell.run('{account} {role}')
        await shell.until('not every AWS tool reads in a name')
        await shell.run('{account}-{role}')
        await shell.until(
          /named by \{account\}-\{role\}:\n {2}awesome-staging-administrator-access/,
        )
        await shell.run('')
        const change = await shell.until('Change ~/.aws/config like this? [Y/n]')
        assert.match(change, /… and \d+ more sections like these/)
        assert.match(change, '+ [profile awesome-staging-administrator-access]')
        assert.not(existsSync(home.aws('config')))
        await shell.run('')
        await shell.until('12 profiles added in ~/.aws/config')
        await shell.until('(protect = *prod*)? [y/N]')
        await shell.run('')
        await shell.until('Change ~/.bashrc like this? [Y/n]')
        await shell.run('y')
        const end = await shell.until('next: awsuse awesome-staging-administrator-access')
        assert.is(statSync(home.aws('config')).mode & 0o777, 0o600)
        assert.not(existsSync(join(home.path, '.config', 'ssox', 'config')))
        await shell.prompt()
        // As the screen says.
        const load = /in this one, type: (.*)/.exec(end)?.[1] ?? ''
        await shell.run(load)
        await shell.run('awsuse awesome-staging-developer && echo "now $AWS_PROFILE"')
        await shell.until('now awesome-staging-developer')
        await shell.run('ssox console --print')
        await shell.until(/\/#\/console\?account_id=123456789012/)
        await shell.prompt()
        await shell.wipe()
        await shell.run('ssox status')
        await shell.until(/awesome-staging-developer .*123456789012/)
        await shell.prompt()
        assert.is(home.browserOpens().length, 1)
        // What was left out is not asked for again, but can be had.
        await shell.wipe()
        await shell.run('ssox setup')
        await shell.until('1 role was left out: ssox setup sso --choose chooses again')
        assert.match(await shell.screen(), 'nothing new: 12 of 13 roles have a profile')
        await shell.run('ssox setup sso --choose')
        await shell.until('1 of 1, 0 chosen')
        await shell.press('Escape')
        await shell.prompt()
        assert.match(readFileSync(home.aws('config'), 'utf8'), 'awesome-staging-developer')
      },
      { prepare: ({ aws }) => rmSync(aws(), { recursive: true }), size: [100, 36] },
    ),
  )

  testInTerminal(test, 'bash', 'asks line by line on a terminal that cannot redraw', () =>
    inShell(
      async (shell) => {
        const where = `${shell.home.center.startUrl} --sso-region us-east-1`
        await shell.run(`TERM=dumb ssox setup ${where} --no-hook`)
        await shell.until('AWS region of the profiles')
        assert.match(await shell.screen(), 'cannot show a list (TERM=dumb): all that are new')
        assert.not.match(await shell.screen(), /\[x\]/)
        await shell.run('')
        await shell.until('13 profiles, named by')
        await shell.run('')
        await shell.until('Change ~/.aws/config like this?')
        await shell.run('n')
        await shell.until('not changed')
      },
      { config: () => '' },
    ),
  )

  testInTerminal(test, 'bash', 'offers with --choose what a filter of before keeps away', () =>
    inShell(
      async (shell) => {
        const filter = "--filter '*/ReadOnly' --region eu-west-1 --yes"
        const where = `${shell.home.center.startUrl} --sso-region us-east-1`
        await shell.run(`ssox setup ${where} ${filter}`)
        await shell.until('6 profiles added in ~/.aws/config')
        await shell.prompt()
        await shell.wipe()
        await shell.run('ssox setup')
        await shell.until('nothing new: 6 of 13 roles have a profile')
        await shell.until('7 roles were left out: ssox setup sso --choose chooses again')
        await shell.run('ssox setup sso --choose')
        await shell.until('7 of 7, 0 chosen')
        await shell.press('Escape')
        await shell.prompt()
      },
      { config: () => '' },
    ),
  )

  testInTerminal(test, 'bash', 'asks nothing about names for one role in one account', () =>
    inShell(
      async (shell) => {
        const { home } = shell
        home.center.accounts.splice(1)
        home.center.accounts[0]?.roles.splice(1)
        await shell.run(`ssox setup ${home.center.startUrl} --sso-region us-east-1 --no-hook`)
        await shell.until('AWS region of the profiles')
        await shell.run('')
        const change = await shell.until('Change ~/.aws/config like this?')
        assert.match(change, '+ [profile unicorn-production.administrator-access]')
        assert.not.match(change, /named by|can have a profile/)
        await shell.run('n')
        await shell.until('not changed')
        assert.match(await shell.prompt(), PROMPT)
        assert.is(readFileSync(home.aws('config'), 'utf8'), '')
      },
      { config: () => '' },
    ),
  )
})
