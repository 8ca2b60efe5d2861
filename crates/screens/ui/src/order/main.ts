import { VI } from '../viewer/vi'
import { begin } from './begin'
import { PROOF_VI } from './vi'

begin({ ...VI, ...PROOF_VI })
