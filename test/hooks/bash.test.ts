import { suite } from '../support/suite.ts'
import { bash } from './posix-dialects.ts'
import { declareScenarios } from './scenarios.ts'
import { declareTerminalScenarios } from './terminal-scenarios.ts'

suite('shell/ssox.bash', (test) => {
  declareScenarios(test, bash)
  declareTerminalScenarios(test, bash)
})
