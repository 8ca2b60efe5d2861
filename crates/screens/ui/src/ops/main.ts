import { begin } from './begin'
import { VI } from './vi'

begin(VI)
