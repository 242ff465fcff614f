import { suite } from '../support/suite.ts'
import { zsh } from './posix-dialects.ts'
import { declareScenarios } from './scenarios.ts'
import { declareTerminalScenarios } from './terminal-scenarios.ts'

suite('shell/ssox.zsh', (test) => {
  declareScenarios(test, zsh)
  declareTerminalScenarios(test, zsh)
})
