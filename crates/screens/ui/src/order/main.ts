import { begin } from './begin'
import { VI } from '../viewer/vi'

begin(VI)
