import { VI as SHARED } from '../who/vi'
import { begin } from './begin'
import { VI } from './vi'

begin(VI, SHARED)
