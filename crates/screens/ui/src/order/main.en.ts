import { EN } from '../viewer/en'
import { begin } from './begin'
import { PROOF_EN } from './en'

begin({ ...EN, ...PROOF_EN })
